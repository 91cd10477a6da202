"""Facts of countries: read, refused with the place of the mistake, shown only where they may be."""

from datetime import date

import pytest

from protect.kernel.errors import DataError
from protect.reference import country_facts, vocabulary

FACT = """
[[fact]]
topic = "first_hours"
key = "{key}"
public = true
text = "{text}"
applies_to = "everyone"
source_title = "Demo ministry"
source_date = "{day}"
checked = "2026-11-28"
status = "{status}"
"""


def fact(key="demo", text="Demo text.", day="2025-01", status="unconfirmed"):
    return FACT.format(key=key, text=text, day=day, status=status)


@pytest.fixture(autouse=True)
def _without_confirmations(monkeypatch):
    """Read no confirmations of the desk: they are in a database (tests/content/sign_off)."""
    monkeypatch.setattr(country_facts, "CONFIRMED_DIGESTS", [])


@pytest.fixture
def overlay(tmp_path, settings):
    """Return a function that writes the file of a country into an overlay."""
    folder = tmp_path / "reference" / country_facts.FOLDER
    folder.mkdir(parents=True)
    settings.PROTECT_DATA_DIRS = [str(tmp_path)]

    def write(country, *facts):
        (folder / f"{country}.toml").write_text("".join(facts), "utf-8")
        country_facts.load_facts.cache_clear()

    yield write
    country_facts.load_facts.cache_clear()


@pytest.mark.parametrize("country", [*vocabulary.countries(), country_facts.EVERYWHERE])
def test_every_country_has_facts_for_the_first_hours_with_their_source(country):
    facts = country_facts.public_facts(country, "first_hours")

    assert facts
    assert all(each.source_title and len(each.text.split()) <= 40 for each in facts)


def test_a_country_without_a_file_has_no_facts():
    assert country_facts.load_facts("XX") == ()


def test_an_overlay_replaces_the_facts_of_the_same_key_only(overlay):
    before = {each.key: each.text for each in country_facts.load_facts("BE")}
    overlay("be", fact("cost", "It is free."))

    after = {each.key: each.text for each in country_facts.load_facts("BE")}

    assert after == before | {"cost": "It is free."}


def test_facts_that_contradict_each_other_are_not_shown(overlay):
    overlay("xx", fact("a", "Yes."), fact("a", "No."), fact("b", "Go."))

    assert [each.text for each in country_facts.public_facts("XX", "first_hours")] == ["Go."]


def value_of(key, value, measures="examination", unit="hours", *, is_public="true"):
    text = fact(key).replace("public = true", f"public = {is_public}")
    return text + f'value = "{value}"\nunit = "{unit}"\nmeasures = "{measures}"\n'


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ([value_of("a", 48)], "examination: 48 hours, but another fact says 72"),
        ([value_of("a", 3, "care"), value_of("b", 4, "care")], "care: 4 hours"),
    ],
    ids=["limit", "country"],
)
def test_public_facts_with_two_values_of_one_thing_stop_the_start(overlay, facts, problem):
    overlay("mt", *facts)

    with pytest.raises(DataError, match=problem):
        country_facts.load_all()


@pytest.mark.parametrize(
    "other",
    [
        value_of("a", 72),
        value_of("a", 7, unit="days"),
        value_of("a", 48, is_public="false"),
        value_of("a", 48, "care"),
    ],
    ids=["same", "unit", "hidden", "thing"],
)
def test_facts_that_do_not_contradict_are_loaded(overlay, other):
    before = country_facts.load_facts("MT")
    country_facts.load_facts.cache_clear()
    overlay("mt", other)

    country_facts.load_all()

    assert len(country_facts.load_facts("MT")) > len(before)


@pytest.mark.parametrize("country", vocabulary.countries())
def test_public_facts_name_no_other_hours_than_the_limits(country):
    limits = {country_facts.limit(key).value for key in country_facts.LIMIT_KEYS}
    for each in country_facts.public_facts(country, "first_hours"):
        assert each.unit != "hours" or each.value in limits, each.key
        assert each.unit != "hours" or each.measures, each.key


def test_live_only_confirmed_facts_are_shown(overlay, settings):
    overlay("xx", fact("a"), fact("b", status="confirmed"))
    settings.IS_DEMO = False

    assert [each.key for each in country_facts.public_facts("XX", "first_hours")] == ["b"]


@pytest.mark.parametrize(
    ("day", "is_old"),
    [("n.d.", True), ("n.d. (about 2023)", True), ("2020", True), ("2022-05", False)],
)
def test_a_source_without_a_date_or_over_five_years_is_old(overlay, day, is_old):
    overlay("xx", fact(day=day))

    (found,) = country_facts.load_facts("XX")

    assert found.is_old(date(2026, 11, 30)) is is_old


@pytest.mark.parametrize("value", ["", "72 / 120"])
def test_a_limit_that_is_no_number_stops_the_start(overlay, value):
    key = country_facts.LIMIT_KEYS[0]
    overlay("who", fact(key) + f'value = "{value}"\nunit = "hours"\n')

    with pytest.raises(DataError, match="who_hiv_pep"):
        country_facts.load_all()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (fact().replace("first_hours", "weather"), "topic"),
        (fact(status="perhaps"), "status"),
        (fact().replace('"everyone"', '"men of one town"'), "applies_to"),
        (fact().replace("checked =", "seen ="), "checked"),
        ("[[fact]\n", "TOML"),
        ("[[facts]]\n", "[[fact]]"),
        ("[fact]\n", "[[fact]]"),
        ("fact = [1]\n", "fact"),
    ],
    ids=["topic", "status", "whom", "key", "toml", "name", "section", "number"],
)
def test_a_wrong_file_is_refused_with_its_name_and_the_remedy(overlay, text, problem):
    overlay("xx", text)

    with pytest.raises(DataError) as refused:
        country_facts.load_facts("XX")

    assert problem in refused.value.text()
    assert "xx.toml" in refused.value.text()
