"""What unpacks to hundreds of megabytes never comes through the cleaning of a PDF."""

import struct
import zlib

import pytest
from django.utils import translation
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from protect.uploads.clean_documents import clean_document
from protect.uploads.documents import pdf_streams, qpdf
from protect.uploads.documents.pdf_pictures import jpeg2000_pixels, jpeg_pixels
from protect.uploads.documents.pdfs import rewrite
from protect.uploads.errors import UploadRefused
from protect.uploads.refusal_reasons import MEBIBYTE, Reason, Unfit
from protect.uploads.scanners import NoScanner
from tests.uploads.sample_files import lzw, pdf, picture, saved, with_picture


@pytest.fixture(autouse=True)
def raised_qpdf_limits() -> None:
    """Let qpdf read more than a parser's process lets it: a test before may have bounded it."""
    qpdf.set_limits(most=1000 * MEBIBYTE)


def blanks(megabytes: int) -> bytes:
    """Flate of so many blanks, without ever holding them."""
    packing, piece = zlib.compressobj(9), b" " * MEBIBYTE
    return b"".join(packing.compress(piece) for _ in range(megabytes)) + packing.flush()


def with_contents(raw: bytes, coding: object = Name.FlateDecode) -> Pdf:
    made = pdf()
    made.pages[0].obj.Contents = Stream(made, raw, Filter=coding)
    return made


def test_page_of_nine_hundred_megabytes_is_refused_with_a_message():
    content = saved(with_contents(blanks(900)))

    assert len(content) < MEBIBYTE
    with translation.override("en"), pytest.raises(UploadRefused) as refused:
        clean_document("a.pdf", content, scanner=NoScanner())

    assert (refused.value.code, refused.value.reason) == ("upload_refused", "unpacks_too_large")
    assert refused.value.text().startswith(
        "This document is packed so tightly that opening it could overload a device."
    )


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: with_contents(blanks(65)), Reason.UNPACKS_TOO_LARGE),
        (lambda: with_contents(lzw(b" ", 10), Name.LZWDecode), Reason.UNPACKS_TOO_LARGE),
        (
            lambda: with_contents(zlib.compress(blanks(65)), Array([Name.FlateDecode] * 2)),
            Reason.UNPACKS_TOO_LARGE,
        ),
        (lambda: with_contents(b"x", Name.Strange), Reason.UNREADABLE),
    ],
    ids=["flate", "lzw", "flate in flate", "strange"],
)
def test_decompression_bomb_is_refused(make, reason):
    content = saved(make())

    with pytest.raises(Unfit) as refused:
        rewrite(content)

    assert refused.value.reason == reason


def test_a_picture_that_declares_more_points_than_are_drawn_is_refused():
    made = with_picture(b"x", Filter=Name.CCITTFaxDecode)
    image = made.pages[0].obj.Resources.XObject.Im0
    image.Width, image.Height = 10_000, 60_000

    with pytest.raises(Unfit) as refused:
        rewrite(saved(made))

    assert refused.value.reason == Reason.TOO_MANY_PIXELS


def test_many_streams_count_together(monkeypatch):
    monkeypatch.setattr(pdf_streams, "MAX_TOTAL_BYTES", 3 * MEBIBYTE)
    made = pdf(4)
    for number, page in enumerate(made.pages):
        page.obj.Contents = Stream(made, blanks(1) + bytes(number), Filter=Name.FlateDecode)

    with pytest.raises(Unfit) as refused:
        rewrite(saved(made))

    assert refused.value.reason == Reason.UNPACKS_TOO_LARGE
    del made.pages[3]
    assert rewrite(saved(made)).startswith(b"%PDF-")


def test_large_lossless_scan_is_accepted():
    made = pdf()
    image = Stream(made, blanks(100), Type=Name.XObject, Subtype=Name.Image)
    image.Filter, image.Width, image.Height = Name.FlateDecode, 7000, 4990
    image.ColorSpace, image.BitsPerComponent = Name.DeviceRGB, 8
    made.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Im0=image))
    made.pages[0].obj.Contents = made.make_stream(b"/Im0 Do")

    assert rewrite(saved(made)).startswith(b"%PDF-")


def test_a_jpeg_that_draws_more_points_than_the_pdf_declares_is_refused():
    small = picture("JPEG")
    at = small.index(b"\xff\xc0") + 5
    large = small[:at] + struct.pack(">HH", 60_000, 60_000) + small[at + 4 :]

    assert jpeg_pixels(small) == 40 * 20
    with pytest.raises(Unfit) as refused:
        rewrite(saved(with_picture(large, Filter=Name.DCTDecode)))

    assert refused.value.reason == Reason.TOO_MANY_PIXELS


@pytest.mark.parametrize("bare", [True, False])
def test_the_points_of_a_jpeg2000_are_counted(bare):
    assert jpeg2000_pixels(picture("JPEG2000", no_jp2=bare)) == 40 * 20


@pytest.mark.parametrize("count", [jpeg_pixels, jpeg2000_pixels])
def test_data_that_is_no_picture_is_unreadable(count):
    with pytest.raises(Unfit):
        count(b"\xff\xd8\xff\xd9")
