"""Errors of notices."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class AddressBad(ProtectError):
    """The address is not valid: mail could never arrive there."""

    code = "mail_address_bad"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: shown to somebody who typed an e-mail address, for example of a colleague.
    message = _("Mail cannot go to this address. Check it and try again. Nothing was sent.")


class TemplateGone(Exception):
    """A mail was posted by a release that had words for it."""


class MailNotSet(ProtectError):
    """Live, and no mail server is named. Nothing is lost: rows wait until there is one."""

    code = "mail_not_set"
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    message = (
        "No mail server is set. All mail waits, none is lost. Remedy: set PROTECT_SMTP_URL, "
        "then start `protect worker` again."
    )
