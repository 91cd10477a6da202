"""Refusals of trainings. Commands show them in English, pages in the reader's language."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class EditConflict(ProtectError):
    """Another user saved between a form's opening and its sending. The page shows both versions."""

    code = "trainings_edit_conflict"
    # Translators: two people edited one training at once.
    message = _(
        "Somebody else saved this while you were writing. Nothing of yours was saved yet, and "
        "nothing is lost: both versions stand below. Choose, then save again."
    )


class ReasonMissing(ProtectError):
    code = "trainings_reason_missing"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: somebody must write why.
    message = _("Write why. Nothing was changed yet.")
