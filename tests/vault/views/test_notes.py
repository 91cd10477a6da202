from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import unquote
from uuid import uuid4

import pytest

from protect.audit.models import Entry
from protect.orgs.enums import TeamState
from protect.vault.actions import erasing, notes
from protect.vault.actions.notes import Said
from protect.vault.enums import Kind
from protect.vault.models import DekWrap, Draft, Record, Sealed, Session, TeamKey
from tests.vault.cast import AT, LATER, entries, write
from tests.vault.traces import everything, written
from tests.vault.views.desk import Desk, led_to, words

TYPED = {"title": "Demo Title", "text": "Demo text", "months": "24"}


@pytest.fixture
def amal(cast) -> Desk:
    return Desk().let_in(cast.amal)


def noted(person, team, title="Demo Title", text="Demo text", at=AT) -> Record:
    return notes.write(person.unlocked(), team, Said(title, text), at=at)


def said(person, record: Record) -> tuple[str, str]:
    found = notes.opened(person.unlocked(), record, at=LATER)
    return found.title, found.text


def home(team) -> str:
    return f"/teams/{team.pk}/notes"


def found(desk: Desk, team, typed: str) -> str:
    return words(desk.get(desk.post(home(team), q=typed).headers["Location"]))


def seen_on(response) -> str:
    return re.search(r'name="seen" value="(\d+)"', response.content.decode())[1]


# --- the list ------------------------------------------------------------------------------------


def test_a_team_without_notes_is_told_what_they_are_for(cast, amal):
    page = words(amal.get(home(cast.desk)))

    assert "No notes yet" in page
    assert "Write the first note" in page


def test_notes_stand_by_their_newest_change_with_their_files_counted(cast, amal):
    first = noted(cast.amal, cast.desk, "Demo First")
    noted(cast.sana, cast.desk, "Demo Second", at=AT + timedelta(minutes=1))
    seen = {"seen": 1, "at": AT + timedelta(minutes=2)}
    notes.change(cast.sana.unlocked(), first, Said("Demo First", "more"), **seen)

    page = words(amal.get(home(cast.desk)))

    assert page.index("Demo First") < page.index("Demo Second")
    assert page.count("none") == 2


def test_the_list_shows_twenty_five_and_leads_on(cast, amal):
    for number in range(27):
        noted(cast.amal, cast.desk, f"Demo number {number:02}", at=AT + timedelta(seconds=number))

    first, second = amal.get(home(cast.desk)), amal.get(f"{home(cast.desk)}?page=2")

    assert words(first).count("Demo number") == 25
    assert "Demo number 01" not in words(first)
    assert words(second).count("Demo number") == 2


def test_looking_at_the_list_is_one_entry_in_the_audit(cast, amal):
    noted(cast.amal, cast.desk)
    noted(cast.amal, cast.desk)

    amal.get(home(cast.desk))

    assert (entries("scan"), entries("open")) == (1, 0)


def test_notes_that_do_not_open_are_counted_and_named_for_the_officer(cast, amal):
    whole, broken = noted(cast.amal, cast.desk, "Demo Whole"), noted(cast.amal, cast.desk, "Lost")
    Sealed.objects.filter(record=broken).update(ct=b"\x01" + bytes(60))

    page = words(amal.get(home(cast.desk)))

    assert "1 note cannot be opened as it was written." in page
    assert str(broken.pk) in page
    assert str(whole.pk) not in page
    assert "Demo Whole" in page


def test_a_team_that_practises_is_warned(cast, amal):
    cast.desk.state = TeamState.FOUNDING
    cast.desk.save(update_fields=["state"])

    for address in (home(cast.desk), f"{home(cast.desk)}/new"):
        assert "Write nothing about real people yet." in words(amal.get(address))


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("amal", 200),
        ("dana", 403),  # manages the organisation, and may read nothing
        ("chidi", 404),  # another organisation
        ("bela", 404),
    ],
)
@pytest.mark.parametrize("path", ["", "/new"])
def test_only_those_who_work_in_a_team_see_its_notes(cast, who, status, path):
    answer = Desk().let_in(getattr(cast, who)).get(f"{home(cast.desk)}{path}")

    assert answer.status_code == status
    assert entries("scan") == (1 if status == 200 and not path else 0)


