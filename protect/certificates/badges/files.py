"""Uploaded files: a certificate as JSON, or inside a PDF or PNG; lists and keys.

Nothing of a file is parsed here: `parsers.json_and_png` and `parsers.pdf` do it, each in a
process of its own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from protect.certificates.badges import errors
from protect.uploads import apart
from protect.uploads.refusal_reasons import Refused

MOST_BYTES = 20 * 1024 * 1024  # of a PDF or PNG
PDF = b"%PDF-"
# How pictures begin that hold no certificate: JPEG, GIF and TIFF. A PNG may hold one.
PICTURES = (b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")


def certificate_in(path: Path) -> dict[str, Any]:
    """Return the certificate of a file. Errors: CertificateRefused; ParsersBusy."""
    return certificate_of(_content(path))


def certificate_of(content: bytes) -> dict[str, Any]:
    """Return the certificate in the bytes of a file. Errors: as `certificate_in`."""
    if _is_picture(content):
        raise errors.CertificateIsPicture
    if content.startswith(PDF):
        return _parsed("certificate_pdf", content, errors.CertificateUnreadable)
    return _parsed("certificate", content, errors.CertificateUnreadable)


def status_list_in(path: Path) -> dict[str, Any]:
    """Return a list as it was fetched. Errors: StatusListUnreadable, and those of its file."""
    return _parsed("certificate", _content(path), errors.StatusListUnreadable, is_json=True)


def issuer_in(path: Path) -> dict[str, Any]:
    """Return an issuer's document. Errors: IssuerUnreadable, and those of its file."""
    return _parsed("certificate", _content(path), errors.IssuerUnreadable, is_json=True)


def _is_picture(content: bytes) -> bool:
    is_webp, is_heic = content[8:12] == b"WEBP", content[4:8] == b"ftyp"
    return content.startswith(PICTURES) or is_webp or is_heic


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError):
        raise errors.CertificateFileMissing(file=path.name) from None
    if len(content) > MOST_BYTES:
        raise errors.CertificateFileLarge(kilobytes=MOST_BYTES // 1024)
    return content


def _parsed(
    parser: str, content: bytes, unreadable: type[errors.CertificateRefused], **options: bool
) -> dict[str, Any]:
    """Return the object of a file. A file that exhausts its parser counts as unreadable."""
    try:
        document = json.loads(apart.parse(parser, content, **options).body)
    except Refused as refusal:
        if refusal.code == "large":
            raise errors.CertificateFileLarge(**refusal.facts) from None
        raise (errors.CertificateAbsent if refusal.code == "absent" else unreadable) from None
    except (ValueError, RecursionError):
        raise unreadable from None
    if not isinstance(document, dict):
        raise unreadable
    return document
