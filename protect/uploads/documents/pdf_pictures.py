"""Pictures inside PDFs: keep their image data byte for byte, drop the camera's metadata."""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator

from protect.uploads.refusal_reasons import Reason, Unfit

MAX_DECODED_BYTES = 64 * 1024 * 1024  # bytes of one picture after one filter is undone
# Markers in a JPEG. Source: ITU-T T.81, table B.1.
SOI, EOI, SOS, ADOBE, COMMENT = 0xD8, 0xD9, 0xDA, 0xEE, 0xFE
APPLICATION_MARKERS = range(0xE0, 0xF0)
END_OF_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")  # first marker, except restarts
FRAME_HEADERS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # headers with the picture's size
# Source: ISO/IEC 15444-1, annex A: start of the codestream, then the size of its grid.
GRID_SIZE_PATTERN = re.compile(rb"\xff\x4f\xff\x51.{4}(.{4})(.{4})", re.DOTALL)
# Source: ISO/IEC 15444-1, annex I: signature, file type, header, picture.
KEPT_JPEG2000_BOXES = {b"jP  ", b"ftyp", b"jp2h", b"jp2c"}


def strip_jpeg(raw: bytes) -> bytes:
    """Return a JPEG without application data, comments and what follows its end.
    Adobe's segment stays, because it says how colours are coded. Errors: Unfit."""
    if raw[:2] != bytes([0xFF, SOI]):
        raise Unfit(Reason.UNREADABLE)
    kept = [raw[:2]]
    for marker, segment in _segments(raw):
        if marker == ADOBE or marker not in {*APPLICATION_MARKERS, COMMENT}:
            kept.append(segment)
    return b"".join(kept) + bytes([0xFF, EOI])


def jpeg_pixels(raw: bytes) -> int:
    """Return how many pixels a JPEG draws, by its own frame header. Errors: Unfit."""
    for marker, segment in _segments(raw):
        if marker in FRAME_HEADERS:
            height, width = (int.from_bytes(segment[at : at + 2], "big") for at in (5, 7))
            return (height or 0xFFFF) * width  # height 0 means that it follows the scan
    raise Unfit(Reason.UNREADABLE)


def jpeg2000_pixels(raw: bytes) -> int:
    """Return how many pixels a JPEG 2000 draws. Errors: Unfit."""
    grid = GRID_SIZE_PATTERN.search(raw)
    if grid is None:
        raise Unfit(Reason.UNREADABLE)
    return int.from_bytes(grid[1], "big") * int.from_bytes(grid[2], "big")


def _segments(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and bytes of each segment between SOI and EOI; a scan includes its data."""
    at = 2
    while at + 1 < len(raw):
        if raw[at] != 0xFF:
            raise Unfit(Reason.UNREADABLE)
        marker = raw[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == EOI:
            return
        end = at + 2 + int.from_bytes(raw[at + 2 : at + 4], "big")
        if marker == 0 or not at + 4 <= end <= len(raw):  # else it would swallow the next
            raise Unfit(Reason.UNREADABLE)
        if marker == SOS:
            scan_end = END_OF_SCAN.search(raw, end)
            end = scan_end.start() if scan_end else len(raw)
        yield marker, raw[at:end]
        at = end


def strip_jpeg2000(raw: bytes) -> bytes:
    """Return a JPEG 2000 with only its picture boxes; unchanged without any. Errors: Unfit."""
    if raw[:2] == b"\xff\x4f":  # a codestream without boxes
        return raw
    return b"".join(box for kind, box in _jpeg2000_boxes(raw) if kind in KEPT_JPEG2000_BOXES)


def _jpeg2000_boxes(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and bytes of each box, its header included. Errors: Unfit if one is cut off."""
    at = 0
    while at < len(raw):
        length, kind = int.from_bytes(raw[at : at + 4], "big"), raw[at + 4 : at + 8]
        if length == 1:
            length = int.from_bytes(raw[at + 8 : at + 16], "big")
        end = at + length if length else len(raw)  # length 0 means up to the end
        if not at + 8 <= end <= len(raw):
            raise Unfit(Reason.UNREADABLE)
        yield kind, raw[at:end]
        at = end


def decode_stream(raw: bytes, coding: str) -> bytes:
    """Undo one filter of a PDF stream with a picture. Errors: Unfit, also for a rare filter."""
    try:
        if coding == "/FlateDecode":
            return _inflate(raw)
        if coding == "/ASCII85Decode":
            return base64.a85decode(raw.strip().removeprefix(b"<~").removesuffix(b"~>"))
        if coding == "/ASCIIHexDecode":
            return binascii.unhexlify(b"".join(raw.split()).removesuffix(b">"))
    except (ValueError, zlib.error):
        raise Unfit(Reason.UNREADABLE) from None
    raise Unfit(Reason.UNREADABLE)


def _inflate(raw: bytes) -> bytes:
    inflater = zlib.decompressobj()
    inflated = inflater.decompress(raw, MAX_DECODED_BYTES)
    if inflater.unconsumed_tail:
        raise Unfit(Reason.UNREADABLE)
    return inflated
