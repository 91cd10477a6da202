from datetime import timedelta

import pytest

from protect.audit.models import Entry
from protect.vault.models import Sealed
from protect.vault.records import notes
from protect.vault.records.notes import NoteContent
from tests.vault.cast import AT, entries
from tests.vault.views.desk import Desk, led_to, words
from tests.vault.views.noting import TYPED, add_named, noted, said, seen_on, title_of

CAST_IS_KEPT = True


@pytest.fixture
def amal(cast) -> Desk:
    return Desk().let_in(cast.amal)


@pytest.fixture
def record(cast):
    """A note of two versions: Amal's, and over it Sana's."""
    made = noted(cast.amal, cast.desk, "Demo First", "What Amal saw")
    seen = {"seen": 1, "at": AT + timedelta(minutes=1)}
    notes.change_note(
        cast.sana.unlocked(), made, NoteContent("Demo Second", "What Sana saw"), **seen
    )
    made.refresh_from_db()
    return made


def test_the_page_lists_who_saved_each_version_and_opens_none(cast, amal, record):
    page = words(amal.get(f"/notes/{record.pk}/versions"))

    assert page.index("Version 2") < page.index("Demo Sana") < page.index("Version 1")
    assert "Demo Amal" in page.partition("Version 1")[2]
    assert "What Amal saw" not in page
    assert entries("open") == entries("open_version") == 0


def test_each_version_says_what_was_saved_in_it(cast, amal, record):
    add_named(cast.amal, record, "Demo.png")

    page = words(amal.get(f"/notes/{record.pk}/versions"))

    newest, _, older = page.partition("Version 3")[2].partition("Version 2")
    assert "A file was added. File " in newest
    assert "The title, the text or the month until which the note is kept was changed." in older
    assert "The note was written." in older.partition("Version 1")[2]
    assert "The history shows who opened a version, as it shows who read the note." in page


def test_bringing_back_what_stands_already_says_that_nothing_was_changed(cast, amal, record):
    notes.restore_note_version(cast.amal.unlocked(), record, 1, seen=2, at=AT)

    amal.post(f"/notes/{record.pk}/versions", version="1", seen="3")

    assert "Nothing was changed." in words(amal.get(f"/notes/{record.pk}"))
    assert Sealed.objects.count() == 3


def test_a_note_leads_to_its_earlier_versions_once_it_has_any(cast, amal, record):
    fresh = noted(cast.amal, cast.desk)

    assert f"/notes/{record.pk}/versions" in amal.get(f"/notes/{record.pk}").content.decode()
    assert "/versions" not in amal.get(f"/notes/{fresh.pk}").content.decode()


def test_opening_a_version_shows_its_text_and_is_in_the_audit(cast, amal, record):
    answer = amal.get(f"/notes/{record.pk}/versions?version=1")

    page = words(answer)
    assert "Demo First" in page
    assert "What Amal saw" in page
    assert "What Sana saw" not in page
    assert "Demo First" not in title_of(answer)
    entry = Entry.objects.get(action="vault.open_version")
    assert (entry.actor_id, entry.target) == (cast.amal.pk, f"note:{record.pk}")


@pytest.mark.parametrize(
    "version", ["0", "2", "3", "x", "-1", "1e3", "٣", "9" * 40, "0" * 9 + "1", "9" * 5000]
)
def test_what_is_no_earlier_version_is_missing(amal, record, version):
    assert amal.get(f"/notes/{record.pk}/versions?version={version}").status_code == 404
    assert entries("open") == entries("open_version") == 0


def test_a_version_is_brought_back_as_the_newest_and_none_is_deleted(cast, amal, record):
    page = amal.get(f"/notes/{record.pk}/versions?version=1")

    answer = amal.post(f"/notes/{record.pk}/versions", version="1", seen=seen_on(page))

    assert led_to(answer) == f"/notes/{record.pk}"
    assert "Saved. The text of that version is current again." in words(
        amal.get(f"/notes/{record.pk}")
    )
    assert said(cast.sana, record) == ("Demo First", "What Amal saw")
    assert sorted(Sealed.objects.values_list("version", flat=True).order_by("pk")) == [1, 2, 3]
    assert entries("save") == 2


