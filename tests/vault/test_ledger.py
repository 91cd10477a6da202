import pytest

from protect.vault.integrity import ledger
from protect.vault.integrity.ledger import Line

ONE = Line("record", "00000000-0000-4000-8000-000000000001", "2026-11-30T09:00:00+00:00", "person")
TWO = Line("packet", "00000000-0000-4000-8000-000000000002", "2026-11-30T09:01:00+00:00", "person")


@pytest.fixture
def path(settings, tmp_path):
    settings.LEDGER = tmp_path / "elsewhere" / "ledger.jsonl"
    return settings.LEDGER


def test_what_is_appended_is_read_back_in_its_order(path):
    ledger.append(ONE)
    ledger.append(TWO)

    assert list(ledger.read_lines()) == [ONE, TWO]
    assert ledger.unreadable_line_numbers() == []


def test_missing_ledger_is_empty(path):
    assert list(ledger.read_lines()) == []


def test_incomplete_last_line_is_ignored(path):
    ledger.append(ONE)
    with path.open("ab") as file:
        file.write(b'{"at": "2026')

    assert list(ledger.read_lines()) == [ONE]
    assert ledger.unreadable_line_numbers() == []


def test_lines_after_an_incomplete_one_are_read_and_it_is_reported(path):
    path.parent.mkdir()
    path.write_bytes(b'{"at": "2026')

    ledger.append(TWO)

    assert list(ledger.read_lines()) == [TWO]
    assert ledger.unreadable_line_numbers() == [1]


def test_lines_after_an_offset_are_read_with_the_next_offset(path):
    ledger.append(ONE)
    whole, end = ledger.lines_after(0)
    ledger.append(TWO)

    assert (whole, end) == ([ONE], len(path.read_bytes().splitlines(keepends=True)[0]))
    assert ledger.lines_after(end) == ([TWO], path.stat().st_size)
    assert ledger.lines_after(path.stat().st_size) == ([], path.stat().st_size)


def test_line_is_read_once_its_line_end_is_written(path):
    ledger.append(ONE)
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(b'{"at": "2026')
    assert ledger.lines_after(0) == ([ONE], size)

    ledger.append(TWO)  # ends the cut line first

    assert ledger.lines_after(size) == ([TWO], path.stat().st_size)


def test_missing_ledger_has_no_lines_after_an_offset(path):
    with pytest.raises(FileNotFoundError):
        ledger.lines_after(0)


@pytest.mark.parametrize(
    "raw",
    [
        b"no json",
        b"[]",
        b'{"what": "record"}',
        b'{"at": "2026-11-30", "id": "1", "reason": "person", "what": "record"}',
        b'{"at": "soon", "id": "00000000-0000-4000-8000-000000000001", "reason": "", "what": "x"}',
        b'{"at": 1, "id": 2, "reason": "", "what": "record"}',
        b"\xff\xfe",
    ],
)
def test_unreadable_line_is_reported_by_its_number(path, raw):
    ledger.append(ONE)
    with path.open("ab") as file:
        file.write(raw + b"\n")

    assert ledger.unreadable_line_numbers() == [2]
    assert list(ledger.read_lines()) == [ONE]
