"""A snapshot that went through a file gives the same answers; a bad file is refused."""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from protect.matching.engine import Engine, files
from protect.matching.engine.files import FileRefused
from protect.matching.services.records import RowDamaged, Rows, encode
from protect.matching.services.rows import PhoneNumber, Point
from protect.matching.services.store import read
from tests.examples import examples
from tests.matching import ask, generate, oracle

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
TOWNS = generate.settlements("BE", "MT", "SI") + generate.settlements("ES")[::40]
SEEDS = st.integers(0, 10**6)
KEY = b"k" * 32


def drawn(seed, count, edition=0):
    services = generate.draw(count, seed, at=AT, among=TOWNS)
    return [generate.row(services, number, edition=edition) for number in range(count)]


def asked(seed):
    chance = random.Random(seed)
    return (ask.likely_question if seed % 4 == 0 else ask.any_question)(chance, TOWNS, AT)


def stamped(rows):
    return {row.id: (AT + timedelta(microseconds=number), 3) for number, row in enumerate(rows)}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "demo.snapshot"


def written(path, rows, version=7):
    engine = Engine(rows, version)
    engine.precompute_hours(AT)
    files.write(path, engine, stamped(rows), KEY)
    return engine


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("snapshots")


@settings(max_examples=examples(20), deadline=None)
@given(
    seed=SEEDS,
    kept=st.integers(0, 60),
    changed=st.integers(0, 10),
    gone=st.integers(0, 10),
    questions=st.lists(SEEDS, min_size=1, max_size=6),
)
def test_answers_equal_those_of_the_oracle_before_and_after_changes(
    folder, seed, kept, changed, gone, questions
):
    before = drawn(seed, kept + changed + gone)
    fresh = drawn(seed, kept + changed, edition=1)[kept:]
    after = [*before[:kept], *fresh]
    written(folder / "drawn.snapshot", before)

    engine, stamps = files.read(folder / "drawn.snapshot", KEY)
    newer = engine.with_changes(fresh, {row.id for row in before[kept + changed :]}, version=8)
    files.write(folder / "newer.snapshot", newer, stamped(after), KEY)
    again, _ = files.read(folder / "newer.snapshot", KEY)

    assert dict(stamps.stamps()) == stamped(before)
    for question in map(asked, questions):
        assert engine.answer(question) == oracle.answer(oracle.Rows(7, tuple(before)), question)
        expected = oracle.answer(oracle.Rows(8, tuple(after)), question)
        assert newer.answer(question) == again.answer(question) == expected


@pytest.mark.django_db
def test_rows_of_a_real_database_come_back_equal(demo_services, path):
    rows = list(read(None))
    written(path, rows)

    engine, _ = files.read(path, KEY)

    assert sorted(engine.rows, key=lambda row: row.id) == sorted(rows, key=lambda row: row.id)
    for row in rows:
        assert engine.snapshot.row_with_short(row.short) == row
    assert engine.snapshot.row_with_short("no such code") is None


def test_a_file_is_for_its_owner_only(path):
    written(path, drawn(1, 5))

    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("share", [0, 0.001, 0.01, 0.3, 0.6, 0.9, 0.9999])
def test_a_file_that_was_cut_off_is_refused(path, share):
    written(path, drawn(1, 40))
    os.truncate(path, int(path.stat().st_size * share))

    with pytest.raises(FileRefused, match="cut off"):
        files.read(path, KEY)


def test_a_file_of_another_format_is_refused(path, monkeypatch):
    monkeypatch.setattr(files, "FORMAT", files.FORMAT + 1)
    written(path, drawn(1, 5))
    monkeypatch.undo()

    with pytest.raises(FileRefused, match="another format"):
        files.read(path, KEY)


def test_a_file_of_another_key_is_refused(path):
    written(path, drawn(1, 5))

    with pytest.raises(FileRefused, match="another key"):
        files.read(path, b"x" * 32)


def flip(path, place):
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1]))


@pytest.mark.parametrize("place", [13, files.HEAD.size, -1, -5000])
def test_a_change_of_head_tag_or_body_is_refused(path, place):
    written(path, drawn(1, 20))
    flip(path, place % path.stat().st_size)

    with pytest.raises(FileRefused):
        files.read(path, KEY)


