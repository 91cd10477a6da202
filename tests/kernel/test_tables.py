import pytest

from protect.kernel import tables
from protect.kernel.errors import DataError
from protect.kernel.tables import Record


class ThingRecord(Record):
    name: str
    size: int = 1


@pytest.fixture
def folder(tmp_path, monkeypatch, settings):
    """A package "things" with a table, and an overlay."""
    (tmp_path / "ours/things/data").mkdir(parents=True)
    (tmp_path / "theirs/things").mkdir(parents=True)
    monkeypatch.setattr(tables, "PACKAGES_FOLDER", tmp_path / "ours")
    settings.PROTECT_DATA_DIRS = [str(tmp_path / "theirs")]
    tables.load.cache_clear()
    yield tmp_path
    tables.load.cache_clear()


def write(folder, text, whose="ours/things/data"):
    (folder / whose / "thing.toml").write_text(text, encoding="utf-8")


def test_records_are_keyed_by_code_in_file_order(folder):
    write(folder, '[b]\nname = "B"\n[a]\nname = "A"\n')

    assert list(tables.load("things", "thing", ThingRecord)) == ["b", "a"]


def test_an_overlay_replaces_by_code_and_adds(folder):
    write(folder, '[a]\nname = "ours"\n')
    write(folder, '[a]\nname = "theirs"\n[c]\nname = "new"\n', "theirs/things")

    found = tables.load("things", "thing", ThingRecord)

    assert {code: each.name for code, each in found.items()} == {"a": "theirs", "c": "new"}


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('[a]\nname = "A"\n\n[b]\nname = 3\n', 4, "name"),
        ('[a]\nname = "A"\nshape = "round"\n', 1, "shape"),
        ("[a]\nname = \n", 2, "TOML"),
        ('[a]\nname = "A"\n[a]\nname = "B"\n', 3, "TOML"),
    ],
)
def test_a_wrong_row_is_named_with_file_and_line(folder, text, line, says):
    write(folder, text)

    with pytest.raises(DataError) as refused:
        tables.load("things", "thing", ThingRecord)

    assert refused.value.facts["file"] == "thing.toml"
    assert refused.value.facts["line"] == line
    assert says in refused.value.text()


def test_a_missing_file_says_how_to_get_it_back(folder):
    with pytest.raises(DataError, match="data_row_bad") as refused:
        tables.load("things", "thing", ThingRecord)

    assert "Remedy" in refused.value.text()


def test_a_file_that_is_no_utf8_is_refused(folder):
    (folder / "ours/things/data/thing.toml").write_bytes('[a]\nname = "é"\n'.encode("latin-1"))

    with pytest.raises(DataError, match="data_row_bad"):
        tables.load("things", "thing", ThingRecord)
