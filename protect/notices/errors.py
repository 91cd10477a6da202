from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import TableRefusal


class TemplateGone(Exception):
    """The release that posted the mail had a template that this release lacks."""


class NoticeRefusal(TableRefusal):
    rows = {
        HTTPStatus.INTERNAL_SERVER_ERROR: {
            # A live site without a mail server: mail waits in the outbox until one is set.
            "mail_not_set": (
                "No mail server is set. All mail waits, none is lost. Remedy: set "
                "PROTECT_SMTP_URL, then start `protect worker` again."
            )
        },
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            # The address is not valid: mail could never arrive there.
            # Translators: shown to a user who typed an e-mail address, for example of a
            # colleague.
            "mail_address_bad": _(
                "Mail cannot be sent to this address. Check the address and try again. "
                "Nothing was sent."
            )
        },
    }
