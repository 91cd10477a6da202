import re
from datetime import timedelta
from uuid import uuid4

import pytest

from protect.audit.models import Entry
from protect.orgs.actions import AlarmAnswer, answer_alarm
from protect.orgs.enums import TeamState
from protect.vault.models import DekWrap, Draft, Record, Sealed
from protect.vault.records import erasure, notes
from protect.vault.records.notes import NoteContent
from tests.vault.cast import AT, entries, make_person, serve, write
from tests.vault.traces import everything, written
from tests.vault.views.desk import TAGS, Desk, words
from tests.vault.views.noting import TYPED, add_named, home, noted, said, seen_on, title_of

CAST_IS_KEPT = True


@pytest.fixture
def amal(cast) -> Desk:
    return Desk().let_in(cast.amal)


def test_a_team_without_notes_is_told_what_they_are_for(cast, amal):
    page = words(amal.get(home(cast.desk)))

    assert "No notes yet" in page
    assert "Write the first note" in page


def test_notes_stand_by_their_newest_change_with_their_files_counted(cast, amal):
    first = noted(cast.amal, cast.desk, "Demo First")
    noted(cast.sana, cast.desk, "Demo Second", at=AT + timedelta(minutes=1))
    seen = {"seen": 1, "at": AT + timedelta(minutes=2)}
    notes.change_note(cast.sana.unlocked(), first, NoteContent("Demo First", "more"), **seen)

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


def test_coming_back_from_a_note_leads_to_the_page_of_the_list(cast, amal):
    for number in range(27):
        noted(cast.amal, cast.desk, f"Demo number {number:02}", at=AT + timedelta(seconds=number))
    last = Record.objects.get(changed=AT)

    second = amal.get(f"{home(cast.desk)}?page=2").content.decode()
    shown = amal.get(f"/notes/{last.pk}?page=2").content.decode()

    assert f'href="/notes/{last.pk}?page=2"' in second
    assert f'href="{home(cast.desk)}?page=2"' in shown


def test_coming_back_from_a_note_that_was_searched_for_leads_to_what_was_found(cast, amal):
    record = noted(cast.amal, cast.desk, "Demo First")
    found = amal.post(home(cast.desk), q="First").headers["Location"]
    query = found.partition("?")[2]

    assert f'href="/notes/{record.pk}?{query}"' in amal.get(found).content.decode()
    assert f'href="{found}"' in amal.get(f"/notes/{record.pk}?{query}").content.decode()


@pytest.mark.parametrize("number", ["0", "-1", "x", ""])
def test_a_page_before_the_first_is_the_first(cast, amal, number):
    for each in range(26):
        noted(cast.amal, cast.desk, f"Demo number {each:02}", at=AT + timedelta(seconds=each))

    page = words(amal.get(f"{home(cast.desk)}?page={number}"))

    assert "1 to 25 of 26" in page
    assert "Next page" in page


def test_a_page_on_which_no_note_opens_still_leads_on(cast, amal):
    for number in range(26):
        noted(cast.amal, cast.desk, f"Demo number {number:02}", at=AT + timedelta(seconds=number))
    broken = Record.objects.get(changed=AT)
    Sealed.objects.filter(record=broken).update(ct=b"\x01" + bytes(60))

    first, second = amal.get(home(cast.desk)), amal.get(f"{home(cast.desk)}?page=2")

    assert str(broken.pk) not in words(first)
    assert "1 note cannot be opened: it differs from what was saved." in words(second)
    assert "No notes yet" not in words(second)
    assert 'href="?page=1"' in second.content.decode()


def test_looking_at_the_list_is_one_entry_in_the_audit(cast, amal):
    noted(cast.amal, cast.desk)
    noted(cast.amal, cast.desk)

    amal.get(home(cast.desk))

    assert (entries("scan"), entries("open")) == (1, 0)


def test_notes_that_do_not_open_are_counted_and_named_for_the_officer(cast, amal):
    broken = noted(cast.amal, cast.desk, "Lost")
    noted(cast.amal, cast.desk, "Demo Whole")
    Sealed.objects.filter(record=broken).update(ct=b"\x01" + bytes(60))

    page = words(amal.get(home(cast.desk)))

    assert "1 note cannot be opened: it differs from what was saved." in page
    assert notes.note_number(broken) in page
    assert "The notes below are intact." in page
    assert str(broken.pk) not in page
    Sealed.objects.exclude(record=broken).update(ct=b"\x01" + bytes(60))
    assert "The notes below are intact." not in words(amal.get(home(cast.desk)))
    assert "Demo Whole" in page


