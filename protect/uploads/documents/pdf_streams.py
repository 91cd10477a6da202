"""How much the streams of a PDF unpack to: a member who opens it later must not pay for a bomb."""

import zlib
from collections.abc import Iterable

from pikepdf import Array, Name, Object, PdfError, Stream

from protect.uploads.documents import images, pdf_pictures
from protect.uploads.refusal_reasons import MEBIBYTE, Reason, Unfit

MOST_OF_ONE = 64 * MEBIBYTE  # bytes
MOST_OF_PICTURE = 4 * images.MOST_PIXELS  # bytes: the largest picture in four colours
MOST_IN_ALL = 512 * MEBIBYTE  # bytes
PIECE = MEBIBYTE
POINTS = {"/DCTDecode": pdf_pictures.points_of_jpeg, "/JPXDecode": pdf_pictures.points_of_jpeg2000}
CODED_POINTS = {*POINTS, "/CCITTFaxDecode", "/JBIG2Decode"}  # their size is that of the picture


def must_be_bounded(streams: Iterable[Stream]) -> None:
    """Refuse streams that unpack to more than a viewer should read. Errors: Unfit."""
    left = MOST_IN_ALL
    for stream in streams:
        is_picture = stream.get("/Subtype") == Name.Image
        if is_picture and _declared_points(stream) > images.MOST_PIXELS:
            raise Unfit(Reason.TOO_MANY_PIXELS)
        most = min(left, MOST_OF_PICTURE if is_picture else MOST_OF_ONE)
        size = _size_of(stream, most)
        if size > most:
            raise Unfit(Reason.UNPACKS_TOO_LARGE)
        left -= size


def filters_of(stream: Stream) -> list[str]:
    """Return the codings of a stream, the outermost first."""
    filters: Object | None = stream.get("/Filter")
    if filters is None:
        return []
    return [str(each) for each in filters] if isinstance(filters, Array) else [str(filters)]


def _size_of(stream: Stream, most: int) -> int:
    """Return the bytes that a stream unpacks to; where they are more than `most`, at least that."""
    filters = filters_of(stream)
    if not filters:
        return len(stream.read_raw_bytes())
    if filters == ["/FlateDecode"]:
        return _inflated_size(stream.read_raw_bytes(), most)
    if filters[-1] in CODED_POINTS:
        return _size_of_picture(stream.read_raw_bytes(), filters)
    try:
        return len(stream.read_bytes())  # bounded by the memory of this process
    except (PdfError, MemoryError):
        raise Unfit(Reason.UNREADABLE) from None


def _inflated_size(raw: bytes, most: int) -> int:
    inflater, size, waiting = zlib.decompressobj(), 0, raw
    while waiting and size <= most:
        try:
            size += len(inflater.decompress(waiting, PIECE))
        except zlib.error:  # a viewer stops here as well
            return size
        waiting = inflater.unconsumed_tail
    return size


def _size_of_picture(raw: bytes, filters: list[str]) -> int:
    for coding in filters[:-1]:
        raw = pdf_pictures.unwrapped(raw, coding)
    count = POINTS.get(filters[-1])
    if count is not None and count(raw) > images.MOST_PIXELS:
        raise Unfit(Reason.TOO_MANY_PIXELS)
    return len(raw)


def _declared_points(stream: Stream) -> int:
    sides = [stream.get("/Width"), stream.get("/Height")]
    width, height = (int(side) if isinstance(side, int) else 0 for side in sides)
    return width * height
