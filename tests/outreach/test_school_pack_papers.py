"""Packs on paper: every lesson and every note can be printed, whatever the script."""

import io

import pytest
from pypdf import PdfReader

from protect.outreach import school_packs
from protect.outreach.school_packs import pack_pdf, parent_note_pdf
from protect.trainings.base.help_lines import HelpLine
from tests.ui.press.seeing import as_seen, pages

NUMBERS = (
    HelpLine("Demo", "112", is_checked=True),
    HelpLine("Demo line", "116 111", is_checked=False),
    HelpLine("Demo مركز", "+32 2 000 00 00", is_checked=False),
)
# As it is seen from left to right.
UNCONFIRMED = {
    "en": "Not confirmed",
    "fr": "Pas confirmé",
    "nl": "Niet bevestigd",
    "ar": "د ك ؤ مُ ريغ",
}


def text_of(pdf: bytes) -> tuple[int, str]:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return len(pages), " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("code", ["6-8", "15-18"])
def test_a_lesson_and_its_card_are_printed(code):
    lesson, card = school_packs.load_lessons("en")[code], school_packs.load_teacher_cards()["fr"]
    count, text = text_of(pack_pdf(lesson, card, NUMBERS, tag="en", card_tag="fr"))

    assert 2 <= count <= 3
    assert lesson.title in text
    assert "Je te crois" in text
    assert "112" in text


@pytest.mark.parametrize("tag", ["nl", "ar"])
def test_a_lesson_is_printed_in_its_language(tag):
    lesson, card = school_packs.load_lessons(tag)["12-14"], school_packs.load_teacher_cards()[tag]
    count, text = text_of(pack_pdf(lesson, card, NUMBERS, tag=tag, card_tag=tag))

    assert 2 <= count <= 4
    assert "116 111" in text


@pytest.mark.parametrize("tag", list(school_packs.load_teacher_cards()))
def test_unconfirmed_numbers_are_marked_on_paper(tag):
    lesson, card = school_packs.load_lessons(tag)["12-14"], school_packs.load_teacher_cards()[tag]
    printed = pages(pack_pdf(lesson, card, NUMBERS, tag=tag, card_tag=tag))[-1]
    lines = {
        line.number: next(text for text in as_seen(printed).splitlines() if line.number in text)
        for line in NUMBERS[1:]
    }

    for line in lines.values():
        assert UNCONFIRMED[tag] in line
    assert as_seen(printed).count(UNCONFIRMED[tag]) == len(lines)


@pytest.mark.parametrize("tag", list(school_packs.load_parent_notes()))
def test_note_to_parents_fits_on_one_page(tag):
    count, text = text_of(parent_note_pdf(school_packs.load_parent_notes()[tag], tag=tag))

    assert count == 1
    assert text
