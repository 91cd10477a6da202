"""Why the head of papers is not kept."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class EmblemUnfit(ProtectError):
    code = "trainings_emblem_unfit"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: an office sends the picture that its donor wants; {most} kilobytes.
    message = _("An emblem is a PNG or JPEG of at most {most} kB. Nothing was saved.")


class EmblemUnspoken(ProtectError):
    """A picture without a text alternative. A screen reader could not announce it."""

    code = "trainings_emblem_unspoken"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: an office sends the picture that its donor wants.
    message = _("Write what the emblem shows. Nothing was saved.")
