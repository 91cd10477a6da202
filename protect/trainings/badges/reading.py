"""Files that somebody brings: a certificate as JSON, or inside a PDF or PNG; lists and keys.

Nothing of a file is trusted: its size is bounded before it is read, and what is packed in it before
it is unpacked.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf

from protect.trainings.badges.errors import (
    CertificateAbsent,
    CertificateFileLarge,
    CertificateFileMissing,
    CertificateRefused,
    CertificateUnreadable,
    IssuerUnreadable,
    StatusListUnreadable,
)
from protect.vault.formats import badges
from protect.vault.formats.errors import Malformed
from protect.vault.uploads import pdfs

MOST_BYTES = 20 * 1024 * 1024  # of a PDF or PNG
MOST_JSON = 256 * 1024  # bytes of a document
MOST_DEPTH = 32
MOST_ATTACHMENTS = 16
PDF, PNG = b"%PDF-", b"\x89PNG\r\n\x1a\n"


def certificate_in(path: Path) -> dict[str, Any]:
    """Return the certificate of a file.

    Errors: CertificateFileMissing; CertificateFileLarge; CertificateUnreadable; CertificateAbsent.
    """
    return certificate_of(_content(path))


def certificate_of(content: bytes) -> dict[str, Any]:
    """Return the certificate in the bytes of a JSON, PDF or PNG. Errors: as `certificate_in`."""
    if content.startswith(PNG):
        return _object(_in_png(content), CertificateUnreadable)
    if content.startswith(PDF):
        return _in_pdf(content)
    return _object(content, CertificateUnreadable)


def status_list_in(path: Path) -> dict[str, Any]:
    """Return a list as it was fetched. Errors: StatusListUnreadable, and those of its file."""
    return _object(_content(path), StatusListUnreadable)


def issuer_in(path: Path) -> dict[str, Any]:
    """Return an issuer's document. Errors: IssuerUnreadable, and those of its file."""
    return _object(_content(path), IssuerUnreadable)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError):
        raise CertificateFileMissing(file=path.name) from None
    if len(content) > MOST_BYTES:
        raise CertificateFileLarge(kilobytes=MOST_BYTES // 1024)
    return content


def _object(content: bytes | str, refusal: type[CertificateRefused]) -> dict[str, Any]:
    """Return a JSON object in which no member stands twice: which one counts is nobody's guess."""
    if len(content) > MOST_JSON:
        raise CertificateFileLarge(kilobytes=MOST_JSON // 1024)
    try:
        found = json.loads(content, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):  # ValueError: of JSON, and of its encoding
        raise refusal from None
    if not isinstance(found, dict) or _depth(found) > MOST_DEPTH:
        raise refusal
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands twice")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def _depth(found: Any) -> int:
    """Return how deep objects and lists stand in one another, MOST_DEPTH + 1 at the most."""
    depth, level = 0, [found]
    while level and depth <= MOST_DEPTH:
        inner = [each for each in level if isinstance(each, dict | list)]
        level = [
            one for each in inner for one in (each.values() if isinstance(each, dict) else each)
        ]
        depth += bool(inner)
    return depth


def _in_png(content: bytes) -> str:
    try:
        return badges.baked_into(content)
    except Malformed:
        raise CertificateAbsent from None


def _in_pdf(content: bytes) -> dict[str, Any]:
    pdfs.bound()
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            found = list(_attached(pdf))
    except Exception:  # noqa: BLE001 - what is broken in a PDF shows in errors of all kinds
        raise CertificateUnreadable from None
    for each in found:
        try:
            document = _object(each, CertificateUnreadable)
        except CertificateRefused:
            continue
        if "credentialSubject" in document:
            return document
    raise CertificateAbsent


def _attached(pdf: pikepdf.Pdf) -> Iterator[bytes]:
    for name in list(pdf.attachments)[:MOST_ATTACHMENTS]:
        stream = pdf.attachments[name].obj.EF.F
        packed = stream.read_raw_bytes()
        kind = stream.get("/Filter")
        if kind is None:
            yield packed[: MOST_JSON + 1]
        elif kind == pikepdf.Name.FlateDecode:
            yield _unpacked(packed)


def _unpacked(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, MOST_JSON + 1)
    except zlib.error:
        return b""