def test_what_somebody_saved_meanwhile_is_shown_before_a_version_is_brought_back(
    cast, amal, record
):
    page = amal.get(f"/notes/{record.pk}/versions?version=1")
    notes.change_note(
        cast.sana.unlocked(), record, NoteContent("Demo Third", "newest"), seen=2, at=AT
    )

    answer = amal.post(f"/notes/{record.pk}/versions", version="1", seen=seen_on(page))

    assert answer.status_code == 409
    assert "Demo Third" in words(answer)
    assert "What Amal saw" in words(answer)
    assert said(cast.amal, record) == ("Demo Third", "newest")
    again = {"version": "1", "seen": seen_on(answer)}
    assert amal.post(f"/notes/{record.pk}/versions", **again).status_code == 302
    assert said(cast.amal, record) == ("Demo First", "What Amal saw")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 422),
        ({"version": "1"}, 422),
        ({"version": "x", "seen": "2"}, 422),
        ({"version": "2", "seen": "2"}, 404),
        ({"version": "9", "seen": "2"}, 404),
    ],
)
def test_nothing_is_brought_back_that_nobody_named(cast, amal, record, fields, status):
    assert amal.post(f"/notes/{record.pk}/versions", **fields).status_code == status
    assert said(cast.amal, record) == ("Demo Second", "What Sana saw")


def test_a_damaged_version_says_whom_to_tell(amal, record):
    Sealed.objects.filter(record=record, version=1).update(ct=b"\x01" + bytes(60))

    answer = amal.get(f"/notes/{record.pk}/versions?version=1")

    assert answer.status_code == 422
    assert f"Reference: {notes.note_number(record)}" in words(answer)
    assert f'href="/notes/{record.pk}/versions"' in answer.content.decode()
    assert entries("open") == entries("open_version") == 0


def test_over_a_damaged_newest_version_no_earlier_one_is_offered_to_be_brought_back(amal, record):
    Sealed.objects.filter(record=record, version=2).update(ct=b"\x01" + bytes(60))

    page = words(amal.get(f"/notes/{record.pk}/versions?version=1"))
    refused = amal.post(f"/notes/{record.pk}/versions", version="1", seen="2")

    assert "What Amal saw" in page
    assert "Restore this text" not in page
    assert "The newest version of this note is damaged" in page
    assert Entry.objects.get(outcome="record_damaged").target == f"note:{record.pk}"
    assert refused.status_code == 422
    assert Sealed.objects.count() == 2


def test_list_of_versions_marks_a_newest_version_that_is_damaged(amal, record):
    assert "Version 2 Current" in words(amal.get(f"/notes/{record.pk}/versions"))
    Sealed.objects.filter(record=record, version=2).update(ct=b"\x01" + bytes(60))

    page = words(amal.get(f"/notes/{record.pk}/versions"))

    assert "Version 2 Damaged" in page
    assert "Current" not in page
    assert Entry.objects.get(outcome="record_damaged").target == f"note:{record.pk}"
    assert entries("open") == entries("open_version") == 0


def test_after_saving_one_click_leads_to_what_stood_before(cast, amal, record):
    amal.post(f"/notes/{record.pk}/edit", **{**TYPED, "text": "new"}, seen="2", had="24")

    page = amal.get(f"/notes/{record.pk}").content.decode()

    assert f'href="/notes/{record.pk}/versions?version=2"' in page
    assert "What Sana saw" in words(amal.get(f"/notes/{record.pk}/versions?version=2"))


def test_somebody_who_only_receives_sees_no_version(cast):
    record, noor = noted(cast.bela, cast.shelter), Desk().let_in(cast.noor)

    assert noor.get(f"/notes/{record.pk}/versions").status_code == 403
