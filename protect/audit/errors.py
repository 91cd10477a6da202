from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError, TableRefusal


class HeadsUnreadable(ProtectError):
    code = "audit_heads_unreadable"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _(  # For translators: {line} is a number
        "Line {line} of the heads file cannot be read. Nothing was compared. "
        "Use a file that “protect audit heads” wrote, unchanged."
    )

    def __init__(self, *, line: int) -> None:
        super().__init__(line=line)


class AuditRefusal(TableRefusal):
    """A refusal of an audit command, chosen by its code from `rows`; it gets no audit entry."""

    rows = {
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            # The heads file does not exist or is not a text file. Nothing was compared.
            # Translators: on the command line; “heads” are the last entries of the audit record.
            "audit_heads_file_missing": _(
                "This heads file does not exist or is not a text file. Nothing was "
                "compared. Check its name."
            )
        }
    }
