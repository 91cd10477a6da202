from datetime import date

import pytest
from pydantic import ValidationError

from protect.directory.hours import calendars
from protect.kernel import tables

CATALONIA_DAY = date(2026, 9, 11)
WHIT_MONDAY = date(2026, 5, 25)


def test_region_has_its_own_holiday():
    assert CATALONIA_DAY in calendars.public_holidays("ES", "ES-CT", 2026).certain


def test_other_region_does_not_have_the_holiday():
    assert CATALONIA_DAY not in calendars.public_holidays("ES", "ES-MD", 2026).possible


@pytest.mark.parametrize("subdivision", [None, "ES-XX"])
def test_regional_holiday_is_possible_if_the_region_is_unknown(subdivision):
    calendar = calendars.public_holidays("ES", subdivision, 2026)

    assert CATALONIA_DAY in calendar.possible - calendar.certain


def test_national_holiday_is_certain_without_a_region():
    assert date(2026, 10, 12) in calendars.public_holidays("ES", None, 2026).certain


@pytest.mark.parametrize(
    ("country", "subdivision", "is_holiday"),
    [
        ("BE", None, True),
        ("NL", None, True),
        ("HU", None, True),
        ("ES", "ES-MD", False),
        ("IT", "RM", False),
        ("IT", "BZ", True),
        ("PL", None, False),
        ("GR", None, False),  # the Orthodox one is a week later
    ],
)
def test_whit_monday_is_a_holiday_in_some_countries_only(country, subdivision, is_holiday):
    assert (
        WHIT_MONDAY in calendars.public_holidays(country, subdivision, 2026).certain
    ) is is_holiday


@pytest.mark.parametrize("country", ["BE", "BG", "GR", "HR", "HU", "IE", "MT", "NL", "PL", "SI"])
def test_holidays_are_certain_where_all_regions_share_them(country):
    calendar = calendars.public_holidays(country, None, 2026)

    assert calendar.certain == calendar.possible


def test_country_code_el_means_greece():
    assert calendars.country_code("el") == "GR"


def test_country_without_a_calendar_is_refused():
    with pytest.raises(ValueError, match="XX"):
        calendars.country_code("XX")


def test_school_holidays_of_a_region_come_from_the_table():
    calendar = calendars.school_holidays("PL", "PL-14", 2027)

    assert date(2027, 2, 1) in calendar.certain
    assert date(2027, 1, 18) not in calendar.possible  # another voivodeship's turn


def test_days_that_no_record_covers_are_possible_school_holidays():
    calendar = calendars.school_holidays("ES", "ES-CT", 2027)

    assert date(2027, 7, 7) in calendar.possible - calendar.certain


def test_region_without_a_record_has_only_possible_school_holidays():
    calendar = calendars.school_holidays("BE", "BE-BRU", 2026)

    assert date(2026, 11, 3) in calendar.possible - calendar.certain


def test_breaks_out_of_order_are_refused():
    turned = {"first": "2027-03-02", "last": "2027-03-01"}

    with pytest.raises(ValidationError, match="must follow each other"):
        calendars.SchoolYear.model_validate(
            {
                "code": "demo",
                "country": "MT",
                "first": date(2026, 9, 1),
                "last": date(2027, 8, 31),
                "breaks": [turned],
                "source": "Demo ministry",
            }
        )


def test_overlay_adds_school_years(settings, tmp_path):
    folder = tmp_path / "directory" / "holidays"
    folder.mkdir(parents=True)
    (folder / "school_years.toml").write_text(
        '[mt-2026]\ncountry = "MT"\nfirst = 2026-09-01\nlast = 2027-08-31\n'
        "breaks = [{ first = 2026-12-24, last = 2027-01-06 }]\nsource = 'Demo ministry'\n"
    )
    settings.PROTECT_DATA_DIRS = [str(tmp_path)]
    tables.load.cache_clear()
    try:
        calendar = calendars.school_holidays("MT", None, 2026)
    finally:
        tables.load.cache_clear()

    assert date(2026, 12, 28) in calendar.certain
    assert date(2026, 12, 23) not in calendar.possible
