"""Sizes and lengths in words, in every language of the public site."""

import pytest

from protect.reference import formats, vocabulary

TAGS = list(vocabulary.published_languages("demo"))


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (1, "1 kilobyte"),
        (850_000, "850 kilobytes"),
        (1_000_000, "1 megabyte"),
        (12_400_000, "12 megabytes"),
    ],
)
def test_a_size_is_said_in_words(size, words):
    assert formats.size_text(size, "en") == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (40, "40 seconds"), (89, "89 seconds"), (200, "3 minutes")],
)
def test_a_length_is_said_in_words(seconds, words):
    assert formats.seconds_text(seconds, "en") == words


@pytest.mark.parametrize("tag", TAGS)
def test_no_language_shows_the_name_of_a_unit_in_place_of_a_word(tag):
    for number in (1, 2, 3, 11, 40, 1000):
        said = [formats.size_text(number * each, tag) for each in (1_000, 1_000_000)]
        said += [formats.seconds_text(number, tag), formats.seconds_text(number * 60, tag)]
        assert not any("digital" in text or "duration" in text for text in said), said