def test_a_change_of_a_record_is_noticed_when_the_row_is_read(path):
    rows = drawn(1, 20)
    written(path, rows)
    engine, _ = files.read(path, KEY)
    flip(path, files.HEAD.size + files.TAG_SIZE + 3)

    with pytest.raises(RowDamaged):
        list(engine.rows)
    assert engine.snapshot.rows.records.is_damaged


def test_nothing_of_a_removed_service_is_written(path):
    kept, removed = drawn(3, 2)
    removed = replace(
        removed,
        name="Demo Secret Name",
        points=(Point(12.3456789, 9.87654321, "Demo Secret Town", address="Demo Secret Street"),),
        phones=(PhoneNumber("+320987654"),),
        email="secret@example.org",
        website="https://secret.example.org",
        area_note="Demo Secret Note",
    )
    engine = Engine([kept, removed], version=1).with_changes([], [removed.id], version=2)

    files.write(path, engine, stamped([kept]), KEY)

    data = path.read_bytes()
    assert str(kept.id).encode() in data
    for secret in (b"ecret", str(removed.id).encode(), removed.id.bytes, b"0987654"):
        assert secret not in data
    latitudes = files.read(path, KEY)[0].snapshot.tables.positions.latitude
    assert len(latitudes) == max(len(kept.points), 1)


def test_swapped_records_are_refused_when_read(path):
    first, second = drawn(1, 2)
    written(path, [first, second])
    data = path.read_bytes()
    records = sorted([encode(first), encode(second)], key=data.index)
    swapped = data.replace(records[0] + records[1], records[1] + records[0])
    path.write_bytes(swapped)

    engine, _ = files.read(path, KEY)

    assert swapped != data
    with pytest.raises(RowDamaged):
        list(engine.rows)


def test_an_open_snapshot_file_is_readable_after_removal_or_replacement(path):
    rows = drawn(1, 20)
    written(path, rows)
    engine, _ = files.read(path, KEY)

    path.unlink()
    written(path, drawn(2, 5))

    assert {row.id for row in engine.rows} == {row.id for row in rows}


def test_a_truncated_open_snapshot_file_does_not_crash_the_process(path):
    written(path, drawn(1, 20))
    engine, _ = files.read(path, KEY)
    os.truncate(path, 0)

    with pytest.raises(RowDamaged):
        list(engine.rows)


def test_a_failed_write_leaves_the_old_file(path, monkeypatch):
    written(path, drawn(1, 5), version=1)
    monkeypatch.setattr(files.os, "fsync", full)

    with pytest.raises(OSError, match="No space"):
        written(path, drawn(1, 5), version=2)

    assert files.read(path, KEY)[0].version == 1
    assert list(path.parent.iterdir()) == [path]


def full(descriptor):
    raise OSError(28, "No space left on device")


def test_after_a_write_the_rows_can_be_read_from_the_file(path):
    engine = Engine(drawn(1, 20), version=1)

    rows = files.write(path, engine, {}, KEY)

    assert isinstance(rows, Rows)
    assert list(rows) == list(engine.rows)


def test_reading_runs_no_code(path, monkeypatch):
    """A file whose writer has the key, with a pickled object in a column, is refused by NumPy."""
    with_objects = files.StampColumns.from_stamps

    class Harmful:
        def __reduce__(self):
            return os.mkdir, (str(path.with_name("harmed")),)

    columns = files.np.array([Harmful()], dtype=object)
    monkeypatch.setattr(
        files.StampColumns,
        "from_stamps",
        lambda stamps: with_objects(stamps)._replace(versions=columns),
    )
    save = files.np.savez
    monkeypatch.setattr(
        files.np, "savez", lambda *args, **given: save(*args, **given | {"allow_pickle": True})
    )
    written(path, drawn(1, 5))

    with pytest.raises(ValueError, match="allow_pickle=False"):
        files.read(path, KEY)
    assert not Path(path.with_name("harmed")).exists()


def test_questions_from_many_threads_read_rows_at_once(path):
    rows = drawn(1, 150)
    written(path, rows)
    engine, _ = files.read(path, KEY)
    questions = [asked(seed) for seed in range(60)]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(engine.answer, questions))

    whole = oracle.Rows(7, tuple(rows))
    assert answers == [oracle.answer(whole, question) for question in questions]
