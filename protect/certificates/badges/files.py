"""Read files: a certificate as JSON or inside a PDF or PNG, a status list, or an issuer document.
This module parses nothing: `certificates.parsers` does, in a separate process."""

import json
from pathlib import Path

from protect.certificates.errors import CertificateRefusal
from protect.uploads import parser_process, refusal_reasons

MOST_BYTES = 20 * 1024 * 1024  # of a file that is read by its path
PDF_SIGNATURE = b"%PDF-"
# First bytes of pictures that cannot hold a certificate: JPEG, GIF, TIFF. A PNG can.
REFUSED_SIGNATURES = (b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")


def read_certificate(path: Path) -> dict[str, object]:
    """Return the certificate of a file. Errors: CertificateRefusal; ParsersBusy."""
    return certificate_from_bytes(_read_content(path))


def certificate_from_bytes(content: bytes) -> dict[str, object]:
    """Return the certificate in the bytes of a file. Errors: as `read_certificate`."""
    is_webp, is_heic = content[8:12] == b"WEBP", content[4:8] == b"ftyp"
    if content.startswith(REFUSED_SIGNATURES) or is_webp or is_heic:
        raise CertificateRefusal("certificates_is_picture")
    parser = "certificate_pdf" if content.startswith(PDF_SIGNATURE) else "certificate"
    return _parse(parser, content, CertificateRefusal("certificates_unreadable"))


def read_status_list(path: Path) -> dict[str, object]:
    """Return a downloaded status list. Errors: CertificateRefusal; ParsersBusy."""
    unreadable = CertificateRefusal("certificates_status_list_unreadable")
    return _parse("certificate", _read_content(path), unreadable, is_json=True)


def read_issuer_document(path: Path) -> dict[str, object]:
    """Return an issuer's document. Errors: CertificateRefusal; ParsersBusy."""
    unreadable = CertificateRefusal("certificates_issuer_unreadable")
    return _parse("certificate", _read_content(path), unreadable, is_json=True)


def _read_content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError):
        raise CertificateRefusal("certificates_file_missing", file=path.name) from None
    if len(content) > MOST_BYTES:
        raise CertificateRefusal("certificates_file_large", kilobytes=MOST_BYTES // 1024)
    return content


def _parse(
    parser_name: str, content: bytes, unreadable: CertificateRefusal, **options: bool
) -> dict[str, object]:
    """Return the JSON object that a parser of PARSERS reads. Errors: certificates_file_large;
    certificates_absent; ParsersBusy; `unreadable`, also if the parser takes too long or fails."""
    try:
        document = json.loads(parser_process.parse(parser_name, content, **options).body)
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
