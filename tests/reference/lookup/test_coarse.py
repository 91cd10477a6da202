from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from protect.reference.lookup.coarse import coarse_cell, main_town
from protect.reference.lookup.index import PlaceRow
from protect.reference.lookup.parts import part_ids

AREAS = {"XX-A": None, "XX-A-1": "XX-A", "XX-A-2": "XX-A", "XX-B": None}


def place(number, area, people, north=0.0, east=0.0):
    return PlaceRow(number, "XX", area, f"Demo {number}", (), people, 50.0 + north, 4.0 + east)


# 0.2 degrees are 22 km from north to south and, at 50° north, 14 km from west to east.
WIDE = [place(1, "XX-A-1", 90_000), place(2, "XX-A-1", 10_000, north=0.2)]
NARROW = [place(3, "XX-A-2", 80_000, north=1), place(4, "XX-A-2", 30_000, north=1, east=0.2)]
EMPTY = [place(5, "XX-B", 500, east=3), place(6, "XX-B", 400, north=2, east=3)]
ROWS = [*WIDE, *NARROW, *EMPTY]


def test_a_large_district_with_many_people_is_a_coarse_area():
    assert coarse_cell(WIDE[0], ROWS, AREAS) == "XX-A-1"


def test_a_narrow_district_is_replaced_by_its_region():
    assert coarse_cell(NARROW[0], ROWS, AREAS) == "XX-A"


def test_a_region_with_few_people_is_replaced_by_its_country():
    assert coarse_cell(EMPTY[0], ROWS, AREAS) == "XX"


def test_one_inhabitant_too_few_is_not_enough():
    rows = [replace(WIDE[0], population=89_999), WIDE[1]]

    assert coarse_cell(rows[0], rows, AREAS) == "XX"


def test_the_people_of_a_part_are_counted_once_in_their_town():
    part = place(next(iter(sorted(part_ids()))), "XX-A-1", 20_000, north=0.1)
    town = replace(WIDE[0], population=80_000)

    assert coarse_cell(town, [town, WIDE[1], part], AREAS) == "XX"


def test_a_single_city_is_not_its_own_coarse_area():
    city = place(7, "XX-B", 3_000_000)

    assert coarse_cell(city, [city], AREAS) == "XX"


def test_a_settlement_without_a_known_area_lies_in_its_country():
    stray = place(8, "XX-Z", 5)

    assert coarse_cell(stray, [*ROWS, stray], AREAS) == "XX"


@pytest.mark.parametrize(
    ("cell", "number"), [("XX-A-1", 1), ("XX-A-2", 3), ("XX-A", 1), ("XX-B", 5), ("XX", 1)]
)
def test_the_largest_settlement_represents_a_coarse_area(cell, number):
    assert main_town(cell, ROWS, AREAS).id == number


def test_a_cell_without_settlements_has_no_town():
    with pytest.raises(ValueError, match="empty"):
        main_town("XX-C", ROWS, AREAS)


worlds = st.lists(
    st.builds(
        place,
        number=st.integers(1, 1000),
        area=st.sampled_from(sorted(AREAS)),
        people=st.integers(0, 200_000),
        north=st.floats(0, 2),
        east=st.floats(0, 2),
    ),
    min_size=1,
    max_size=15,
    unique_by=lambda row: row.id,
)


@given(worlds)
def test_settlements_of_one_area_share_their_cell_and_its_town(rows):
    answers = {}
    for row in rows:
        cell = coarse_cell(row, rows, AREAS)
        answers.setdefault(row.area, set()).add((cell, main_town(cell, rows, AREAS)))

    assert all(len(found) == 1 for found in answers.values())


@given(worlds)
def test_every_cell_below_a_country_has_a_hundred_thousand_people(rows):
    for row in rows:
        cell = coarse_cell(row, rows, AREAS)
        inside = [one for one in rows if cell in (one.area, AREAS[one.area], one.country)]
        assert cell == "XX" or sum(one.population for one in inside) >= 100_000
