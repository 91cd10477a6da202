"""Errors of notices."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import TableRefusal


class TemplateGone(Exception):
    """A mail was posted by a release that had words for it."""


class NoticeRefusal(TableRefusal):
    rows = {
        HTTPStatus.INTERNAL_SERVER_ERROR: {
            # Live, and no mail server is named. Nothing is lost: rows wait until there is one.
            "mail_not_set": (
                "No mail server is set. All mail waits, none is lost. Remedy: set "
                "PROTECT_SMTP_URL, then start `protect worker` again."
            ),
        },
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            # The address is not valid: mail could never arrive there.
            # Translators: shown to a user who typed an e-mail address, for example of a
            # colleague.
            "mail_address_bad": _(
                "Mail cannot go to this address. Check it and try again. Nothing was sent."
            ),
        },
    }
