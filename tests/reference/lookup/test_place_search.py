import pytest
from hypothesis import given, settings, strategies as st

from protect.reference import vocabulary
from protect.reference.lookup import store
from protect.reference.lookup.fold import fold
from protect.reference.lookup.place_search import MAX_CHOICES, search_place

pytestmark = pytest.mark.django_db


def shown(matches):
    return [(choice.title or choice.place.name, choice.place.country) for choice in matches.choices]


@pytest.mark.parametrize(
    ("typed", "place", "country"),
    [
        ("B-1000", "Brussels", "BE"),
        ("BG-9000", "Varna", "BG"),
        ("28001", "Madrid", "ES"),
        ("H-1051", "Budapest", "HU"),
        ("D02 X285", "Dublin", "IE"),
        ("I-00184", "Rome", "IT"),
        ("MT VLT 1117", "Valletta", "MT"),
        ("1012 AB", "Amsterdam", "NL"),
        ("00-950", "Warsaw", "PL"),
        ("SI-1000", "Ljubljana", "SI"),
        ("Αθήνα", "Athens", "GR"),
        ("София", "Sofia", "BG"),
        ("مدريد", "Madrid", "ES"),
        ("ማድሪድ", "Madrid", "ES"),
        ("4000 Liège", "Liège", "BE"),
        ("B-4020 Liège", "Liège", "BE"),
        ("7100 La Louvière", "La Louvière", "BE"),
        ("1012 AB Amsterdam", "Amsterdam", "NL"),
        ("Sliema SLM 1030", "Sliema", "MT"),
    ],
)
def test_one_place_of_a_postcode_or_name_is_certain(typed, place, country):
    found = search_place(typed).certain

    assert (found.name, found.country) == (place, country)


@pytest.mark.parametrize(
    ("typed", "first", "country"),
    [("HR-10000", "Zagreb", "HR"), ("GR-104 31", "Athens", "GR"), ("BG-4101", "Asenovgrad", "BG")],
)
def test_a_postcode_near_a_settlement_is_not_certain(typed, first, country):
    result = search_place(typed)

    assert result.certain is None
    assert shown(result)[0] == (first, country)
    assert result.choices[0].is_near


def test_a_postcode_of_several_countries_offers_the_likely_country_first():
    anywhere, bulgarian = search_place("1000"), search_place("1000", likely_countries=["BG"])

    assert anywhere.certain is bulgarian.certain is None
    assert shown(anywhere) == [("Brussels", "BE"), ("Sofia", "BG"), ("Ljubljana", "SI")]
    assert shown(bulgarian)[0] == ("Sofia", "BG")
    assert search_place("1000", "BG").certain.name == "Sofia"


def test_a_postcode_of_two_places_of_one_country_is_not_certain():
    result = search_place("3440", "BE")  # Zoutleeuw and villages around it

    assert result.certain is None
    assert len(result.choices) > 1


def test_a_postcode_beside_a_name_narrows_its_homonyms():
    alone, narrowed = search_place("Aalst", "BE"), search_place("9300 Aalst", "BE")

    assert len(alone.choices) > 1
    assert narrowed.certain.area == "BE-VOV"


def test_all_places_of_a_name_are_shown():
    assert shown(search_place("Villanova", "IT")) == [("Villanova", "IT")] * 13


@pytest.mark.parametrize("typed", ["Куклен", "kuklen", "ΚΟΥΚΛΕΝ", "ኩክለን"])
def test_a_locality_that_is_no_settlement_leads_to_the_nearest_one(typed):
    (choice,) = search_place(typed, "BG").choices

    assert (choice.title, choice.place.name, choice.is_near) == (
        "Куклен / Kuklen",
        "Asenovgrad",
        True,
    )
    assert search_place(typed, "BG").certain is None


def test_a_village_beside_a_large_town_leads_to_it_and_not_to_a_nearer_centre():
    (choice,) = search_place("Брестник", "BG").choices  # 9 km from Asenovgrad, 12 from Plovdiv

    assert (choice.title, choice.place.name, choice.is_near) == (
        "Брестник / Brestnik",
        "Plovdiv",
        True,
    )


def test_a_large_quarter_is_offered_beside_the_village_of_its_short_name():
    result = search_place("Molenbeek", "BE")

    assert result.certain is None
    assert shown(result) == [("Molenbeek-Wersbeek", "BE"), ("Molenbeek-Saint-Jean", "BE")]


def test_localities_of_one_name_are_all_offered():
    assert shown(search_place("Михайлово")) == [("Михайлово / Mikhajlovo", "BG")] * 2


