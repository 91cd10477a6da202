from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from protect.audit.models import Entry
from protect.uploads.clean_documents import CleanDocument
from protect.vault.errors import ChangedBeforeErasing, KeyNotReady, RecordChanged, RecordGone
from protect.vault.models import DekWrap, Record
from protect.vault.records import files, note_history, notes
from protect.vault.records.notes import MAX_MONTHS, NoteContent, months_left, retention_month
from protect.vault.team_keys import rotation
from tests.vault.cast import AT, LATER, entries
from tests.vault.traces import refused, written

CAST_IS_KEPT = True

SAID = NoteContent("Demo Title", "PLANTED-IN-CLEAR")
SECOND = NoteContent("Demo Title", "another text", None)
FILE = CleanDocument("Demo.pdf", "application/pdf", b"%PDF-PLANTED")


@pytest.fixture
def record(cast):
    return notes.write_note(cast.amal.unlocked(), cast.desk, SAID, at=AT)


@pytest.mark.parametrize(
    ("months", "at", "month"),
    [
        (1, datetime(2026, 11, 30, tzinfo=UTC), date(2026, 12, 1)),
        (1, datetime(2026, 12, 31, tzinfo=UTC), date(2027, 1, 1)),
        (24, datetime(2026, 1, 1, tzinfo=UTC), date(2028, 1, 1)),
        (13, datetime(2026, 11, 30, tzinfo=UTC), date(2027, 12, 1)),
    ],
)
def test_the_last_month_is_counted_from_now(months, at, month):
    assert retention_month(months, at) == month


@given(st.integers(0, MAX_MONTHS), st.integers(0, 30_000))
def test_what_is_left_of_some_months_is_as_many(months, days):
    at = AT + timedelta(days=days)

    assert months_left(retention_month(months, at), at) == months


def test_nothing_of_a_note_shows_where_it_could_reach_a_log(cast, record):
    notes.add_note_file(cast.amal.unlocked(), record, FILE, at=AT)
    found = notes.search_notes(cast.amal.unlocked(), cast.desk, "planted", at=LATER)

    for thing in (SAID, FILE, found, *found.notes, *found.notes[0].files.values()):
        assert "PLANTED" not in repr(thing)
        assert "Demo.pdf" not in repr(thing)


def test_a_file_and_its_key_come_and_go_together(cast, record):
    opens = cast.amal.unlocked()
    notes.add_note_file(opens, record, FILE, at=AT)
    notes.add_note_file(opens, record, FILE, at=LATER)
    first, second = notes.open_note(opens, record, at=LATER).files

    notes.remove_note_file(opens, record, first, at=LATER)

    assert list(notes.open_note(opens, record, at=LATER).files) == [second]
    about, content = notes.read_note_file(opens, record, second, at=LATER)
    assert (about.name, about.type, content) == (FILE.name, FILE.media_type, FILE.content)
    with refused(RecordGone):
        notes.read_note_file(opens, record, first, at=LATER)
    with refused(RecordGone):
        notes.remove_note_file(opens, record, first, at=LATER)


def test_a_note_that_somebody_else_saved_keeps_its_text_and_its_month(cast, record):
    said = NoteContent("Demo Title", "another text", 3)

    for seen in (0, 2, 99):
        with refused(RecordChanged):
            notes.change_note(cast.sana.unlocked(), record, said, seen=seen, at=LATER)


@pytest.mark.parametrize("seen", [0, 1, 3])
def test_what_somebody_saved_meanwhile_is_not_erased(cast, record, seen):
    notes.change_note(cast.sana.unlocked(), record, SECOND, seen=1, at=LATER)

    with refused(ChangedBeforeErasing):
        notes.erase_note(cast.amal.unlocked(), record, seen=seen, at=LATER)
    assert written() == []


def test_a_month_that_nobody_names_stays_as_it_is(cast, record):
    notes.change_note(cast.amal.unlocked(), record, NoteContent("a", "b", None), seen=1, at=LATER)

    record.refresh_from_db()
    assert record.retention == retention_month(SAID.months, AT)


def test_a_version_that_was_brought_back_is_a_new_one_and_all_others_stay(cast, record):
    opens = cast.amal.unlocked()
    notes.change_note(opens, record, NoteContent("Demo Second", "second", 3), seen=1, at=LATER)
    notes.add_note_file(opens, record, FILE, at=LATER)

    notes.restore_note_version(cast.sana.unlocked(), record, 1, seen=3, at=LATER)

    found = notes.open_note(opens, record, at=LATER)
    assert (found.version, found.title, found.text) == (4, SAID.title, SAID.text)
    assert [about.name for about in found.files.values()] == [FILE.name]
    assert found.record.retention == retention_month(3, LATER)
    texts = [notes.open_note_version(opens, record, each, at=LATER).text for each in (1, 2, 3, 4)]
    assert texts == [SAID.text, "second", "second", SAID.text]


@pytest.mark.parametrize("version", [0, -1, 2, 99])
def test_a_version_that_there_never_was_is_gone(cast, record, version):
    opens = cast.amal.unlocked()

    with refused(RecordGone):
        notes.open_note_version(opens, record, version, at=LATER)
    with refused(RecordGone):
        notes.restore_note_version(opens, record, version, seen=1, at=LATER)


def test_whoever_saw_an_older_version_brings_nothing_back(cast, record):
    notes.change_note(cast.sana.unlocked(), record, NoteContent("Demo", "second"), seen=1, at=LATER)
    notes.change_note(cast.sana.unlocked(), record, NoteContent("Demo", "third"), seen=2, at=LATER)

    with refused(RecordChanged):
        notes.restore_note_version(cast.amal.unlocked(), record, 1, seen=2, at=LATER)


