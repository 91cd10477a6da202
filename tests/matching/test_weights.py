import tomllib
from pathlib import Path

import pytest

from protect.directory.enums import Freshness
from protect.kernel.errors import DataError
from protect.matching import weights
from protect.reference import vocabulary

FILE = Path(weights.__file__).parent / "data" / "matching.toml"


@pytest.fixture
def overlay(tmp_path, settings):
    """Return a function that replaces a section of the weights."""

    def write(text: str) -> None:
        folder = tmp_path / "matching"
        folder.mkdir(exist_ok=True)
        (folder / "matching.toml").write_text(text, encoding="utf-8")
        settings.PROTECT_DATA_DIRS = [str(tmp_path)]
        weights.load.cache_clear()

    yield write
    weights.load.cache_clear()


@pytest.mark.parametrize(
    "section",
    [
        'source = "x"\nyes = 31\nunknown = 30\nno = 60',
        'source = "x"\nyes = 0\nunknown = 61\nno = 60',
    ],
)
def test_a_cost_that_does_not_rise_from_yes_to_no_stops_the_start(overlay, section):
    overlay(f"[capacity]\n{section}\n")

    with pytest.raises(DataError) as refused:
        weights.load()

    assert refused.value.facts["record"] == "capacity"
    assert refused.value.facts["line"] == 1
    assert refused.value.facts["file"] == "matching.toml"


@pytest.mark.parametrize(
    "text",
    [
        '[capacity]\nsource = "x"\nyes = 0\nunknown = 1\nno = 2\nmaybe = 1\n',
        "[capacity]\nyes = 0\nunknown = 1\nno = 2\n",
        '[hunger]\nsource = "x"\n',
        '[staleness]\nsource = "x"\nfresh = 0\ndue = 1\noverdue = 2\nunverified = 2\n'
        "expired = 5\ndisputed = 5\n",
        '[language]\nsource = "x"\nstaff = 10\non_site = 5\nphone = 10\nother_window = 30\n'
        "unknown = 40\nno = 90\nplace = 5\n",
        '[acceptance]\nsource = "x"\nspecialised = 0\nall = 50\nunknown = 15\nothers_first = 30\n',
        '[hard]\nsource = "x"\nyes = 50\nunknown = 45\n',
    ],
    ids=["unknown key", "no source", "unknown section", "past unknown", "language", "all", "hard"],
)
def test_a_wrong_section_stops_the_start(overlay, text):
    overlay(text)

    with pytest.raises(DataError):
        weights.load()


def test_an_overlay_replaces_a_section(overlay):
    overlay('[capacity]\nsource = "a programme"\nyes = 1\nunknown = 2\nno = 3\n')

    assert weights.load().capacity.no == 3
    assert weights.load().open.no == 240


def test_every_section_says_where_its_numbers_come_from():
    sections = tomllib.loads(FILE.read_text("utf-8"))

    assert all(section["source"] for section in sections.values())


def test_needs_and_categories_of_the_weights_exist():
    loaded = weights.load()

    assert loaded.needs.reporting_keeps_place <= vocabulary.needs().keys()
    assert loaded.needs.rooms_matter <= vocabulary.categories().keys()
    assert loaded.reach.by_category.keys() <= vocabulary.categories().keys()


def test_every_state_has_its_quarters():
    staleness = weights.load().staleness

    assert [staleness.quarters(state) for state in Freshness] == [2, 0, 1, 2, 4, 4]
