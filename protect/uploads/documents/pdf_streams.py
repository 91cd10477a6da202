"""Limit how much the streams of a PDF unpack to, to protect readers from decompression bombs."""

import zlib
from collections.abc import Iterable

from pikepdf import Array, Name, Object, PdfError, Stream

from protect.uploads.documents import images, pdf_pictures
from protect.uploads.refusal_reasons import MEBIBYTE, Reason, Unfit

MAX_STREAM_BYTES = 64 * MEBIBYTE  # limit of the unpacked size of a stream that is not a picture
MAX_PICTURE_BYTES = 4 * images.MAX_PIXELS  # bytes: the largest picture in four colour channels
MAX_TOTAL_BYTES = 512 * MEBIBYTE  # bytes to which all streams of a PDF may unpack
CHUNK_BYTES = MEBIBYTE
PIXEL_COUNTS = {"/DCTDecode": pdf_pictures.jpeg_pixels, "/JPXDecode": pdf_pictures.jpeg2000_pixels}
PICTURE_FILTERS = {*PIXEL_COUNTS, "/CCITTFaxDecode", "/JBIG2Decode"}  # they unpack to pixels


def must_be_bounded(streams: Iterable[Stream]) -> None:
    """Refuse streams that exceed a limit of this module, each or all together. Errors: Unfit."""
    bytes_left = MAX_TOTAL_BYTES
    for stream in streams:
        is_picture = stream.get("/Subtype") == Name.Image
        if is_picture and _declared_pixels(stream) > images.MAX_PIXELS:
            raise Unfit(Reason.TOO_MANY_PIXELS)
        max_size = min(bytes_left, MAX_PICTURE_BYTES if is_picture else MAX_STREAM_BYTES)
        size = _unpacked_size(stream, max_size)
        if size > max_size:
            raise Unfit(Reason.UNPACKS_TOO_LARGE)
        bytes_left -= size


def filters_of(stream: Stream) -> list[str]:
    """Return the filters of a stream, the outermost first."""
    filters: Object | None = stream.get("/Filter")
    if filters is None:
        return []
    return [str(name) for name in filters] if isinstance(filters, Array) else [str(filters)]


def _unpacked_size(stream: Stream, max_size: int) -> int:
    """Return how many bytes a stream unpacks to; a JPEG stays coded. Inexact above `max_size`."""
    filters = filters_of(stream)
    if not filters:
        return len(stream.read_raw_bytes())
    if filters == ["/FlateDecode"]:
        return _inflated_size(stream.read_raw_bytes(), max_size)
    if filters[-1] in PICTURE_FILTERS:
        return _coded_picture_size(stream.read_raw_bytes(), filters)
    try:
        return len(stream.read_bytes())  # bounded by the memory of this process
    except (PdfError, MemoryError):
        raise Unfit(Reason.UNREADABLE) from None


def _inflated_size(raw: bytes, max_size: int) -> int:
    """Return how many bytes inflate, up to the first error. Inexact above `max_size`."""
    inflater, size, remaining = zlib.decompressobj(), 0, raw
    while remaining and size <= max_size:
        try:
            size += len(inflater.decompress(remaining, CHUNK_BYTES))
        except zlib.error:  # viewers stop here, too
            return size
        remaining = inflater.unconsumed_tail
    return size


def _coded_picture_size(raw: bytes, filters: list[str]) -> int:
    """Return the size of a picture in its coding. Errors: Unfit, also above MAX_PIXELS."""
    for coding in filters[:-1]:
        raw = pdf_pictures.decode_stream(raw, coding)
    count_pixels = PIXEL_COUNTS.get(filters[-1])
    if count_pixels is not None and count_pixels(raw) > images.MAX_PIXELS:
        raise Unfit(Reason.TOO_MANY_PIXELS)
    return len(raw)


def _declared_pixels(stream: Stream) -> int:
    """Return width × height from a picture's dictionary; 0 if one is missing or no integer."""
    sides = [stream.get("/Width"), stream.get("/Height")]
    width, height = (int(side) if isinstance(side, int) else 0 for side in sides)
    return width * height
