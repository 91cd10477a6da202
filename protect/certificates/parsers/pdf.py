"""The parser of certificates inside PDFs. It reads the first attached files, but no page, and
repairs no damaged file. It is a module of its own because pikepdf takes time to load."""

from collections.abc import Iterator
from io import BytesIO

import pikepdf

from protect.certificates.parsers.json_and_png import MAX_JSON_BYTES, dump, inflate, load_object
from protect.uploads.documents import qpdf
from protect.uploads.parsers import Facts, Options
from protect.uploads.refusal_reasons import MEBIBYTE, Refused

MAX_ATTACHMENTS = 16  # files; more are ignored
MAX_INFLATED = 4 * MEBIBYTE  # bytes of each stream that lists objects; a certificate has few


def parse(content: bytes, options: Options) -> tuple[Facts, bytes]:
    """Return {} and the first attached JSON object that is a credential. Errors: Refused."""
    qpdf.set_limits(most=MAX_INFLATED)
    try:
        with pikepdf.open(BytesIO(content), attempt_recovery=False) as pdf:
            files = list(_attached_files(pdf))
    except Exception:  # noqa: BLE001 - a broken PDF raises errors of all kinds
        raise Refused("unreadable") from None
    for file in files:
        try:
            document = load_object(file)
        except Refused:
            continue
        if "credentialSubject" in document:
            return {}, dump(document)
    raise Refused("absent")


def _attached_files(pdf: pikepdf.Pdf) -> Iterator[bytes]:
    """Yield the first attachments, inflated; those with another compression are left out."""
    for name in list(pdf.attachments)[:MAX_ATTACHMENTS]:
        stream = pdf.attachments[name].obj.EF.F
        coding = stream.get("/Filter")
        if coding is None:
            yield stream.read_raw_bytes()[: MAX_JSON_BYTES + 1]
        elif coding == pikepdf.Name.FlateDecode:
            yield inflate(stream.read_raw_bytes())