def test_a_place_elsewhere_is_offered_by_its_very_name_only():
    assert shown(search_place("Athens", "BG")) == [("Athens", "GR")]
    assert search_place("Athens", "BG").certain is None
    assert shown(search_place("Athenz", "BG")) == []
    assert shown(search_place("Athenz")) == [("Athens", "GR")]
    assert shown(search_place("Qlovdiv", "BG")) == [("Plovdiv", "BG")]
    assert shown(search_place("كوكلن")) == []


@pytest.mark.parametrize(
    ("typed", "name"),
    [("አቴና", "Athens"), ("ሶፍያ", "Sofia"), ("هرمنلي", "Harmanli")],
)
def test_a_similar_sounding_name_is_offered_not_certain(typed, name):
    result = search_place(typed)

    assert result.certain is None
    assert result.choices[0].place.name == name


@pytest.mark.parametrize("typed", ["Ħal Far", "hal far open centre", "ሃል ፋር", "HAL-FAR"])
def test_a_camp_is_known_by_its_name_and_leads_to_a_settlement(typed):
    (choice,) = search_place(typed).choices

    assert choice.camp.code == "mt-hal-far"
    assert (choice.place.name, choice.is_near) == ("Birżebbuġa", True)
    assert not choice.camp.is_confirmed


@pytest.mark.parametrize(
    "typed", ["Harmanli camp", "лагер Харманли", "مخيم هارمانلي", "RPC Harmanli"]
)
def test_a_word_for_a_camp_beside_a_town_offers_both(typed):
    first, second = search_place(typed).choices

    assert (first.camp.code, second.camp, second.place.name) == ("bg-harmanli", None, "Harmanli")
    assert search_place("Harmanli").certain == second.place


@pytest.mark.parametrize(
    "typed", ["near me", "shelter near me", "близо до мен", "κοντά μου", "قريب مني", "አጠገቤ", "附近"]
)
def test_near_me_is_recognised(typed):
    assert search_place(typed).near_me
    assert search_place(typed, "BG").near_me


@pytest.mark.parametrize("typed", ["", "camp", "Xqzzyv", "99999", "x" * 500])
def test_a_text_that_is_no_place_has_no_choices(typed):
    result = search_place(typed)

    assert (result.choices, result.certain, result.near_me) == ((), None, False)


@settings(deadline=None)  # the first example reads files
@given(
    text=st.text(max_size=90) | st.from_regex(r"[0-9]{1,5}[ -]?[A-Za-z0-9]{0,4}", fullmatch=True),
    country=st.none() | st.sampled_from(sorted(vocabulary.countries())),
)
def test_any_text_is_answered_and_what_is_certain_is_the_only_choice(text, country):
    result = search_place(text, country)

    assert len(result.choices) <= MAX_CHOICES
    if result.certain:
        assert [choice.place for choice in result.choices] == [result.certain]
        assert country in {None, result.certain.country}


@settings(deadline=None)  # the first example reads files
@given(st.integers(min_value=0))
def test_the_name_of_a_settlement_finds_it_in_its_country(number):
    rows = list(store.place_rows().values())
    row = rows[number % len(rows)]

    if not any(char.isdigit() for char in fold(row.name)):
        assert row in [choice.place for choice in search_place(row.name, row.country).choices]


def test_camps_are_cited_unconfirmed_and_in_their_country():
    for camp in vocabulary.camps().values():
        assert camp.source
        assert camp.source_date
        assert store.place_rows()[camp.place].country == camp.country == camp.code[:2].upper()


@pytest.mark.parametrize(
    "typed", ["Опанец, Плевен", "с. Опанец (Плевен)", "село Опанец, обл. Плевен"]
)
def test_an_area_behind_a_comma_narrows_a_name(typed):
    (found,) = search_place(typed, "BG").choices

    assert "Опанец" in found.title
    assert "Pleven" in {store.areas()[code].name for code in store.area_chain(found.place.area)}


@pytest.mark.parametrize("typed", ["село Върбица", "с. Върбица", "Върбица"])
def test_a_small_place_is_not_certain_where_villages_share_its_name(typed):
    result = search_place(typed, "BG")

    assert result.certain is None
    assert len({choice.place.area for choice in result.choices}) > 1


@pytest.mark.parametrize(
    ("typed", "name"), [("град София", "Sofia"), ("comune di Bologna", "Bologna"), ("Selo", "Selo")]
)
def test_a_word_for_a_settlement_is_left_out(typed, name):
    assert name in {choice.title or choice.place.name for choice in search_place(typed).choices}


def test_an_area_that_does_not_lie_around_it_changes_nothing():
    assert shown(search_place("Bologna, Atlantis")) == [("Bologna", "IT")]
