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
def test_months_left_is_the_inverse_of_retention_month(months, days):
    at = AT + timedelta(days=days)

    assert months_left(retention_month(months, at), at) == months


def test_repr_of_a_note_has_no_content(cast, record):
    notes.add_note_file(cast.amal.unlocked(), record, FILE, at=AT)
    found = notes.search_notes(cast.amal.unlocked(), cast.desk, "planted", at=LATER)

    for thing in (SAID, FILE, found, *found.notes, *found.notes[0].files.values()):
        assert "PLANTED" not in repr(thing)
        assert "Demo.pdf" not in repr(thing)


def test_file_and_its_key_are_added_and_removed_together(cast, record):
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


def test_edit_conflict_keeps_text_and_month_of_the_other_version(cast, record):
    said = NoteContent("Demo Title", "another text", 3)

    for seen in (0, 2, 99):
        with refused(RecordChanged):
            notes.change_note(cast.sana.unlocked(), record, said, seen=seen, at=LATER)


@pytest.mark.parametrize("seen", [0, 1, 3])
def test_note_saved_meanwhile_is_not_erased(cast, record, seen):
    notes.change_note(cast.sana.unlocked(), record, SECOND, seen=1, at=LATER)

    with refused(ChangedBeforeErasing):
        notes.erase_note(cast.amal.unlocked(), record, seen=seen, at=LATER)
    assert written() == []


def test_retention_month_is_kept_unless_given(cast, record):
    notes.change_note(cast.amal.unlocked(), record, NoteContent("a", "b", None), seen=1, at=LATER)

    record.refresh_from_db()
    assert record.retention == retention_month(SAID.months, AT)


def test_restored_version_is_a_new_version(cast, record):
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
def test_version_that_never_existed_is_gone(cast, record, version):
    opens = cast.amal.unlocked()

    with refused(RecordGone):
        notes.open_note_version(opens, record, version, at=LATER)
    with refused(RecordGone):
        notes.restore_note_version(opens, record, version, seen=1, at=LATER)


def test_restore_from_an_outdated_page_is_refused(cast, record):
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


def test_version_list_names_the_author_and_opens_no_version(cast, record):
    notes.change_note(cast.sana.unlocked(), record, SECOND, seen=1, at=LATER)

    found = note_history.list_versions(record)

    assert [(each.number, each.at, each.entry.actor_id) for each in found] == [
        (2, LATER, cast.sana.pk),
        (1, AT, cast.amal.pk),
    ]
    assert entries("open") == 0


def test_version_without_an_audit_entry_has_no_author(cast, record, monkeypatch):
    notes.change_note(cast.sana.unlocked(), record, SECOND, seen=1, at=LATER)
    newest = Entry.objects.filter(action="vault.save").order_by("-n")
    monkeypatch.setattr(note_history, "_save_entries", lambda _: newest)

    assert [each.entry and each.entry.actor_id for each in note_history.list_versions(record)] == [
        cast.sana.pk,
        None,
    ]


def test_version_list_shows_what_each_version_changed(cast, record):
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


def test_history_of_a_note_includes_removed_files(cast, record):
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
    actions = ("remove_file", "open_file", "add_file")
    assert done == [f"vault.{deed}.{code}" for deed in actions]


def test_saving_without_changes_creates_no_version(cast, record):
    opens = cast.amal.unlocked()
    for said in (SAID, NoteContent(SAID.title, SAID.text, None)):
        assert notes.change_note(opens, record, said, seen=1, at=AT).version == 1
    assert notes.restore_note_version(opens, record, 1, seen=1, at=AT).version == 1

    assert len(note_history.list_versions(record)) == 1
    assert (entries("save"), entries("open")) == (0, 3)
    longer = NoteContent(SAID.title, SAID.text, SAID.months + 1)
    assert notes.change_note(opens, record, longer, seen=1, at=AT).version == 2


def test_damaged_note_is_listed_by_its_number(cast, record):
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


def test_note_erased_meanwhile_refuses_changes_and_files(cast, record):
    opens = cast.amal.unlocked()
    notes.erase_note(opens, record, seen=1, at=LATER)

    with refused(RecordGone):
        notes.change_note(opens, record, SAID, seen=1, at=LATER)
    with refused(RecordGone):
        notes.add_note_file(opens, record, FILE, at=LATER)
