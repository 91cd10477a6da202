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


def test_a_ledger_that_nobody_began_is_empty(path):
    assert list(ledger.read_lines()) == []


def test_a_last_line_that_was_cut_had_no_effect_and_is_left_out(path):
    ledger.append(ONE)
    with path.open("ab") as file:
        file.write(b'{"at": "2026')

    assert list(ledger.read_lines()) == [ONE]
    assert ledger.unreadable_line_numbers() == []


def test_what_follows_a_cut_line_stays_readable_and_the_cut_one_is_named(path):
    path.parent.mkdir()
    path.write_bytes(b'{"at": "2026')

    ledger.append(TWO)

    assert list(ledger.read_lines()) == [TWO]
    assert ledger.unreadable_line_numbers() == [1]


def test_what_follows_a_byte_is_read_from_there_with_the_byte_to_go_on_from(path):
    ledger.append(ONE)
    whole, end = ledger.lines_after(0)
    ledger.append(TWO)

    assert (whole, end) == ([ONE], len(path.read_bytes().splitlines(keepends=True)[0]))
    assert ledger.lines_after(end) == ([TWO], path.stat().st_size)
    assert ledger.lines_after(path.stat().st_size) == ([], path.stat().st_size)


def test_a_line_without_its_end_is_read_when_it_has_one(path):
    ledger.append(ONE)
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(b'{"at": "2026')
    assert ledger.lines_after(0) == ([ONE], size)

    ledger.append(TWO)  # ends the cut line first

    assert ledger.lines_after(size) == ([TWO], path.stat().st_size)


def test_a_ledger_that_nobody_began_is_not_read_on(path):
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
def test_a_line_that_is_none_is_named_by_its_number(path, raw):
    ledger.append(ONE)
    with path.open("ab") as file:
        file.write(raw + b"\n")

    assert ledger.unreadable_line_numbers() == [2]
    assert list(ledger.read_lines()) == [ONE]