def test_somebody_who_only_receives_is_told_that_the_role_does_not_allow_it(cast):
    record, noor = noted(cast.bela, cast.shelter), Desk().let_in(cast.noor)

    for address in (home(cast.shelter), f"{home(cast.shelter)}/new", f"/notes/{record.pk}"):
        assert noor.get(address).status_code == 403
    assert entries("open") == 0


# --- search --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["ngô", "NGO THI", "thị  ngo", "kılıç", "KILIC", "470123456", "0470 12 34", "هدى", "passport"],
)
def test_search_finds_words_however_they_are_spelt(cast, amal, typed):
    record = noted(cast.amal, cast.desk, "Demo Ngô Thị", "Kılıç, 0470 12 34 56. قالت هُدَى")
    add_named(cast.amal, record, "Passpört.png")
    noted(cast.amal, cast.desk, "Another", "nothing of it")

    page = found(amal, cast.desk, typed)

    assert "1 of 2 notes found" in page
    assert "Demo Ngô Thị" in page
    assert "Another" not in page


def add_named(person, record, name) -> None:
    clean = notes.Clean(name, "image/png", b"content")
    notes.add_file(person.unlocked(), record, clean, at=AT)


def test_all_words_must_be_there(cast, amal):
    noted(cast.amal, cast.desk, "Demo Ngo", "Monday")

    assert "1 of 1 notes found" in found(amal, cast.desk, "ngo monday")
    assert "Nothing found" in found(amal, cast.desk, "ngo tuesday")


def test_what_is_searched_for_stands_in_no_address_session_or_title(cast, amal):
    noted(cast.amal, cast.desk)

    answer = amal.post(home(cast.desk), q="Demo Survivor")
    page = amal.get(answer.headers["Location"])

    assert "Survivor" not in unquote(answer.headers["Location"])
    assert 'value="Demo Survivor"' in page.content.decode()
    assert "Survivor" not in re.search("<title>.*?</title>", page.content.decode(), re.DOTALL)[0]
    assert b"Survivor" not in b"".join(
        each.session_data.encode() for each in Session.objects.order_by("pk")
    )
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"
    assert entries("scan") == 1


def test_an_empty_search_shows_all(cast, amal):
    assert amal.post(home(cast.desk), q="  ").headers["Location"] == home(cast.desk)


def test_pages_of_what_was_found_keep_the_search(cast, amal):
    for number in range(30):
        noted(cast.amal, cast.desk, f"Demo wanted {number}")
    address = amal.post(home(cast.desk), q="wanted").headers["Location"]

    page = amal.get(address).content.decode()
    (onward,) = re.findall(r'href="(\?[^"]*page=2)"', page)

    assert words(amal.get(home(cast.desk) + onward.replace("&amp;", "&"))).count("Demo wanted") == 5


@pytest.mark.parametrize("token", ["forged", "x" * 200, "AQ"])
def test_a_search_that_is_over_leads_to_all_notes_and_says_so(cast, amal, token):
    noted(cast.amal, cast.desk)
    right = amal.post(home(cast.desk), q="demo").headers["Location"]

    assert led_to(amal.get(f"{home(cast.desk)}?s={token}")) == home(cast.desk)
    assert "That search is over" in words(amal.get(home(cast.desk)))
    for minutes in (10, 20, 31):  # somebody who works on
        amal.at = AT + timedelta(minutes=minutes)
        answer = amal.get(right)
    assert led_to(answer) == home(cast.desk)


def test_a_search_opens_for_nobody_else(cast, amal):
    noted(cast.amal, cast.desk)
    address = amal.post(home(cast.desk), q="demo").headers["Location"]

    assert amal.get(address).status_code == 200
    assert Desk().let_in(cast.sana).get(address).status_code == 302
    assert Desk().let_in(cast.amal).get(address).status_code == 302  # another session


# --- writing -------------------------------------------------------------------------------------


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
    assert "Saved. Only your team can read it." in words(page)
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


# --- reading -------------------------------------------------------------------------------------


def test_a_note_says_who_can_read_it_how_long_and_who_did_what(cast, amal):
    record = noted(cast.sana, cast.desk, "<b>Demo</b>", "a <script> is text")

    page = amal.get(f"/notes/{record.pk}")

    assert "&lt;b&gt;Demo&lt;/b&gt;" in page.content.decode()
    assert "a &lt;script&gt; is text" in page.content.decode()
    assert "2 people hold the team's key" in words(page)
    assert "November 2028" in words(page)
    assert "A record was written." in words(page)
    assert "Demo Sana" in words(page)
    assert "A record was opened." in words(page)
    assert "Demo Amal" in words(page).partition("History")[2]


