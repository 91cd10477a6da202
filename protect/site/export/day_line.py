"""The last lines of a page, which say the day of the copy. They are stored uncompressed at the end
of the page's compressed files, so that a new day changes the ends of files and compresses nothing.
"""

import zlib
from typing import NamedTuple

import brotli

from protect.site.server import pagecache

DAY_LINE = b'<p id="as-of">'  # begins the last lines of a page; see findhelp/base.html
GZIP_HEAD = bytes.fromhex("1f8b08000000000002ff")  # without name and time. Source: RFC 1952, 2.3
BROTLI_END = b"\x03"  # an empty last block. Source: RFC 7932, 9.2
DEFLATE_LEVEL = 9
GZIP_WBITS = 16 + zlib.MAX_WBITS
LONGEST = 0xFFFF  # bytes in one stored block


class PageBytes(NamedTuple):
    """A page as it is, and in each encoding, in the order of `folder.COMPRESSED`."""

    body: bytes
    brotli: bytes
    gzip: bytes


def pack(body: bytes) -> PageBytes:
    """Return a page with its compressed forms. Their last lines are stored uncompressed."""
    head, end = split(body)
    if not end:
        encoded = (pagecache.compress_body(body, name, keep=True) for name in ("br", "gzip"))
        return PageBytes(body, *encoded)
    compressor = brotli.Compressor(mode=brotli.MODE_TEXT, quality=pagecache.CACHED_QUALITY)
    packed = compressor.process(head) + compressor.flush()
    deflater = zlib.compressobj(DEFLATE_LEVEL, wbits=-zlib.MAX_WBITS)
    deflated = deflater.compress(head) + deflater.flush(zlib.Z_SYNC_FLUSH)
    return PageBytes(
        body,
        packed + _brotli_end(end),
        GZIP_HEAD + deflated + _gzip_end(end, body),
    )


def unpack(content: bytes, encoding: str, size: int) -> bytes | None:
    """Return what a compressed file holds, at most one byte more than `size`; None if it cannot be
    read. The limit keeps a small file from filling the memory."""
    try:
        if encoding == "br":
            unpacked: bytes = brotli.Decompressor().process(content, output_buffer_limit=size + 1)
            return unpacked
        return zlib.decompressobj(wbits=GZIP_WBITS).decompress(content, size + 1)
    except (brotli.error, zlib.error):
        return None


def packing() -> str:
    """Return by which libraries and settings pages are compressed."""
    libraries = f"brotli {brotli.__version__}, zlib {zlib.ZLIB_RUNTIME_VERSION}"
    return f"{libraries}, quality {pagecache.CACHED_QUALITY} and {DEFLATE_LEVEL}"


def change_body(page: PageBytes, body: bytes) -> PageBytes | None:
    """Return a page of which the body has changed at most in its last lines; None if it has changed
    elsewhere, too."""
    if page.body == body:
        return page
    head, end = split(body)
    return _with_end(page, end) if end and split(page.body)[0] == head else None


def change_end(page: PageBytes, before: str, after: str) -> PageBytes | None:
    """Replace `before`, which the last lines of a page have once, by `after` in all its forms;
    return None if they do not have it once."""
    _head, end = split(page.body)
    if end.count(before.encode()) != 1:
        return None
    return _with_end(page, end.replace(before.encode(), after.encode()))


def _with_end(page: PageBytes, new_end: bytes) -> PageBytes:
    head, end = split(page.body)
    body = head + new_end
    kept_brotli = page.brotli.removesuffix(_brotli_end(end))
    kept_gzip = page.gzip.removesuffix(_gzip_end(end, page.body))
    return PageBytes(body, kept_brotli + _brotli_end(new_end), kept_gzip + _gzip_end(new_end, body))


def split(body: bytes) -> tuple[bytes, bytes]:
    """Return a page without its last lines, and these; nothing if they are not marked."""
    head, mark, end = body.rpartition(DAY_LINE)
    return (head, mark + end) if mark and len(mark + end) <= LONGEST else (body, b"")


def _brotli_end(end: bytes) -> bytes:
    """Return a block with bytes as they are, and the last block. Source: RFC 7932, 9.2: after the
    bit that says it is not the last one, and two for four digits of its length, come the length
    less one in 16 bits, the bit that says it is not compressed, and four that are not used."""
    header = (len(end) - 1) << 3 | 1 << 19
    return header.to_bytes(3, "little") + end + BROTLI_END


def _gzip_end(end: bytes, body: bytes) -> bytes:
    """Return a last block with bytes as they are, and checksum and length of the whole page.
    Source: RFC 1951, 3.2.4; RFC 1952, 2.3.1."""
    length = len(end)
    header = b"\x01" + length.to_bytes(2, "little") + (length ^ LONGEST).to_bytes(2, "little")
    checksum = zlib.crc32(body).to_bytes(4, "little")
    return header + end + checksum + len(body).to_bytes(4, "little")
