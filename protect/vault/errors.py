"""Why the vault refuses."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class TokenGone(ProtectError):
    """A token is too old, was never ours, or its day's key has been destroyed."""

    code = "token_gone"
    status = HTTPStatus.GONE
    # Translators: an address that held somebody's answers for half an hour is opened later.
    message = _("This page has closed. That keeps your answers private.")