def test_the_title_of_the_page_is_not_that_of_the_note(cast, amal):
    record = noted(cast.amal, cast.desk, "Demo Survivor")

    for address in (f"/notes/{record.pk}", f"/notes/{record.pk}/edit", f"/notes/{record.pk}/erase"):
        page = amal.get(address).content.decode()
        assert "Survivor" not in re.search("<title>.*?</title>", page, re.DOTALL)[0]


def test_every_reading_is_in_the_audit(cast, amal):
    record = noted(cast.sana, cast.desk)

    amal.get(f"/notes/{record.pk}")

    entry = Entry.objects.get(action="vault.open")
    assert (entry.actor_id, entry.target) == (cast.amal.pk, f"note:{record.pk}")


PATHS = ("", "/edit", "/erase", "/files")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("who", ["chidi", "dana", "bela", "olga"])
def test_a_foreign_note_looks_like_none(cast, who, path):
    record = noted(cast.amal, cast.desk)
    desk, before = Desk().let_in(getattr(cast, who)), everything()

    foreign, missing = (desk.get(f"/notes/{pk}{path}") for pk in (record.pk, uuid4()))

    assert foreign.status_code == missing.status_code == 404
    assert words(foreign) == words(missing)
    assert everything()["Record"] == before["Record"]
    assert entries("open") == 0


@pytest.mark.parametrize("path", PATHS)
def test_another_record_of_the_team_is_no_note(cast, amal, path):
    case = write(cast.amal, cast.desk, kind="case")

    assert amal.get(f"/notes/{case.pk}{path}").status_code == 404


@pytest.mark.parametrize("path", ["/edit", "/erase", "/files"])
def test_nobody_changes_a_foreign_note(cast, path):
    record = noted(cast.amal, cast.desk)

    answer = Desk().let_in(cast.chidi).post(f"/notes/{record.pk}{path}", **TYPED, seen="1")

    assert answer.status_code == 404
    assert said(cast.amal, record) == ("Demo Title", "Demo text")
    assert written() == []


def test_a_damaged_note_says_whom_to_tell(cast, amal):
    record = noted(cast.amal, cast.desk)
    DekWrap.objects.update(origin=bytes(32))

    answer = amal.get(f"/notes/{record.pk}")

    assert answer.status_code == 422
    assert str(record.pk) in words(answer)
    assert entries("open") == 0


# --- changing ------------------------------------------------------------------------------------


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

    (about,) = notes.opened(cast.amal.unlocked(), record, at=LATER).files.values()
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


# --- erasing -------------------------------------------------------------------------------------


def test_before_it_is_erased_the_page_says_what_will_happen(cast, amal):
    record = noted(cast.amal, cast.desk)
    add_named(cast.amal, record, "Demo.png")

    page = words(amal.get(f"/notes/{record.pk}/erase"))

    assert "“ Demo Title ” is deleted at once, for everybody in the team Demo desk" in page
    assert "1 file goes with it." in page
    assert "after 14 days" in page
    assert "after 30 days" in page
    assert "This cannot be undone." in page
    assert Record.objects.filter(pk=record.pk).exists()


def test_an_erased_note_is_gone_for_everybody_and_written_down_outside(cast, amal):
    record = noted(cast.amal, cast.desk)
    add_named(cast.amal, record, "Demo.png")

    answer = amal.post(f"/notes/{record.pk}/erase")

    assert answer.headers["Location"] == home(cast.desk)
    assert "The note is erased." in words(amal.get(home(cast.desk)))
    assert not Record.objects.filter(pk=record.pk).exists()
    assert not Sealed.objects.exists()
    assert written() == [("record", str(record.pk), erasing.PERSON)]
    for who in ("amal", "sana", "chidi"):
        gone = Desk().let_in(getattr(cast, who))
        assert [gone.get(f"/notes/{record.pk}{path}").status_code for path in PATHS] == [404] * 4


def test_what_nobody_can_open_can_still_be_erased(cast, amal):
    record = noted(cast.amal, cast.desk)
    Sealed.objects.update(ct=b"\x01" + bytes(60))

    assert "This note is deleted at once" in words(amal.get(f"/notes/{record.pk}/erase"))
    amal.post(f"/notes/{record.pk}/erase")

    assert not Record.objects.filter(pk=record.pk).exists()
