import re
from datetime import date

import pytest

from protect.vault.enums import Kind
from protect.vault.models import Draft, Record, TeamKey
from protect.vault.records import notes
from protect.vault.records.notes import NoteContent
from tests.vault.cast import AT, LATER, entries
from tests.vault.traces import everything
from tests.vault.views.desk import Desk, led_to, words
from tests.vault.views.noting import TYPED, add_named, home, noted, said, seen_on

CAST_IS_KEPT = True
HELD = ("seen", "had", "months")


@pytest.fixture
def amal(cast) -> Desk:
    return Desk().let_in(cast.amal)


def test_a_note_is_written_and_stands_there_sealed(cast, amal):
    typed = {
        **TYPED,
        "title": "Demo  Title\tمرحبا",
        "text": "one\r\ntwo\r\n\r\nthree",
        "months": "3",
    }

    answer = amal.post(f"{home(cast.desk)}/new", **typed)

    record = Record.objects.get()
    assert answer.headers["Location"] == f"/notes/{record.pk}"
    assert said(cast.sana, record) == ("Demo  Title\tمرحبا", "one\ntwo\n\nthree")
    assert (record.kind, record.owner_team, record.retention) == (
        Kind.NOTE,
        cast.desk,
        date(2027, 2, 1),
    )
    page = amal.get(f"/notes/{record.pk}")
    assert "Note saved. Only your team can read it." in words(page)
    assert '<p dir="auto">one<br>two</p><p dir="auto">three</p>' in page.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("title", "", "This field is required"),
        ("title", "x" * 121, "at most 120 characters"),
        ("text", " ", "This field is required"),
        ("text", "x" * 20_001, "at most 20000 characters"),
        ("text", "a\x00b", "Null characters"),
        ("months", "0", "greater than or equal to 1"),
        ("months", "121", "less than or equal to 120"),
        ("months", "many", "Enter a whole number"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_sealed(cast, amal, field, value, why):
    before = everything()

    answer = amal.post(f"{home(cast.desk)}/new", **{**TYPED, field: value})

    assert answer.status_code == 422
    assert why in words(answer)
    assert "Demo" in answer.content.decode()  # what was right stays in the form
    assert everything()["Record"] == before["Record"]
    assert entries("seal") == 0


def test_the_longest_text_of_the_widest_letters_is_taken(cast, amal):
    amal.post(f"{home(cast.desk)}/new", **{**TYPED, "text": "ጤ" * 20_000})

    assert said(cast.amal, Record.objects.get())[1] == "ጤ" * 20_000


def test_a_team_without_a_key_refuses_in_the_form_and_keeps_what_was_typed(cast, amal):
    TeamKey.objects.filter(team=cast.desk).update(state="retired")

    answer = amal.post(f"{home(cast.desk)}/new", **TYPED)

    assert answer.status_code == 409
    assert "Its key and recovery kit must be finished first" in words(answer)
    assert "Demo text" in answer.content.decode()
    assert not Record.objects.exists()


def test_a_note_is_changed_with_its_month(cast, amal):
    record = noted(cast.amal, cast.desk)
    page = amal.get(f"/notes/{record.pk}/edit")
    assert 'name="months" value="24"' in page.content.decode()

    typed = {"title": "Demo New", "text": "new", "months": "1", "seen": seen_on(page)}
    answer = amal.post(f"/notes/{record.pk}/edit", **typed)

    assert answer.headers["Location"] == f"/notes/{record.pk}"
    assert said(cast.sana, record) == ("Demo New", "new")
    record.refresh_from_db()
    assert (record.version, record.retention) == (2, date(2026, 12, 1))


def edit(desk: Desk, record: Record, **typed: str) -> None:
    """Change a note by what its page holds, and by what somebody types over it."""
    page = desk.get(f"/notes/{record.pk}/edit").content.decode()
    held = {name: re.search(rf'name="{name}" value="(\d+)"', page)[1] for name in HELD}
    answer = desk.post(f"/notes/{record.pk}/edit", **{**TYPED, **held, **typed})
    assert answer.status_code == 302, words(answer)
    record.refresh_from_db()


@pytest.mark.parametrize(
    ("year", "month"), [(2026, 12), (2028, 10), (2028, 11), (2028, 12)], ids=str
)
def test_a_note_whose_months_are_left_alone_keeps_its_month(cast, year, month):
    record = noted(cast.amal, cast.desk)  # until November 2028
    amal = Desk(at=AT.replace(year=year, month=month)).let_in(cast.amal)

    edit(amal, record, text="new")

    assert said(cast.amal, record)[1] == "new"
    assert record.retention == date(2028, 11, 1)


def test_a_page_that_stood_open_over_the_end_of_a_month_moves_no_month(cast, amal):
    record = noted(cast.amal, cast.desk)
    page = amal.get(f"/notes/{record.pk}/edit").content.decode()
    held = {name: re.search(rf'name="{name}" value="(\d+)"', page)[1] for name in HELD}
    december = Desk(at=AT.replace(month=12)).let_in(cast.amal)

    december.post(f"/notes/{record.pk}/edit", **{**TYPED, **held, "text": "another"})

    record.refresh_from_db()
    assert (record.version, record.retention) == (2, date(2028, 11, 1))


def test_saving_what_stands_already_says_that_nothing_was_changed(cast, amal):
    record = noted(cast.amal, cast.desk)

    edit(amal, record)

    page = words(amal.get(f"/notes/{record.pk}"))
    assert "Nothing was changed." in page
    assert "Saved. See the version before" not in page
    record.refresh_from_db()
    assert record.version == 1


def test_a_note_can_be_kept_until_the_end_of_this_month_and_no_shorter(cast, amal):
    record = noted(cast.amal, cast.desk)

    edit(amal, record, months="0")
    answer = amal.post(f"/notes/{record.pk}/edit", **{**TYPED, "months": "-1", "seen": "2"})

    assert answer.status_code == 422
    record.refresh_from_db()
    assert record.retention == date(2026, 11, 1)


def test_months_that_a_colleague_set_meanwhile_are_shown_and_stay_if_left_alone(cast, amal):
    record = noted(cast.amal, cast.desk)
    theirs = NoteContent("Demo Title", "What Sana saw", 3)
    notes.change_note(cast.sana.unlocked(), record, theirs, seen=1, at=AT)

    refused = amal.post(f"/notes/{record.pk}/edit", **TYPED, seen="1", had="24")
    mine = amal.post(f"/notes/{record.pk}/edit", **{**TYPED, "months": "6"}, seen="1", had="24")

    assert 'name="months" value="3"' in refused.content.decode()
    assert 'name="months" value="6"' in mine.content.decode()
    assert 'name="had" value="3"' in mine.content.decode()


def test_when_two_people_change_a_note_both_texts_are_shown_and_none_is_lost(cast, amal):
    record, sana = noted(cast.amal, cast.desk), Desk().let_in(cast.sana)
    mine = {**TYPED, "seen": seen_on(amal.get(f"/notes/{record.pk}/edit"))}
    theirs = {**TYPED, "seen": seen_on(sana.get(f"/notes/{record.pk}/edit"))}
    sana.post(f"/notes/{record.pk}/edit", **{**theirs, "text": "What Sana saw"})

    refused = amal.post(f"/notes/{record.pk}/edit", **{**mine, "text": "What Amal saw"})

    assert refused.status_code == 409
    assert "What Sana saw" in words(refused)
    assert "What Amal saw" in words(refused)
    assert "Demo Sana" in words(refused)
    assert said(cast.amal, record) == ("Demo Title", "What Sana saw")
    both = {**TYPED, "seen": seen_on(refused), "text": "What both saw"}
    assert amal.post(f"/notes/{record.pk}/edit", **both).status_code == 302
    assert said(cast.sana, record) == ("Demo Title", "What both saw")


@pytest.mark.parametrize("seen", ["", "0", "2", "99", "x"])
def test_a_version_that_nobody_saw_is_refused(cast, amal, seen):
    record = noted(cast.amal, cast.desk)

    answer = amal.post(f"/notes/{record.pk}/edit", **{**TYPED, "text": "new", "seen": seen})

    assert answer.status_code in (409, 422)
    assert said(cast.amal, record) == ("Demo Title", "Demo text")


def test_changing_a_text_keeps_the_files(cast, amal):
    record = noted(cast.amal, cast.desk)
    add_named(cast.amal, record, "Demo.png")

    amal.post(f"/notes/{record.pk}/edit", **TYPED, seen="2")

    (about,) = notes.open_note(cast.amal.unlocked(), record, at=LATER).files.values()
    assert (about.name, about.size) == ("Demo.png", 7)


def test_what_is_posted_while_locked_is_kept_sealed_and_waits(cast, amal):
    record = noted(cast.amal, cast.desk)
    page = amal.get(f"/notes/{record.pk}/edit")
    assert "data-keep" in page.content.decode()
    amal.post("/lock")

    answer = amal.post(f"/notes/{record.pk}/edit", **{**TYPED, "text": "PLANTED", "seen": "1"})

    draft = Draft.objects.get()
    assert led_to(answer) == "/unlock"
    assert draft.address == f"/notes/{record.pk}/edit"
    assert b"PLANTED" not in bytes(draft.ct)
    assert said(cast.amal, record) == ("Demo Title", "Demo text")


def test_the_longest_text_can_be_sent_from_what_was_kept(cast, amal):
    record, text = noted(cast.amal, cast.desk), "ጤ" * 20_000
    amal.post("/lock")
    amal.post(f"/notes/{record.pk}/edit", **{**TYPED, "text": text, "seen": "1"})

    page = Desk().let_in(cast.amal).get(f"/drafts/{Draft.objects.get().pk}").content.decode()

    (form,) = re.findall(f'<form[^>]*action="/notes/{record.pk}/edit"[^>]*>', page)
    assert 'enctype="multipart/form-data"' in form  # three times as long otherwise, and too long
    assert f'value="{text}"' in page
