"""Uploaded files: a certificate as JSON, or inside a PDF or PNG; lists and keys. Nothing of a file
is parsed here: `certificates.parsers` does it, in a process of its own."""

import json
from pathlib import Path

from protect.certificates.errors import CertificateRefusal
from protect.uploads import apart, refusal_reasons

MOST_BYTES = 20 * 1024 * 1024  # of a PDF or PNG
PDF = b"%PDF-"
# How pictures begin that hold no certificate: JPEG, GIF and TIFF. A PNG may hold one.
PICTURES = (b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")


def certificate_in(path: Path) -> dict[str, object]:
    """Return the certificate of a file. Errors: CertificateRefusal; ParsersBusy."""
    return certificate_of(_content(path))


def certificate_of(content: bytes) -> dict[str, object]:
    """Return the certificate in the bytes of a file. Errors: as `certificate_in`."""
    is_webp, is_heic = content[8:12] == b"WEBP", content[4:8] == b"ftyp"
    if content.startswith(PICTURES) or is_webp or is_heic:
        raise CertificateRefusal("certificates_is_picture")
    parser = "certificate_pdf" if content.startswith(PDF) else "certificate"
    return _parsed(parser, content, CertificateRefusal("certificates_unreadable"))


def status_list_in(path: Path) -> dict[str, object]:
    """Return a list as it was fetched. Errors: CertificateRefusal; ParsersBusy."""
    unreadable = CertificateRefusal("certificates_status_list_unreadable")
    return _parsed("certificate", _content(path), unreadable, is_json=True)


def issuer_in(path: Path) -> dict[str, object]:
    """Return an issuer's document. Errors: CertificateRefusal; ParsersBusy."""
    unreadable = CertificateRefusal("certificates_issuer_unreadable")
    return _parsed("certificate", _content(path), unreadable, is_json=True)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError):
        raise CertificateRefusal("certificates_file_missing", file=path.name) from None
    if len(content) > MOST_BYTES:
        raise CertificateRefusal("certificates_file_large", kilobytes=MOST_BYTES // 1024)
    return content


def _parsed(
    parser: str, content: bytes, unreadable: CertificateRefusal, **options: bool
) -> dict[str, object]:
    """Return the object of a file. A file that exhausts its parser counts as unreadable."""
    try:
        document = json.loads(apart.parse(parser, content, **options).body)
    except refusal_reasons.Refused as refusal:
        if refusal.code == "large":
            raise CertificateRefusal("certificates_file_large", **refusal.facts) from None
        if refusal.code == "absent":
            raise CertificateRefusal("certificates_absent") from None
        raise unreadable from None
    except (ValueError, RecursionError):
        raise unreadable from None
    if not isinstance(document, dict):
        raise unreadable
    return document
