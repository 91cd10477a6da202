"""Head counts: the total is the sum of its cells, and only the last declaration counts."""

from itertools import product

from hypothesis import given, strategies as st

from protect.outreach.rules import get_latest_head_count

NAMES = [*product(["0-11", "12-17", "unknown"], "fmx")]
CELLS = st.lists(st.integers(0, 500), min_size=1, max_size=len(NAMES)).map(
    lambda numbers: dict(zip(NAMES, numbers, strict=False))
)


def rows_of(declarations):
    return [
        (number, band, sex, n)
        for number, cells in enumerate(declarations, 1)
        for (band, sex), n in cells.items()
    ]


@given(st.lists(CELLS, min_size=1, max_size=4))
def test_last_declaration_counts_and_its_sums_agree(declarations):
    found = get_latest_head_count(reversed(rows_of(declarations)))

    assert found is not None
    assert found.cells == declarations[-1]
    assert found.total == sum(declarations[-1].values())
    assert sum(found.by_band().values()) == sum(found.by_sex().values()) == found.total


def test_missing_count_is_not_zero():
    assert get_latest_head_count([]) is None
