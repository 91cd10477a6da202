"""For which places, services and readers a page has the sentence that asks for an interpreter."""

import re
from dataclasses import replace

import pytest

from protect.directory.enums import LanguageMode
from protect.directory.hours import parse
from protect.findhelp import addresses
from protect.findhelp.answers import interpreters
from protect.matching.questions import PersonLocation
from protect.matching.services.rows import LanguageOffer, Point, ServedArea
from protect.reference import vocabulary
from protect.reference.catalogue import translation_with_language
from tests.findhelp.paper.demo import service

SHOWN = re.compile(r'<p class="to-show"\s+lang="([\w-]+)"\s+dir="(\w+)">([^<]+)</p>')
FRENCH = "Je parle tigrigna. J’ai besoin d’un interprète."
TUESDAY = parse("Tu 09:00-11:00", "Europe/Brussels", "BE")
LIEGE = Point(50.6, 5.5, "Liège", areas=("BE-WLG", "BE-WAL"))


def tags(asked):
    return asked and [line.tag for line in asked.shown]


def at(country, *areas, languages=("ti",), tag="ti"):
    where = PersonLocation(country=country, areas=areas)
    return interpreters.request_at(where, languages, tag)


@pytest.mark.parametrize(
    ("country", "areas", "expected"),
    [
        ("BE", ("BE-WLG", "BE-WAL"), ["fr"]),
        ("BE", ("BE-BRU",), ["fr", "nl"]),
        ("BE", (), ["nl", "fr", "de"]),
        ("IE", (), ["en"]),
        ("MT", (), ["en"]),
        ("IT", ("IT-BZ",), ["it"]),
        ("PL", (), ["pl"]),
    ],
)
def test_the_sentence_is_in_the_languages_of_the_place(country, areas, expected):
    assert tags(at(country, *areas)) == expected


def test_the_sentence_names_the_visitors_language_in_that_of_the_reader():
    asked = at("BE", "BE-WAL")

    assert [line.text for line in asked.shown] == [FRENCH]
    assert (asked.own.tag, asked.own.text.split()[1]) == ("ti", "ትግርኛ")
    assert at("GR", languages=["prs"], tag="prs").shown[0].text.startswith("Μιλάω Νταρί.")
    assert at("PL", languages=["ar"], tag="ar").own.direction == "rtl"


@pytest.mark.parametrize(
    ("country", "areas", "languages"),
    [
        ("BE", ("BE-WAL",), ["fr"]),
        ("BE", ("BE-VLG",), ["fr"]),
        ("MT", (), ["mt"]),
        ("IT", ("IT-BZ",), ["de"]),
        ("BE", ("BE-WAL",), ["ti", "fr"]),
        ("BE", ("BE-WAL",), ["vgt"]),
    ],
)
def test_a_language_of_the_country_and_a_sign_language_need_no_sentence(country, areas, languages):
    assert at(country, *areas, languages=languages) is None


def test_without_a_country_there_is_no_sentence():
    assert interpreters.request_at(None, ["ti"], "ti") is None
    assert at(None) is None


def test_a_page_in_a_language_of_the_place_has_the_sentence_once():
    asked = at("BE", "BE-WAL", tag="fr")

    assert ([line.text for line in asked.shown], asked.own) == ([FRENCH], None)


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        (LanguageOffer("ti"), None),
        (LanguageOffer("ti", LanguageMode.BY_PHONE), None),
        (LanguageOffer("ti", window=TUESDAY), ["fr"]),
        (LanguageOffer("ar"), ["fr"]),
    ],
)
def test_a_service_that_speaks_the_visitors_language_at_all_hours_needs_no_sentence(
    offer, expected
):
    row = service(languages=(offer,), points=(LIEGE,))

    assert tags(interpreters.request_to(row, ["ti"], "ti")) == expected


def test_a_service_for_a_whole_country_is_asked_in_the_languages_that_it_lists():
    row = service(languages=(LanguageOffer("fr"),), points=(), areas=(ServedArea("BE"),))

    assert tags(interpreters.request_to(row, ["ti"], "ti")) == ["fr"]
    unknown = replace(row, languages=())
    assert tags(interpreters.request_to(unknown, ["ti"], "ti")) == ["nl", "fr", "de"]


def test_each_language_of_a_country_has_the_sentence_of_its_own():
    tags = {tag for country in vocabulary.countries().values() for tag in country.languages}

    for tag in tags:
        text, written_in = translation_with_language(interpreters.I_SPEAK, tag)
        assert (written_in, text.count("{language}")) == (tag, 1)


@pytest.mark.parametrize("quiet", ["", "/q"])
def test_the_sentence_is_below_the_gap_of_languages(public, code, quiet):
    page = public.get(f"/ti/{code('Liège', 'BE')}-gk{quiet}").content.decode()

    assert SHOWN.findall(page) == [("fr", "ltr", FRENCH)]
    first_card, _, rest = page.partition("</article>")
    assert SHOWN.findall(first_card) == []
    assert "ኣነ ትግርኛ እዛረብ።" in rest


def test_a_page_without_that_gap_has_no_sentence(public, code):
    assert SHOWN.findall(public.get(f"/fr/{code('Liège', 'BE')}-gk").content.decode()) == []
    assert SHOWN.findall(public.get(f"/ti/{code('Valletta', 'MT')}-kq").content.decode()) == []


@pytest.mark.parametrize(("tag", "expected"), [("ti", [("fr", "ltr", FRENCH)]), ("fr", [])])
def test_the_page_about_the_first_hours_has_the_sentence(public, code, tag, expected):
    page = f"/{tag}/{code('Liège', 'BE')}/{addresses.first_hours_in('BE').code}"

    assert SHOWN.findall(public.get(page).content.decode()) == expected


def test_the_page_of_a_service_has_the_sentence_in_the_language_that_the_visitor_chose(
    public, code
):
    search = f"/en/{code('Liège', 'BE')}-tq"
    refined = public.post(search, {"language": "ti"}).headers["Location"]
    service_code = re.search(rf"{re.escape(refined)}/(\w+)", public.get(refined).content.decode())

    page = public.get(f"{refined}/{service_code[1]}").content.decode()

    assert SHOWN.findall(page) == [("fr", "ltr", FRENCH)]
    assert "I speak Tigrinya. I need an interpreter." in page
    plain = public.get(f"{search}/{service_code[1]}").content.decode()
    assert "I speak English. I need an interpreter." in plain
