"""The parser of certificates inside PDFs: it reads the first attached files and nothing else. No
page is read and no damaged file is mended. Apart from `json_and_png`, whose check need not wait for
this library to load."""

from collections.abc import Iterator
from io import BytesIO

import pikepdf

from protect.certificates.parsers.json_and_png import MOST_JSON, dump, inflate, load_object
from protect.uploads.documents import qpdf
from protect.uploads.parsers import Facts, Options
from protect.uploads.refusal_reasons import MEBIBYTE, Refused

MOST_ATTACHMENTS = 16
MOST_INFLATED = 4 * MEBIBYTE  # bytes of a table of objects: a certificate has a few dozen


def parse(content: bytes, options: Options) -> tuple[Facts, bytes]:
    """Return the first attached JSON object that is a credential. Errors: Refused."""
    qpdf.bound(most=MOST_INFLATED)
    try:
        with pikepdf.open(BytesIO(content), attempt_recovery=False) as pdf:
            attached = list(_attached(pdf))
    except Exception:  # noqa: BLE001 - what is broken in a PDF shows in errors of all kinds
        raise Refused("unreadable") from None
    for file in attached:
        try:
            document = load_object(file)
        except Refused:
            continue
        if "credentialSubject" in document:
            return {}, dump(document)
    raise Refused("absent")


def _attached(pdf: pikepdf.Pdf) -> Iterator[bytes]:
    for name in list(pdf.attachments)[:MOST_ATTACHMENTS]:
        stream = pdf.attachments[name].obj.EF.F
        coding = stream.get("/Filter")
        if coding is None:
            yield stream.read_raw_bytes()[: MOST_JSON + 1]
        elif coding == pikepdf.Name.FlateDecode:
            yield inflate(stream.read_raw_bytes())
