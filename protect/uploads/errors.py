from http import HTTPStatus

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError
from protect.uploads.refusal_reasons import Reason

REASON_MESSAGES: dict[Reason, Promise] = {
    Reason.TOO_LARGE: _(  # For translators: a document is larger than 20 MB. Nothing of it was kept
        "This file is larger than 20 MB. Nothing was kept. Send fewer pages, or a smaller picture."
    ),
    # Translators: a document is neither PDF, JPEG nor PNG, whatever its name says.
    Reason.WRONG_TYPE: _(
        "This is not a PDF, JPEG or PNG file. Nothing was kept. Save it as PDF and send that."
    ),
    # Translators: a document is empty, damaged, or takes too much time or memory to open.
    Reason.UNREADABLE: _(
        "This file cannot be opened safely. Nothing was kept. "
        "Open it on your device, print it as PDF and send that."
    ),
    Reason.TOO_MANY_PIXELS: _(  # For translators: a picture of more than 50 million points
        "This picture has too many pixels. Nothing was kept. Send a smaller copy of it."
    ),
    Reason.TOO_MANY_PAGES: _(  # For translators: a PDF of more than 500 pages
        "This document has more than 500 pages. Nothing was kept. Send it in parts."
    ),
    # Translators: a PDF whose parts unpack to hundreds of megabytes, which no honest one does.
    Reason.UNPACKS_TOO_LARGE: _(
        "This document is packed so tightly that opening it could overload a device. Nothing was "
        "kept. Open it on your device, print it as PDF and send that."
    ),
    # Translators: a PDF that is locked with a password, or may not be changed.
    Reason.ENCRYPTED: _(
        "This document is locked. Nothing was kept. "
        "Open it on your device, print it as PDF and send that."
    ),
    # Translators: the virus scanner has found something. No blame: files catch viruses unnoticed.
    Reason.INFECTED: _(
        "The virus scanner stopped this file. Nothing was kept. "
        "Do not open it, and tell the person who looks after your device."
    ),
    # Translators: the virus scanner does not answer; so nothing is taken.
    Reason.SCANNER_AWAY: _(
        "Files cannot be checked for viruses at the moment, so no file is accepted. Try"
        " again in a few minutes."
    ),
}


class UploadRefused(ProtectError):
    code = "upload_refused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: a document was not taken. Usually one of the more precise sentences is shown.
    message = _("This file cannot be accepted. Nothing was kept.")

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason=reason.value)

    def text(self) -> str:
        return str(REASON_MESSAGES[self.reason])


class ParsersBusy(ProtectError):
    code = "parsers_busy"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    retry_after = 10
    # Translators: many people sent files at the same moment; this one was not read.
    message = _(
        "Many files are being read just now, so this one was not. Nothing was kept. "
        "Wait a few seconds and send it again."
    )


class OwnFileWaits(ParsersBusy):
    # Translators: a user sent several files at the same moment; this one was not read.
    """Another file of the same sender is already waiting to be parsed."""

    message = _(
        "Another file from you, or from your network, waits to be read, so this one was not. "
        "Nothing was kept. Wait a few seconds and send it again."
    )
