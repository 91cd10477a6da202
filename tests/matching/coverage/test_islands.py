import pytest
from pydantic import ValidationError

from protect.matching.coverage.atlas import settlements
from protect.matching.coverage.atlas.settlements import MAINLAND, Island
from protect.reference.lookup.index import PlaceRow
from tests.matching import generate
from tests.matching.coverage import slice_oracle

COUNTRIES = ("MT", "ES", "IT", "HR", "GR", "NL")


def region(name, country):
    places = [place for place in generate.settlements(country) if place.name == name]
    numbers = {
        settlements.island_number(slice_oracle.place_row(place), place.areas) for place in places
    }
    codes = list(settlements.island_regions())
    return {codes[number - 1] if number else "" for number in numbers}


@pytest.mark.parametrize(
    ("name", "country", "expected"),
    [
        ("Birkirkara", "MT", ""),
        ("Eivissa", "ES", "ES-eivissa"),
        ("Ceuta", "ES", "ES-ceuta"),
        ("Madrid", "ES", ""),
        ("Palermo", "IT", "IT-sicilia"),
        ("Lipari", "IT", "IT-eolie"),
        ("Orebić", "HR", ""),
        ("Lumbarda", "HR", "HR-korcula"),
        ("Krk", "HR", ""),
        ("Den Burg", "NL", "NL-texel"),
        ("Den Helder", "NL", ""),
    ],
)
def test_a_settlement_lies_in_its_region(name, country, expected):
    assert region(name, country) == {expected}


def test_every_region_has_settlements_of_its_country():
    codes = list(settlements.island_regions())

    held = {
        codes[number - 1]
        for country in COUNTRIES
        for place in generate.settlements(country)
        if (number := settlements.island_number(slice_oracle.place_row(place), place.areas))
    }

    assert held == set(codes)


def test_a_settlement_of_another_country_is_in_no_island_region():
    abroad = PlaceRow(1, "IT", "IT-RM", "Demo", latitude=36.04, longitude=14.24)

    assert settlements.island_number(abroad, ("IT-RM", "IT-62")) == MAINLAND


@pytest.mark.parametrize(
    "wrong", [{}, {"boxes": [(36, 14, 35, 15)]}, {"boxes": [(35, 15, 36, 14)]}]
)
def test_a_region_without_a_sound_place_is_refused(wrong):
    with pytest.raises(ValidationError):
        Island(code="X", name="Demo", country="MT", source="demo", taken="2026-11-25", **wrong)