def test_a_team_that_practises_is_warned(cast, amal):
    cast.desk.state = TeamState.FOUNDING
    cast.desk.save(update_fields=["state"])

    for address in (home(cast.desk), f"{home(cast.desk)}/new"):
        assert "Its set-up is not finished, so anything written now could be lost." in words(
            amal.get(address)
        )


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


def test_a_note_says_who_can_read_it_how_long_and_who_did_what(cast, amal):
    record = noted(cast.sana, cast.desk, "<b>Demo</b>", "a <script> is text")

    page = amal.get(f"/notes/{record.pk}")

    assert "&lt;b&gt;Demo&lt;/b&gt;" in page.content.decode()
    assert "a &lt;script&gt; is text" in page.content.decode()
    assert "2 people can read this note" in words(page)
    assert "November 2028" in words(page)
    assert "A record was written." in words(page)
    assert "Demo Sana" in words(page)
    assert "A record was opened." in words(page)
    assert "Demo Amal" in words(page).partition("History")[2]


def test_the_title_of_the_page_is_not_that_of_the_note(cast, amal):
    record = noted(cast.amal, cast.desk, "Demo Survivor")

    for address in (f"/notes/{record.pk}", f"/notes/{record.pk}/edit", f"/notes/{record.pk}/erase"):
        assert "Survivor" not in title_of(amal.get(address))


@pytest.mark.parametrize("page", ["/teams", "/teams/{team}", "/teams/{team}/notes/new", "{note}"])
def test_pages_of_a_case_worker_have_no_words_of_keys(cast, amal, page):
    record = noted(cast.amal, cast.desk)
    address = page.format(team=cast.desk.pk, note=f"/notes/{record.pk}")

    main = amal.get(address).content.decode().partition("<main")[2].partition("</main>")[0]

    assert main
    assert not re.search(r"\bkeys?\b|\bVersion\b", TAGS.sub(" ", main), re.IGNORECASE)


def test_every_reading_is_in_the_audit(cast, amal):
    record = noted(cast.sana, cast.desk)

    amal.get(f"/notes/{record.pk}")

    entry = Entry.objects.get(action="vault.open")
    assert (entry.actor_id, entry.target) == (cast.amal.pk, f"note:{record.pk}")


PATHS = ("", "/edit", "/erase", "/files", "/versions")


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


@pytest.mark.parametrize("path", ["/edit", "/erase", "/files", "/versions"])
def test_nobody_changes_a_foreign_note(cast, path):
    record = noted(cast.amal, cast.desk)

    answer = (
        Desk().let_in(cast.chidi).post(f"/notes/{record.pk}{path}", **TYPED, seen="1", version="1")
    )

    assert answer.status_code == 404
    assert said(cast.amal, record) == ("Demo Title", "Demo text")
    assert written() == []


def test_a_damaged_note_says_whom_to_tell(cast, amal):
    record = noted(cast.amal, cast.desk)
    DekWrap.objects.update(origin=bytes(32))

    answer = amal.get(f"/notes/{record.pk}")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"Reference: {notes.note_number(record)}" in words(answer)
    assert str(record.pk) not in words(answer)
    assert f'<a class="button" href="{home(cast.desk)}">Back to the notes</a>' in page
    assert "/versions" not in page
    assert entries("open") == 0


def test_page_of_a_damaged_note_leads_to_its_earlier_versions(cast, amal):
    record = noted(cast.amal, cast.desk)
    add_named(cast.amal, record, "Demo.png")
    Sealed.objects.filter(version=2).update(ct=b"\x01" + bytes(60))

    page = amal.get(f"/notes/{record.pk}").content.decode()

    assert f'href="/notes/{record.pk}/versions">See earlier versions</a>' in page
    assert amal.get(f"/notes/{record.pk}/versions").status_code == 200


def test_note_that_was_put_back_to_an_older_version_leads_to_no_earlier_ones(cast, amal):
    record = noted(cast.amal, cast.desk)
    for _ in range(2):
        add_named(cast.amal, record, "Demo.png")
    Record.objects.update(version=2)

    page = amal.get(f"/notes/{record.pk}").content.decode()

    assert "Back to the notes" in page
    assert "/versions" not in page


def test_before_it_is_erased_the_page_says_what_will_happen(cast, amal):
    record = noted(cast.amal, cast.desk)
    add_named(cast.amal, record, "Demo.png")

    page = words(amal.get(f"/notes/{record.pk}/erase"))

    assert "“ Demo Title ” is deleted at once, for all members of the team Demo desk" in page
    assert "1 file is erased with it." in page
    assert "Backups keep it, encrypted, until the operator deletes them: 14 days" in page
    assert "This cannot be undone." in page
    assert Record.objects.filter(pk=record.pk).exists()


