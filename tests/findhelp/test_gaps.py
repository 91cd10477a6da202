"""What no service of a page names although the visitor needs it, and what the page says then."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from protect.findhelp.answers.gaps import NO_LANGUAGE, gap_texts
from protect.matching.questions import Answers, Child, Person, Question, Reason
from protect.matching.services.rows import ServedArea
from protect.reference.catalogue import translation_with_language
from tests.findhelp.paper.demo import found, service
from tests.findhelp.test_views import text

AT = datetime(2026, 12, 1, 10, tzinfo=UTC)
SPEAKS = Reason("language_phone", facts={"language": "ti"})
NO_TIGRINYA = "No service within reach for this need says that it speaks"
NO_SONS = "No service on this page says up to which age it takes sons."


def answers(*matches, national=()):
    return Answers(tuple(matches), (), {}, tuple(national), None, 1)


def question(*languages, sons=()):
    children = tuple(Child(age, "m") for age in sons) or None
    return Question(("talk",), AT, languages=languages, person=Person(children=children))


def test_a_language_that_no_service_names_is_shown_once():
    texts = [*gap_texts(answers(found(), found()), question("ti"))]

    assert [each.startswith(NO_TIGRINYA) for each in texts] == [True]
    assert "Tigrinya" in texts[0]


def test_a_language_that_a_line_for_the_whole_country_speaks_is_no_gap():
    line = found()._replace(reasons=(SPEAKS,))

    assert [*gap_texts(answers(found(), national=[line]), question("ti"))] == []


@pytest.mark.parametrize("children", [None, (Child(14, "m"), Child(6, "f"))])
@pytest.mark.parametrize(
    ("categories", "is_gap"),
    [({"shelter"}, False), ({"crisis-line"}, False), ({"helpline", "child-protection"}, True)],
)
def test_a_line_for_others_does_not_fill_the_language_gap(children, categories, is_gap):
    row = service(categories=frozenset(categories), languages=())
    line = found(row)._replace(reasons=(SPEAKS,))
    asked = replace(question("ti"), needs=("safe-place",), person=Person("f", children=children))

    assert (
        any(
            each.startswith(NO_TIGRINYA)
            for each in gap_texts(answers(found(), national=[line]), asked)
        )
        is is_gap
    )


def test_a_language_that_all_services_of_a_place_speak_is_no_gap():
    row = service(country="IT", areas=(ServedArea("IT"),))

    assert [*gap_texts(answers(found(row)), question("it"))] == []


@pytest.mark.parametrize(("code", "is_gap"), [("sons_unknown", True), ("sons_to", False)])
def test_sons_of_whom_no_service_speaks_are_a_gap(code, is_gap):
    match = found()._replace(reasons=(Reason(code, facts={"age": 14}),))

    texts = [*gap_texts(answers(match), question(sons=[14]))]

    assert any(each.startswith(NO_SONS) for each in texts) == is_gap


def test_a_page_without_services_and_a_question_without_wishes_have_no_gap():
    assert [*gap_texts(answers(), question("ti", sons=[14]))] == []
    assert [*gap_texts(answers(found()), question())] == []


def test_the_page_says_what_no_service_names(public, code):
    page = text(public.get(f"/ti/{code('Liège', 'BE')}-kq"))
    sentence = translation_with_language(str(NO_LANGUAGE), "ti")[0].partition("}")[2].strip()
    refined = public.post(f"/en/{code('Warsaw', 'PL')}-tq", {"sons": "14"}).headers["Location"]

    assert sentence
    assert sentence in page
    assert NO_SONS in text(public.get(refined))


def test_the_page_for_helpers_says_what_must_be_reported_or_that_it_is_not_known(public, code):
    croatian = text(public.get(f"/en/{code('Rijeka', 'HR')}-fp"))
    belgian = text(public.get(f"/en/{code('Liège', 'BE')}-fp"))

    assert "must report domestic violence" in croatian.partition("Must you report it?")[2]
    assert "We do not know this" in belgian.partition("Must you report it?")[2]


def test_a_line_that_speaks_the_visitors_language_is_shown_for_any_need(public, code):
    page = public.get(f"/ti/{code('Valletta', 'MT')}-gk").content.decode()

    assert "2557 6188" in page.split("<details")[0]


def test_below_the_gap_is_a_service_for_another_need_that_speaks_the_visitors_language(
    public, code
):
    page = public.get(f"/ti/{code('Msida', 'MT')}-gk").content.decode()

    second_card = page.split("<article")[2]
    assert "2557 6188" in second_card
    assert page.count("2557 6188") == 1
