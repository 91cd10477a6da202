"""The names of services and places that a visitor reads."""

import re
from dataclasses import replace

import pytest

from protect.directory.enums import CriterionKind, CriterionOperator
from protect.findhelp.answers import cards, names
from protect.matching.questions import Reason
from protect.matching.services.rows import Condition, OfficialName
from tests.findhelp.paper.demo import AT, SERVICE, found

ROW = replace(SERVICE, name="Demo line", organisation="Demo Rivers", text_language="en")
LINE = OfficialName("Ligne Démo", "fr")
HOUSE = OfficialName("Maison des Rives", "fr")
HEADING = re.compile(r'<h2 class="card__name"><a href="([^"]+)">([^<]+)</a>')


def heading(row, tag, *wanted):
    return cards.card_view(found(row), tag, AT, wanted=frozenset(wanted)).heading


def read(row, tag):
    return [tuple(name) for name in names.name_views(row, tag)]


@pytest.mark.parametrize("tag", ["en", "fr", "ti", "ar"])
def test_the_official_names_are_alone_with_their_language(tag):
    row = replace(ROW, official_name=LINE, official_organisation=HOUSE)

    assert read(row, tag) == [("Ligne Démo", "fr"), ("Maison des Rives", "fr")]


def test_an_english_working_name_is_read_by_readers_of_english_only():
    row = replace(ROW, official_organisation=HOUSE)

    assert read(row, "en") == [("Demo line", "en"), ("Maison des Rives", "fr")]
    assert read(row, "ti") == [("Maison des Rives", "fr")]
    assert read(replace(row, country="IE"), "ti")[0] == ("Demo line", "en")


def test_without_any_official_name_the_working_names_stand():
    assert read(ROW, "ti") == [("Demo line", "en"), ("Demo Rivers", "")]


def test_an_organisation_that_a_name_contains_is_not_repeated():
    whole = OfficialName("Maison des Rives, ligne d’écoute", "fr")
    row = replace(ROW, official_name=whole, official_organisation=HOUSE)

    assert read(row, "ar") == [(whole.text, "fr")]


def test_a_reviewed_translation_of_the_name_comes_first():
    row = replace(ROW, official_name=LINE, translations={"name": {"ar": "خط ديمو"}})

    assert read(row, "ar")[:2] == [("خط ديمو", "ar"), ("Ligne Démo", "fr")]
    assert read(row, "fr")[0] == ("Ligne Démo", "fr")


@pytest.mark.django_db
def test_a_heading_says_what_it_is_and_where_in_the_reader_s_script(starter):
    sofia = replace(ROW.points[0], name="Sofia (София)", place=727011)
    row = replace(ROW, categories=frozenset({"helpline", "legal"}), points=(sofia,))

    assert heading(row, "en") == "Legal advice · Sofia (София)"
    assert heading(row, "bg").endswith(" · София")
    assert "Софія (Sofia)" in heading(row, "uk")
    hidden = replace(row, points=(replace(sofia, is_coarse=True),))
    assert heading(hidden, "en") == "Legal advice"


def test_the_heading_names_the_need_and_always_the_people_served():
    codes = frozenset({"psychosocial", "legal", "shelter", "trafficking"})
    row = replace(ROW, categories=codes, points=())

    assert heading(row, "en") == "Shelter · Help against trafficking"
    assert heading(row, "en", "psychosocial") == "Emotional support · Help against trafficking"
    view = cards.card_view(found(row), "en", AT, wanted=frozenset({"legal"}))
    assert (view.heading, view.kinds) == ("Legal advice · Help against trafficking", "Shelter")


def test_a_shelter_with_medical_help_is_headed_as_a_shelter_where_medical_help_is_wanted():
    row = replace(
        ROW, categories=frozenset({"psychosocial", "legal", "health", "shelter"}), points=()
    )

    assert heading(row, "en", "health") == "Shelter"


