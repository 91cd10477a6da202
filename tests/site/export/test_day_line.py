"""Pages whose ends are stored uncompressed, so that a new day compresses nothing."""

from gzip import decompress

import brotli
from hypothesis import given, strategies as st

from protect.site.export import day_line
from protect.site.export.day_line import DAY_LINE

bodies = st.binary(max_size=2000)
words = st.text(min_size=1, max_size=60).map(str.encode)


@given(head=bodies, line=words)
def test_a_packed_page_is_the_page_in_each_encoding(head, line):
    body = head + DAY_LINE + line + b"</p></body></html>"
    page = day_line.pack(body)

    assert brotli.decompress(page.brotli) == decompress(page.gzip) == page.body == body


@given(body=bodies.filter(lambda body: DAY_LINE not in body))
def test_a_page_without_a_day_is_compressed_as_a_whole(body):
    page = day_line.pack(body)

    assert brotli.decompress(page.brotli) == decompress(page.gzip) == body


@given(head=bodies)
def test_a_page_with_another_day_is_as_if_it_were_packed_anew(head):
    before = head + DAY_LINE + b"As of 9 December 2026</p>"
    after = head + DAY_LINE + b"As of 10 December 2026</p>"

    page = day_line.pack(before)
    assert day_line.change_end(page, "9 December", "10 December") == day_line.pack(after)


def test_an_end_without_the_day_or_with_two_is_not_changed():
    for end in (b"As of today", b"As of 9 December, not 9 December"):
        page = day_line.pack(b"<p>Text</p>" + DAY_LINE + end)
        assert day_line.change_end(page, "9 December", "10 December") is None
