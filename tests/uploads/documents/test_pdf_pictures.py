import base64
import zlib

import pytest
from hypothesis import example, given, strategies as st

from protect.uploads.documents.pdf_pictures import (
    MAX_DECODED_BYTES,
    decode_stream,
    strip_jpeg,
    strip_jpeg2000,
)
from protect.uploads.refusal_reasons import Reason, Unfit
from tests.uploads.sample_files import SECRET, exif, opened, picture


@pytest.mark.parametrize("mode", ["RGB", "CMYK", "L"])
@pytest.mark.parametrize("progressive", [False, True])
def test_stripped_jpeg_keeps_only_its_pixels(mode, progressive):
    content = picture(
        "JPEG", mode, exif=exif(), comment=SECRET, xmp=SECRET, progressive=progressive
    )

    bare = strip_jpeg(content + SECRET)

    assert SECRET not in bare
    assert opened(bare).tobytes() == opened(content).tobytes()
    assert dict(opened(bare).getexif()) == {}


def test_a_jpeg_without_an_end_is_given_one():
    content = picture("JPEG")

    assert strip_jpeg(content[:-2]) == strip_jpeg(content)


def test_stripped_jpeg2000_keeps_only_its_pixels():
    content = picture("JPEG2000", "RGB")
    box = (8 + len(SECRET)).to_bytes(4, "big") + b"xml " + SECRET

    assert strip_jpeg2000(content + box) == content


def test_a_jpeg2000_without_boxes_stays():
    content = picture("JPEG2000", no_jp2=True)

    assert strip_jpeg2000(content) == content


@example(b"\xff\x00\x02", b"\xff\xd8")  # a segment that is cut off in its length
@given(
    st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8", b"\xff\xd8\xff\xe1", b"\0\0\0\x01"])
)
def test_no_bytes_break_the_readers(content, head):
    for bare in (strip_jpeg, strip_jpeg2000):
        try:
            found = bare(head + content)
        except Unfit:
            continue
        assert bare(found) == found


@pytest.mark.parametrize(
    ("raw", "coding"),
    [
        (zlib.compress(SECRET), "/FlateDecode"),
        (base64.a85encode(SECRET) + b"~>", "/ASCII85Decode"),
        (SECRET.hex(" ").encode() + b"\n>", "/ASCIIHexDecode"),
    ],
)
def test_filter_around_a_picture_is_decoded(raw, coding):
    assert decode_stream(raw, coding) == SECRET


@pytest.mark.parametrize(
    ("raw", "coding"),
    [
        (zlib.compress(bytes(MAX_DECODED_BYTES + 1)), "/FlateDecode"),
        (b"no zlib", "/FlateDecode"),
        (b"vvvvvv", "/ASCII85Decode"),
        (b"xyz>", "/ASCIIHexDecode"),
        (b"", "/LZWDecode"),
    ],
    ids=["bomb", "flate", "ascii85", "hex", "lzw"],
)
def test_unknown_or_damaged_filter_is_refused(raw, coding):
    with pytest.raises(Unfit) as refused:
        decode_stream(raw, coding)

    assert refused.value.reason == Reason.UNREADABLE
