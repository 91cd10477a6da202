"""Minutes in a further language: states, two translators, and the paper with both."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from protect.coordination.minutes import actions as minutes
from protect.coordination.translated_minutes.actions import TypedText, save_texts
from protect.coordination.translated_minutes.lines import item_pairs
from protect.coordination.translated_minutes.models import TranslatedText
from protect.coordination.translated_minutes.papers import minutes_pdf, minutes_words
from protect.coordination.translated_minutes.rules import (
    SourceText,
    TextState,
    digest_of,
    text_state,
)
from protect.kernel import tables
from tests.coordination.cast import AT, make_action, make_desks, make_group, make_item, make_meeting

ARABIC = "الخط الساخن ليلاً: 116 006"


@pytest.fixture
def meeting(cast):
    meeting = make_meeting(cast, make_group(cast))
    item = make_item(cast, meeting, "Night line")
    minutes.save_line(cast.scope(), item, "The line answers at night.\nIt is free.", 0, at=AT)
    minutes.record_decision(cast.scope(), item, "Call the line first", at=AT, is_early=True)
    make_action(cast, item, meeting.group.members.get(user=cast.people["bela"]))
    return meeting


@pytest.fixture
def address(meeting):
    return f"/groups/meetings/{meeting.pk}/minutes/languages/ar"


def typed_for(meeting, **texts):
    """Return what a page that was just opened sends, by kind of text."""
    pairs = {
        pair.source.key.partition("-")[0]: pair
        for line in item_pairs(meeting, "ar")
        for pair in line.pairs
    }
    return {
        pairs[kind].source.key: TypedText(
            text, digest_of(pairs[kind].translation), pairs[kind].source.digest
        )
        for kind, text in texts.items()
    }


def states(meeting):
    return {
        pair.source.key.partition("-")[0]: pair.state.value
        for line in item_pairs(meeting, "ar")
        for pair in line.pairs
    }


def test_a_translation_is_current_until_its_source_changes(cast, meeting):
    save_texts(cast.scope(), meeting, "ar", typed_for(meeting, text=ARABIC, title="ليل"), at=AT)
    assert states(meeting) == {
        "title": "current",
        "text": "current",
        "decision": "missing",
        "action": "missing",
    }

    item = meeting.agenda.get()
    minutes.save_line(cast.scope(), item, "The line is closed.", 1, at=AT)

    assert states(meeting)["text"] == "outdated"
    typed = typed_for(meeting, text=ARABIC)
    save_texts(cast.scope(), meeting, "ar", typed, at=AT)  # saving the page confirms nothing
    assert states(meeting)["text"] == "outdated"
    right = {key: each._replace(is_still_right=True) for key, each in typed.items()}
    save_texts(cast.scope(), meeting, "ar", right, at=AT)
    assert states(meeting)["text"] == "current"


def test_of_two_translators_neither_overwrites_the_other(cast, meeting):
    first, second = typed_for(meeting, text="أ"), typed_for(meeting, text="ب", title="ليل")

    assert save_texts(cast.scope(), meeting, "ar", first, at=AT) == {}
    conflicts = save_texts(cast.scope(), meeting, "ar", second, at=AT)

    assert list(conflicts.values()) == ["ب"]
    stored = TranslatedText.objects.values_list("text", flat=True)
    assert sorted(stored) == sorted(["أ", "ليل"])


def test_the_page_shows_both_texts_of_a_conflict(cast, meeting, address):
    desk = make_desks(cast)["amal"]
    page = desk.get(address).text
    fields = dict(re.findall(r'name="((?:seen|source)-[^"]+)"\s+value="([^"]*)"', page))
    key = next(iter(typed_for(meeting, text="")))
    save_texts(cast.scope(), meeting, "ar", typed_for(meeting, text="أ"), at=AT)

    answer = desk.post(address, **fields, **{f"translation-{key}": "ب"})

    assert answer.status_code == 409
    assert "أ" in answer.text
    assert "ب" in answer.text
    assert TranslatedText.objects.get().text == "أ"


def test_an_emptied_translation_is_missing_again(cast, meeting):
    save_texts(cast.scope(), meeting, "ar", typed_for(meeting, text=ARABIC), at=AT)
    save_texts(cast.scope(), meeting, "ar", typed_for(meeting, text=""), at=AT)

    assert states(meeting)["text"] == "missing"


@pytest.mark.parametrize("language", ["en", "xx", "ase"])
def test_minutes_are_translated_into_other_written_languages_only(cast, meeting, language):
    desk = make_desks(cast)["amal"]
    page = f"/groups/meetings/{meeting.pk}/minutes"

    assert desk.get(f"{page}/languages/{language}").status_code == 404
    assert desk.get(f"{page}/print?language={language}").status_code == 404


def test_the_paper_has_both_languages_and_says_what_is_missing_or_outdated(cast, meeting):
    save_texts(cast.scope(), meeting, "ar", typed_for(meeting, text=ARABIC, title="ليل"), at=AT)
    minutes.save_line(cast.scope(), meeting.agenda.get(), "The line is closed.", 1, at=AT)

    text = pdf_text(minutes_pdf(meeting, "hr"))
    both = PdfReader(BytesIO(minutes_pdf(meeting, "ar")))

    assert "Minutes: Meeting 1" in text
    assert "Zapisnik: Sastanak 1" in text
    assert text.count("Nije prevedeno") == 4  # title, text, decision, action
    assert "The line is closed." in text
    assert "Odluka 1" in text
    assert len(both.pages) == 1
    assert "116\u00a0006" in both.pages[0].extract_text()  # in this order, in Arabic too


def pdf_text(content):
    pages = PdfReader(BytesIO(content)).pages
    return re.sub(r"[\u2066-\u2069]|\s+", " ", " ".join(page.extract_text() for page in pages))


def test_a_member_prints_and_does_not_translate(cast, meeting, address):
    desk = make_desks(cast)["bela"]

    assert desk.get(f"/groups/meetings/{meeting.pk}/minutes/print").status_code == 200
    assert desk.get(address).status_code == 403


@pytest.mark.parametrize(
    ("digest", "state"),
    [
        (None, TextState.MISSING),
        (digest_of("a"), TextState.CURRENT),
        (digest_of("b"), TextState.OUTDATED),
    ],
)
def test_state_follows_from_the_digest_of_the_source(digest, state):
    assert text_state(SourceText("text-1", "a"), digest) == state


def test_each_language_of_the_paper_keeps_its_placeholders():
    for tag in ("en", "fr", "nl", "es", "it", "el", "pl", "bg", "hr", "hu", "sl", "mt", "de", "ar"):
        words = minutes_words(tag)
        assert "{meeting}" in words.approved
        assert "{number}" in words.decision
    assert minutes_words("so") == minutes_words("en")
    assert list(tables.find_files("coordination", "minutes_papers", is_required=True))
