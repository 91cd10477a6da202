"""Differences between versions, word by word and section by section."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from protect.coordination.procedures import word_alignment
from protect.coordination.procedures.comparison import (
    SectionText,
    compare_sections,
    compare_texts,
)
from protect.coordination.procedures.enums import SectionChange

ONE, TWO, THREE = UUID(int=1), UUID(int=2), UUID(int=3)
LONG = [f"w{number}" for number in range(2000)]
WORDS = st.lists(st.sampled_from(["call", "the", "line", "at", "night", "\n\n"]), max_size=30)


def changed(pieces):
    return [piece.text for piece in pieces if piece.is_changed]


@pytest.mark.parametrize(
    ("before", "after", "left_out", "new"),
    [
        ("Call the line at night.", "Call the police at night.", ["line"], ["police"]),
        ("Call  the line", "Call the line", [], []),  # spaces do not count
        ("Call", "Call\n\nNow", [], ["\n\nNow"]),
        ("One old word", "Two new word", ["One old"], ["Two new"]),
        ("a old b", "x old y", ["a old b"], ["x old y"]),  # a lonely word joins its neighbours
        ("", "Call", [], ["Call"]),
        ("Call", "", ["Call"], []),
        ("اتصل بالخط", "اتصل بالشرطة", ["بالخط"], ["بالشرطة"]),
    ],
)
def test_words_that_changed_are_marked(before, after, left_out, new):
    old, new_pieces = compare_texts(before, after)

    assert changed(old) == left_out
    assert changed(new_pieces) == new


@given(WORDS, WORDS)
def test_both_sides_have_all_their_words(before, after):
    texts = " ".join(before), " ".join(after)

    for text, pieces in zip(texts, compare_texts(*texts), strict=True):
        assert " ".join(piece.text for piece in pieces).split() == text.split()


def test_sections_are_compared_by_their_keys():
    before = [SectionText(ONE, "One", "a"), SectionText(TWO, "Two", "b")]
    after = [SectionText(ONE, "One", "a"), SectionText(THREE, "Three", "c")]

    found = [(each.change, each.title) for each in compare_sections(before, after)]

    assert found == [
        (SectionChange.SAME, "One"),
        (SectionChange.REMOVED, "Two"),
        (SectionChange.ADDED, "Three"),
    ]


def test_a_new_title_is_a_change():
    (found,) = compare_sections([SectionText(ONE, "Old", "a")], [SectionText(ONE, "New", "a")])

    assert found.change == SectionChange.CHANGED
    assert (changed(found.before), changed(found.after)) == (["Old"], ["New"])


@pytest.fixture(params=["exact", "cut", "paragraphs"])
def way(request, monkeypatch):
    """Lower the limits, so that short texts are aligned as long ones are."""
    if request.param != "exact":
        monkeypatch.setattr(word_alignment, "EXACT", 0)
        monkeypatch.setattr(word_alignment, "STRETCH", 2)
    if request.param == "paragraphs":
        monkeypatch.setattr(word_alignment, "MOST", 0)


@pytest.mark.usefixtures("way")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORDS, WORDS)
def test_blocks_tile_both_texts_and_equal_blocks_are_equal(old, new):
    blocks = list(word_alignment.align(old, new))

    ends = (0, 0)
    for number, block in enumerate(blocks):
        assert (block.before[0], block.after[0]) == ends
        ends = block.before[1], block.after[1]
        assert not (block.is_equal and number and blocks[number - 1].is_equal)
        if block.is_equal:
            assert old[slice(*block.before)] == new[slice(*block.after)]
    assert ends == (len(old), len(new))


def test_a_long_text_shows_a_changed_and_a_moved_place(monkeypatch):
    monkeypatch.setattr(word_alignment, "EXACT", 0)
    moved, rest = LONG[:50], [*LONG[50:1000], "CHANGED", *LONG[1001:]]

    before, after = compare_texts(" ".join(LONG), " ".join([*rest, *moved]))

    assert changed(before) == [" ".join(moved), "w1000"]
    assert changed(after) == ["CHANGED", " ".join(moved)]


def test_a_long_text_written_anew_is_compared_by_paragraphs(monkeypatch):
    monkeypatch.setattr(word_alignment, "EXACT", 0)
    monkeypatch.setattr(word_alignment, "MOST", 0)

    before, after = compare_texts("One old\n\nThe same\n\nEnd", "One new\n\nThe same\n\nEnd")

    assert changed(before) == ["One old\n\n"]
    assert changed(after) == ["One new\n\n"]