def test_a_line_that_leads_to_shelters_is_headed_as_one_only_where_a_shelter_is_wanted():
    categories = {"psychosocial", "legal", "shelter", "helpline", "gender-based-violence"}
    row = replace(ROW, categories=frozenset(categories), points=())

    assert heading(row, "en") == "Help after violence"
    assert heading(row, "en", "psychosocial") == "Help after violence"
    assert heading(row, "en", "shelter") == "Shelter"


@pytest.mark.parametrize(
    ("categories", "wanted", "shown"),
    [
        ({"shelter", "domestic-violence"}, "shelter", "Shelter · Help after violence at home"),
        (
            {"shelter", "sexual-violence-counselling"},
            "shelter",
            "Shelter · Counselling after sexual assault",
        ),
        (
            {"helpline", "psychosocial", "domestic-violence", "sexual-violence-counselling"},
            "psychosocial",
            "Counselling after sexual assault · Help after violence at home",
        ),
        (
            {"sexual-violence-centre", "sexual-violence-counselling", "health"},
            "health",
            "Medical care · Care after sexual assault",
        ),
        ({"legal"}, "legal", "Legal advice · Help after violence"),
    ],
)
def test_a_heading_says_after_which_violence_a_service_helps(categories, wanted, shown):
    row = replace(ROW, categories=frozenset({*categories, "gender-based-violence"}), points=())

    assert heading(row, "en", wanted) == shown


def test_a_line_gives_legal_advice_as_well_and_an_office_first():
    categories = frozenset({"psychosocial", "legal", "helpline"})
    for_survivors = replace(ROW, categories=categories | {"gender-based-violence"}, points=())

    assert heading(for_survivors, "en") == "Help after violence"
    assert heading(for_survivors, "en", "legal") == "Legal advice · Help after violence"
    for_all = replace(ROW, categories=categories, points=())
    assert heading(for_all, "en") == "Emotional support"
    office = replace(for_all, categories=categories - {"helpline"})
    assert heading(office, "en") == "Legal advice"


def test_a_service_for_all_survivors_is_not_headed_as_one_for_some_of_them():
    codes = frozenset({"gender-based-violence", "shelter", "trafficking", "lgbtqi"})
    limit = Condition(CriterionOperator.SPECIALISED, frozenset({"lgbtqi"}))
    row = replace(ROW, categories=codes, points=())

    assert heading(row, "en") == "Shelter"
    limited = replace(row, conditions={CriterionKind.GROUP: (limit,)})
    assert heading(limited, "en") == "Shelter · LGBTQI+ support"


@pytest.mark.django_db
def test_the_page_of_a_service_has_the_heading_of_the_card_that_led_to_it(public, code):
    place = code("Liège", "BE")

    for need in ("tq", "kq", "gk", "rx"):
        page = public.get(f"/en/{place}-{need}").content.decode()
        for address, title in HEADING.findall(page):
            shown = public.get(address).content.decode()
            assert f"<h1>{title}</h1>" in shown, (need, address)


@pytest.mark.django_db
def test_no_page_asks_for_the_language_of_the_country(public, code):
    pages = {tag: public.get(f"/{tag}/{code('Sofia', 'BG')}-kq") for tag in ("bg", "en")}

    assert ": \u2068Български" not in pages["bg"].content.decode()
    assert "\u2068English" in pages["en"].content.decode()


def test_the_area_around_a_protected_address_has_the_name_of_its_town_in_the_readers_language(
    starter,
):
    hidden = [
        row for row in starter.engine.snapshot.rows if any(point.is_coarse for point in row.points)
    ]
    points = {point.name: (row, point) for row in hidden for point in row.points}
    row, point = points["Warszawa"]

    assert names.town_name(point, "fr") == "Varsovie"
    assert names.town_name(point, "pl") == "Warszawa"
    assert names.town_name(point, "uk") == "Варшава (Warszawa)"
    around = Reason("distance_around", facts={"place": point.name})
    card = cards.card_view(found(row)._replace(reasons=(around,)), "fr", AT)
    assert "Varsovie" in card.where
    assert "Warszawa" not in card.where
