from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protect.vault.actions import notes
from protect.vault.actions.notes import MONTHS_MOST, Said, last_month, months_left
from protect.vault.errors import RecordChanged, RecordGone
from protect.vault.uploads.cleaning import Clean
from tests.vault.cast import AT, LATER
from tests.vault.traces import refused

CAST_IS_KEPT = True

SAID = Said("Demo Title", "PLANTED-IN-CLEAR")
FILE = Clean("Demo.pdf", "application/pdf", b"%PDF-PLANTED")


@pytest.fixture
def record(cast):
    return notes.write(cast.amal.unlocked(), cast.desk, SAID, at=AT)


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
    assert last_month(months, at) == month


@given(st.integers(0, MONTHS_MOST), st.integers(0, 30_000))
def test_what_is_left_of_some_months_is_as_many(months, days):
    at = AT + timedelta(days=days)

    assert months_left(last_month(months, at), at) == months


def test_nothing_of_a_note_shows_where_it_could_reach_a_log(cast, record):
    notes.add_file(cast.amal.unlocked(), record, FILE, at=AT)
    found = notes.find(cast.amal.unlocked(), cast.desk, "planted", at=LATER)

    for thing in (SAID, FILE, found, *found.notes, *found.notes[0].files.values()):
        assert "PLANTED" not in repr(thing)
        assert "Demo.pdf" not in repr(thing)


def test_a_file_and_its_key_come_and_go_together(cast, record):
    opens = cast.amal.unlocked()
    notes.add_file(opens, record, FILE, at=AT)
    notes.add_file(opens, record, FILE, at=LATER)
    first, second = notes.opened(opens, record, at=LATER).files

    notes.remove_file(opens, record, first, at=LATER)

    assert list(notes.opened(opens, record, at=LATER).files) == [second]
    about, content = notes.read_file(opens, record, second, at=LATER)
    assert (about.name, about.type, content) == (FILE.name, FILE.media_type, FILE.content)
    with refused(RecordGone):
        notes.read_file(opens, record, first, at=LATER)
    with refused(RecordGone):
        notes.remove_file(opens, record, first, at=LATER)


def test_a_note_that_somebody_else_saved_keeps_its_text_and_its_month(cast, record):
    said = Said("Demo Title", "another text", 3)

    for seen in (0, 2, 99):
        with refused(RecordChanged):
            notes.change(cast.sana.unlocked(), record, said, seen=seen, at=LATER)


def test_what_was_erased_meanwhile_takes_no_change_and_no_file(cast, record):
    opens = cast.amal.unlocked()
    notes.erase(opens, record, at=LATER)

    with refused(RecordGone):
        notes.change(opens, record, SAID, seen=1, at=LATER)
    with refused(RecordGone):
        notes.add_file(opens, record, FILE, at=LATER)