def test_an_earlier_version_opens_after_the_key_was_renewed_and_to_nobody_else(cast, record):
    notes.change_note(cast.amal.unlocked(), record, NoteContent("Demo", "second"), seen=1, at=LATER)
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    while rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=LATER).left:
        pass

    assert notes.open_note_version(cast.sana.unlocked(), record, 1, at=LATER).text == SAID.text
    with refused(KeyNotReady):
        notes.open_note_version(cast.chidi.unlocked(), record, 1, at=LATER)


def test_versions_say_who_saved_each_and_open_none(cast, record):
    notes.change_note(cast.sana.unlocked(), record, SECOND, seen=1, at=LATER)

    found = note_history.list_versions(record)

    assert [(each.number, each.at, each.entry.actor_id) for each in found] == [
        (2, LATER, cast.sana.pk),
        (1, AT, cast.amal.pk),
    ]
    assert entries("open") == 0


def test_a_saving_that_the_audit_has_forgotten_leaves_its_version_without_a_name(
    cast, record, monkeypatch
):
    notes.change_note(cast.sana.unlocked(), record, SECOND, seen=1, at=LATER)
    newest = Entry.objects.filter(action="vault.save").order_by("-n")
    monkeypatch.setattr(note_history, "_save_entries", lambda _: newest)

    assert [each.entry and each.entry.actor_id for each in note_history.list_versions(record)] == [
        cast.sana.pk,
        None,
    ]


def test_versions_say_what_each_saved(cast, record):
    opens = cast.amal.unlocked()
    notes.add_note_file(opens, record, FILE, at=AT)
    notes.change_note(opens, record, NoteContent("Demo", "second", None), seen=2, at=AT)
    (file,) = notes.open_note(opens, record, at=AT).files
    notes.remove_note_file(opens, record, file, at=AT)

    code = files.file_number(file).replace("-", "")
    assert [each.change for each in note_history.list_versions(record)] == [
        f"vault.remove_file.{code}",
        "vault.save",
        f"vault.add_file.{code}",
        "vault.seal",
    ]


def test_the_history_of_a_note_has_what_was_done_with_files_that_are_gone(cast, record):
    opens = cast.amal.unlocked()
    notes.add_note_file(opens, record, FILE, at=AT)
    (file,) = notes.open_note(opens, record, at=AT).files
    notes.read_note_file(opens, record, file, at=AT)
    notes.remove_note_file(opens, record, file, at=LATER)

    code = files.file_number(file).replace("-", "")
    done = [
        each.action
        for each in note_history.newest_entries(record)
        if each.action.endswith(f".{code}")
    ]
    deeds = ("remove_file", "open_file", "add_file")
    assert done == [f"vault.{deed}.{code}" for deed in deeds]


def test_saving_what_stands_already_makes_no_version(cast, record):
    opens = cast.amal.unlocked()
    for said in (SAID, NoteContent(SAID.title, SAID.text, None)):
        assert notes.change_note(opens, record, said, seen=1, at=AT).version == 1
    assert notes.restore_note_version(opens, record, 1, seen=1, at=AT).version == 1

    assert len(note_history.list_versions(record)) == 1
    assert (entries("save"), entries("open")) == (0, 3)
    longer = NoteContent(SAID.title, SAID.text, SAID.months + 1)
    assert notes.change_note(opens, record, longer, seen=1, at=AT).version == 2


def test_a_damaged_note_is_told_by_its_number(cast, record):
    DekWrap.objects.update(origin=bytes(32))

    found = notes.search_notes(cast.amal.unlocked(), cast.desk, "", at=LATER)

    assert found.references == [(notes.note_number(record), record.pk, False)]


def test_a_page_of_the_list_names_what_is_damaged_on_it_and_counts_all(cast, record):
    opens = cast.amal.unlocked()
    newer = notes.write_note(opens, cast.desk, SECOND, at=LATER)
    DekWrap.objects.filter(record=record).update(origin=bytes(32))

    first, second = (
        notes.list_notes(opens, cast.desk, slice(n, n + 1), at=LATER) for n in range(2)
    )

    assert ([note.record.pk for note in first.notes], first.count) == ([newer.pk], 2)
    assert (second.notes, second.damaged, second.count) == ([], [record.pk], 2)
    assert notes.count_notes(cast.desk) == 2


def test_a_number_follows_from_the_id_alone(cast, record):
    other = notes.write_note(cast.amal.unlocked(), cast.desk, SAID, at=AT)

    assert notes.note_number(record) == notes.note_number(Record(pk=record.pk))
    assert notes.note_number(record) != notes.note_number(other)
    assert notes.count_notes_with_same_number(record) == 0


def test_notes_that_share_a_number_by_accident_are_both_found_and_say_so(cast, record, monkeypatch):
    other = notes.write_note(cast.amal.unlocked(), cast.desk, SAID, at=AT)
    notes.write_note(cast.bela.unlocked(), cast.shelter, SAID, at=AT)
    monkeypatch.setattr(notes, "short_code", lambda kind, pk: "bcdfgh")  # no pair is at hand

    found = notes.search_notes(cast.amal.unlocked(), cast.desk, "BCD-FGH", at=LATER)

    assert {each.record.pk for each in found.notes} == {record.pk, other.pk}
    assert notes.count_notes_with_same_number(record) == 1


def test_what_was_erased_meanwhile_takes_no_change_and_no_file(cast, record):
    opens = cast.amal.unlocked()
    notes.erase_note(opens, record, seen=1, at=LATER)

    with refused(RecordGone):
        notes.change_note(opens, record, SAID, seen=1, at=LATER)
    with refused(RecordGone):
        notes.add_note_file(opens, record, FILE, at=LATER)