def test_an_erased_note_is_gone_for_everybody_and_written_down_outside(cast, amal):
    record = noted(cast.amal, cast.desk)
    add_named(cast.amal, record, "Demo.png")

    answer = amal.post(f"/notes/{record.pk}/erase", seen="2")

    assert answer.headers["Location"] == home(cast.desk)
    assert "Note erased. It can no longer be opened." in words(amal.get(home(cast.desk)))
    assert not Record.objects.filter(pk=record.pk).exists()
    assert not Sealed.objects.exists()
    assert written() == [("record", str(record.pk), erasure.PERSON_REASON)]
    for who in ("amal", "sana", "chidi"):
        gone = Desk().let_in(getattr(cast, who))
        assert [gone.get(f"/notes/{record.pk}{path}").status_code for path in PATHS] == [404] * 5


@pytest.mark.parametrize("newer", ["text", "file"])
def test_what_somebody_saved_meanwhile_is_shown_before_anything_is_erased(cast, amal, newer):
    record = noted(cast.amal, cast.desk)
    page = amal.get(f"/notes/{record.pk}/erase")
    if newer == "text":
        new = NoteContent("Demo Newer", "What Sana saw")
        notes.change_note(cast.sana.unlocked(), record, new, seen=1, at=AT)
    else:
        add_named(cast.sana, record, "Demo.png")

    answer = amal.post(f"/notes/{record.pk}/erase", seen=seen_on(page))

    assert answer.status_code == 409
    assert "so nothing was erased" in words(answer)
    assert "Demo Sana" in words(answer)
    assert ("What Sana saw" if newer == "text" else "1 file is erased with it.") in words(answer)
    assert Record.objects.filter(pk=record.pk).exists()
    assert written() == []
    again = amal.post(f"/notes/{record.pk}/erase", seen=seen_on(answer))
    assert again.status_code == 302
    assert not Record.objects.filter(pk=record.pk).exists()


@pytest.mark.parametrize("seen", ["", "0", "x"])
def test_nothing_is_erased_for_somebody_who_saw_no_version(cast, amal, seen):
    record = noted(cast.amal, cast.desk)

    answer = amal.post(f"/notes/{record.pk}/erase", seen=seen)

    assert answer.status_code == 422
    assert seen_on(answer) == "1"
    assert Record.objects.filter(pk=record.pk).exists()
    assert written() == []


def test_erasing_that_was_confirmed_while_locked_is_not_kept_to_be_sent(cast, amal):
    record = noted(cast.amal, cast.desk)
    amal.post("/lock")

    amal.post(f"/notes/{record.pk}/erase", seen="1")

    assert not Draft.objects.exists()
    assert Record.objects.filter(pk=record.pk).exists()


def test_a_damaged_note_says_what_was_found_who_was_told_and_what_to_do(cast, amal):
    record = noted(cast.amal, cast.desk)
    Sealed.objects.update(ct=b"\x01" + bytes(60))

    page = words(amal.get(f"/notes/{record.pk}"))

    assert "Nothing was changed" not in page
    assert (
        "The stored data differs from what was last saved, so it is not shown or used. Reference:"
        in page
    )
    assert "they are told on their desk, and by mail at most once an hour" in page
    assert "Do not erase this" in page


def test_a_damaged_note_is_not_offered_for_erasing_and_not_erased(cast, amal):
    record = noted(cast.amal, cast.desk)
    Sealed.objects.update(ct=b"\x01" + bytes(60))

    page = amal.get(f"/notes/{record.pk}/erase")
    answer = amal.post(f"/notes/{record.pk}/erase", seen="1")

    assert (page.status_code, answer.status_code) == (422, 422)
    assert "Erase note permanently" not in words(page)
    assert Record.objects.filter(pk=record.pk).exists()
    assert written() == []


def test_a_damaged_note_is_erased_once_an_officer_has_answered_its_alarm(cast, amal):
    record, officer = noted(cast.amal, cast.desk), make_person("petra")
    serve(officer, cast.office, "protection_officer")
    Sealed.objects.update(ct=b"\x01" + bytes(60))
    amal.get(f"/notes/{record.pk}")
    found = Entry.objects.get(outcome="record_damaged")
    answer = AlarmAnswer(found.target, found.outcome, "Demo cause")
    answer_alarm(officer.scope, cast.office, answer, seen=found.n, at=AT)

    page = words(amal.get(f"/notes/{record.pk}/erase"))
    amal.post(f"/notes/{record.pk}/erase", seen="1")

    assert "It differs from the version that was last saved." in page
    assert not Record.objects.filter(pk=record.pk).exists()
