from datetime import timedelta

import pytest

from protect.directory.enums import Fact, Method
from protect.directory.facts.base.intervals import intervals
from protect.kernel import tables
from protect.kernel.errors import DataError


@pytest.fixture
def overlay(settings, tmp_path):
    def write(text):
        folder = tmp_path / "directory"
        folder.mkdir()
        (folder / "freshness.toml").write_text(text, encoding="utf-8")
        settings.PROTECT_DATA_DIRS = [str(tmp_path)]
        tables.load.cache_clear()
        intervals.cache_clear()

    yield write
    tables.load.cache_clear()
    intervals.cache_clear()


WEIGHTS = "weights = { call = 1.0, provider = 1.0, visit = 1.0, register = 0.5, web = 0.5 }"


def test_every_fact_has_an_interval_of_at_most_ninety_days():
    assert set(intervals()) == set(Fact)
    assert max(each.length for each in intervals().values()) <= timedelta(days=90)


def test_every_method_has_a_weight_for_every_fact():
    assert all(set(each.weights) == set(Method) for each in intervals().values())


def test_capacity_interval_is_one_day():
    assert intervals()[Fact.CAPACITY].length == timedelta(hours=24)


def test_overlay_may_shorten_intervals(overlay):
    overlay(f'[phone]\ndays = 30\n{WEIGHTS}\nsource = "Demo office"')

    assert intervals()[Fact.PHONE].days == 30


@pytest.mark.parametrize(
    "text",
    [
        f'[phone]\ndays = 91\n{WEIGHTS}\nsource = "x"',
        f'[phone]\ndays = 0\n{WEIGHTS}\nsource = "x"',
        '[phone]\ndays = 30\nweights = { call = 1.0 }\nsource = "x"',
        '[phone]\ndays = 30\nweights = { guess = 1.0 }\nsource = "x"',
        f"[phone]\ndays = 30\n{WEIGHTS.replace('0.5', '1.5')}\nsource = 'x'",
        f'[telepathy]\ndays = 30\n{WEIGHTS}\nsource = "x"',
    ],
)
def test_invalid_interval_row_raises_data_error(overlay, text):
    overlay(text)

    with pytest.raises(DataError, match=r"data_row_bad"):
        intervals()
