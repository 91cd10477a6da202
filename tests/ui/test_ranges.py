import pytest
from django.test import RequestFactory

from protect.ui.ranges import ByteRange, parse_range, ranged_response

CONTENT = bytes(range(100))


def answer(header: str = "", method: str = "get"):
    headers = {"Range": header} if header else {}
    request = getattr(RequestFactory(headers=headers), method)("/film")
    return ranged_response(
        request, len(CONTENT), "video/mp4", lambda first, last: iter([CONTENT[first : last + 1]])
    )


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", None),
        ("bytes=0-", ByteRange(0, 99)),
        ("bytes=10-19", ByteRange(10, 19)),
        ("bytes=90-1000", ByteRange(90, 99)),
        ("bytes=-10", ByteRange(90, 99)),
        ("bytes=-1000", ByteRange(0, 99)),
        ("bytes=20-10", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("pages=1-2", None),
        ("bytes=" + "9" * 4000 + "-", None),
    ],
)
def test_a_part_is_found_and_what_is_not_understood_is_the_whole_file(header, found):
    assert parse_range(header, 100) == found


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=500-600", "bytes=-0"])
def test_a_part_that_does_not_exist_is_refused_with_the_size(header):
    response = answer(header)

    assert response.status_code == 416
    assert response.headers["Content-Range"] == "bytes */100"


def test_a_part_is_sent_with_its_place():
    response = answer("bytes=10-19")

    assert response.status_code == 206
    assert b"".join(response.streaming_content) == CONTENT[10:20]
    assert response.headers["Content-Range"] == "bytes 10-19/100"
    assert response.headers["Content-Length"] == "10"


def test_the_whole_file_says_that_parts_can_be_asked_for():
    response = answer()

    assert response.status_code == 200
    assert b"".join(response.streaming_content) == CONTENT
    assert (response.headers["Accept-Ranges"], response.headers["Content-Length"]) == (
        "bytes",
        "100",
    )


def test_head_sends_no_content():
    response = answer(method="head")

    assert response.content == b""
    assert response.headers["Content-Length"] == "100"
