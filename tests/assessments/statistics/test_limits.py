import pytest
from pydantic import ValidationError

from protect.assessments.statistics.limits import Limits, limits
from protect.kernel import tables
from protect.kernel.errors import DataError
from tests.assessments.statistics.given import LIMITS


def test_default_limits_equal_the_specification():
    assert limits() == LIMITS


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("fewest_answers", 4),
        ("fewest_pairs", 9),
        ("too_easy_percent", 31),
        ("near_maximum_percent", 0),
    ],
)
def test_office_cannot_lower_a_limit(key, value):
    with pytest.raises(ValidationError):
        Limits(**{**LIMITS.model_dump(), key: value})


def test_office_can_raise_a_limit(settings, tmp_path):
    folder = tmp_path / "assessments"
    folder.mkdir()
    row = "[results]\nfewest_answers = {}\nfewest_pairs = 20\nnear_maximum_percent = 90\n"
    row += "too_easy_percent = 30\n"
    settings.PROTECT_DATA_DIRS = [str(tmp_path)]
    tables.load.cache_clear()
    try:
        (folder / "limits.toml").write_text(row.format(8))
        assert limits().fewest_answers == 8
        tables.load.cache_clear()
        (folder / "limits.toml").write_text(row.format(2))
        with pytest.raises(DataError, match="fewest_answers"):
            limits()
    finally:
        tables.load.cache_clear()
