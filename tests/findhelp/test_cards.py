"""Which answers a page shows, which it folds, and what a card says first."""

from dataclasses import replace
from uuid import UUID

import pytest

from protect.directory.enums import (
    Answer,
    Cost,
    CriterionKind,
    CriterionOperator,
    Fact,
    Freshness,
)
from protect.findhelp.answers import cards, sheets
from protect.findhelp.paper import leaflets
from protect.matching.questions import Contact, Person, Question, Reason
from protect.matching.services.rows import Condition, PhoneNumber
from tests.findhelp.paper.demo import AT, PERSIAN_ON_TUESDAY, URL, answers, found, service

TALK = Question(("talk",), at=AT)
FAR = {"is_beyond": 1}


def match(number, *categories, **key):
    row = service(id=UUID(int=number), short=f"demo{number}", categories=frozenset(categories))
    made = found(row)
    return made._replace(key=made.key._replace(**key))


def shown(given):
    results = cards.build_results(given, TALK, "en", 5)
    parts = (results.answers, results.national, results.other_national, results.farther)
    return [[card.code for card in part] for part in parts]


@pytest.mark.parametrize(
    ("steps", "lines", "expected"),
    [
        ([{}, FAR], [], [["demo0"], [], [], ["demo1"]]),
        ([FAR], ["psychosocial"], [[], ["demo10"], [], ["demo0"]]),
        ([FAR], [], [["demo0"], [], [], []]),  # nothing else is known: it is not folded
        ([{}], ["psychosocial", "psychosocial"], [["demo0"], ["demo10"], ["demo11"], []]),
        ([{}], ["legal", "psychosocial"], [["demo0"], ["demo10", "demo11"], [], []]),
        (
            [{}, {}, {}],
            ["legal", "psychosocial"],
            [["demo0", "demo1", "demo2"], ["demo11"], ["demo10"], []],
        ),
        ([], ["legal", "child-protection"], [[], ["demo10"], ["demo11"], []]),
        ([], ["child-protection"], [[], ["demo10"], [], []]),  # better than nothing
    ],
    ids=[
        "far",
        "far-and-line",
        "only-far",
        "same-purpose",
        "few-answers",
        "enough",
        "none",
        "others",
    ],
)
def test_near_services_and_one_line_for_each_purpose_come_first(steps, lines, expected):
    near = [match(number, "psychosocial", **key) for number, key in enumerate(steps)]
    national = tuple(match(10 + number, kind) for number, kind in enumerate(lines))

    assert shown(answers(*near, national=national)) == expected


def test_police_as_a_last_resort_are_listed_separately():
    asking = Question(("hurt-now",), at=AT)
    near, police = match(1, "health"), match(2, "police", **FAR)
    lines = match(3, "police"), match(4, "psychosocial")

    results = cards.build_results(answers(near, police, national=lines), asking, "en", 5)

    assert [card.code for card in results.last_resorts] == ["demo2", "demo3"]
    assert [card.code for card in results.national] == ["demo4"]
    assert results.farther == []


def test_at_most_three_lines_are_not_folded():
    kinds = ("psychosocial", "helpline", "sexual-violence-counselling", "psychosocial")
    lines = tuple(match(number, kind, f"other-{number}") for number, kind in enumerate(kinds))

    _, national, other, _ = shown(answers(national=lines))

    assert (len(national), len(other)) == (3, 1)


ONLY, ANSWER = CriterionOperator.ONLY, CriterionOperator.ANSWER


@pytest.mark.parametrize(
    ("kind", "condition", "text"),
    [
        (CriterionKind.GENDER, Condition(ONLY, frozenset("f")), "Says it is for women"),
        (CriterionKind.GENDER, Condition(ONLY, frozenset("m")), "Says it is for men"),
        (
            CriterionKind.LEGAL_STATUS,
            Condition(ONLY, frozenset({"temporary_protection"})),
            "Temporary protection",
        ),
        (
            CriterionKind.LEGAL_STATUS,
            Condition(CriterionOperator.INCLUDES, frozenset({"undocumented"})),
            "Takes people with or without papers",
        ),
        (CriterionKind.AGE, Condition(CriterionOperator.RANGE, minimum=16), "Age: "),
        (
            CriterionKind.GROUP,
            Condition(CriterionOperator.SPECIALISED, frozenset({"lgbtqi"})),
            "Says it is for: LGBTQI+",
        ),
        (CriterionKind.GENDER, Condition(ONLY, frozenset("fx")), "Takes non-binary people"),
        (
            CriterionKind.LEGAL_STATUS,
            Condition(CriterionOperator.INCLUDES, frozenset({"residence_permit"})),
            "Says it is for: Residence permit",
        ),
        (CriterionKind.BOYS, Condition(CriterionOperator.RANGE, maximum=12), "Takes sons up to"),
        (CriterionKind.CHILDREN, Condition(ANSWER, answer=Answer.NO), "Does not take your"),
        (CriterionKind.GUARDIAN, Condition(ANSWER, answer=Answer.YES), "whether your parents"),
        (CriterionKind.TELLS_MIGRATION, Condition(ANSWER, answer=Answer.YES), "migration office"),
        (CriterionKind.GENDER, Condition(CriterionOperator.ALL), None),
    ],
    ids=[
        *("women", "men", "status", "papers", "ages", "group", "women and others", "permits"),
        *("sons", "no children", "guardian", "migration office", "everyone"),
    ],
)
def test_card_and_page_state_whom_a_service_accepts_for_every_visitor(kind, condition, text):
    row = service(conditions={kind: (condition,)})

    card = cards.card_view(found(row), "en", AT)
    page = sheets.sheet_view(row, "en", AT)

    on_card = [reason.text for reason in card.reasons]
    on_page = [*page.cautions, *(line for fact in page.facts for line in fact.lines)]
    for lines in (on_card, on_page):
        assert sum(text in line for line in lines) == 1 if text else "for" not in str(on_card)


def test_a_limit_that_is_a_reason_already_is_shown_once():
    women = {CriterionKind.GENDER: (Condition(ONLY, frozenset("f")),)}
    made = found(service(conditions=women), "gender_f")

    card = cards.card_view(made, "en", AT)

    assert [reason.text for reason in card.reasons] == ["Says it is for women"]


def test_language_hours_are_shown_separately_from_the_reasons():
    made = match(1, "psychosocial")._replace(reasons=(PERSIAN_ON_TUESDAY, Reason("open_now")))

    card = cards.card_view(made, "en", AT)

    assert "Tuesday" in card.language_window
    assert card.now == "Open now"
    assert not [reason for reason in card.reasons if "Tuesday" in reason.text]


def test_a_language_that_is_not_listed_may_be_spoken():
    assert cards.reason_mark("language_unlisted") == "ask"


def test_there_is_more_only_within_reach():
    asking = Question(("talk",), at=AT, limit=2)
    near = [match(number, "psychosocial") for number in range(3)]

    some = cards.build_results(answers(*near), asking, "en", 2)
    no_more = cards.build_results(
        answers(*near[:2], match(9, "psychosocial", **FAR)), asking, "en", 2
    )

    assert (len(some.answers), some.has_more) == (2, True)
    assert (len(no_more.answers), no_more.has_more) == (2, False)
    assert [card.code for card in no_more.farther] == ["demo9"]


def test_the_audience_of_a_source_is_shown_in_the_language_of_the_page():
    row = service(audience_note="women, asylum-seekers", text_language="en")

    page = sheets.sheet_view(row, "fr", AT)

    [fact] = [each for each in page.facts if "Dit être pour les femmes" in each.lines]
    assert fact.lines == (
        "Dit être pour\xa0: Demande d’asile en attente de réponse",
        "Dit être pour les femmes",
        "Demandez-leur s’il faut avoir des papiers",
    )
    assert fact.quoted == ()


def test_a_word_of_the_audience_that_no_code_says_keeps_its_language():
    row = service(audience_note="women; night workers", text_language="en")

    page = sheets.sheet_view(row, "fr", AT)

    quoted = [quote for fact in page.facts for quote in fact.quoted]
    assert [(quote.text, quote.tag) for quote in quoted] == [("night workers", "en")]


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (
            {},
            (
                "Says it is for: Asked for asylum, waiting for the answer",
                "Ask them whether you need papers",
            ),
        ),
        (
            {CriterionKind.LEGAL_STATUS: (Condition(CriterionOperator.ALL),)},
            ("Takes people with or without papers", "Takes everyone"),
        ),
    ],
    ids=["the source's word", "a stated condition"],
)
def test_a_page_does_not_say_that_a_service_is_for_some_people_and_for_everyone(
    conditions, expected
):
    row = service(audience_note="asylum-seekers, everyone", conditions=conditions)

    page = sheets.sheet_view(row, "en", AT)

    [lines] = [fact.lines for fact in page.facts if fact.label == "For whom"]
    assert lines == expected


@pytest.mark.parametrize(
    ("person", "first"),
    [
        (Person(), ["demo12"]),
        (Person(groups=frozenset({"trafficking"})), ["demo11", "demo12"]),
        (Person(gender="m"), ["demo13", "demo12"]),
        (Person(age=15), ["demo10", "demo12"]),
    ],
    ids=["nothing said", "trafficked", "man", "child"],
)
def test_lines_for_others_are_folded_below_lines_for_the_visitor(person, first):
    kinds = ("child-protection", "trafficking", "psychosocial", "men")
    national = tuple(match(10 + number, kind) for number, kind in enumerate(kinds))

    results = cards.build_results(answers(national=national), replace(TALK, person=person), "en", 5)

    assert [card.code for card in results.national] == first
    assert len(results.national) + len(results.other_national) == len(kinds)


def test_a_distance_is_shown_without_minutes_of_unknown_means():
    far = Reason("distance", facts={"distance": 35_000, "minutes": 157})
    answer = found()._replace(reasons=(far,))

    poster = leaflets.build_pathway(answers(answer), "", "", "BE", "en", URL, AT).steps[0]

    assert cards.card_view(answer, "en", AT).where == "\u206835 km\u2069"
    assert "157" not in " ".join(poster.reasons)


def test_a_service_that_does_not_serve_the_visitor_is_not_marked_as_open():
    answer = found()

    assert cards.card_view(answer, "en", AT).is_open
    assert not cards.card_view(answer._replace(failing=Reason("area_no")), "en", AT).is_open


def test_entries_that_read_the_same_are_shown_once():
    contact = Contact("voice", "+3280098100", Freshness.UNVERIFIED)
    near = [match(number, "psychosocial")._replace(contacts=(contact,)) for number in range(2)]
    line = match(10, "psychosocial")._replace(contacts=(contact,))
    other = match(11, "legal")._replace(contacts=(contact,))

    found_cards, national, other_national, _ = shown(answers(*near, national=(line, other)))

    assert (found_cards, national, other_national) == (["demo0"], ["demo11"], [])


def test_shelters_for_others_alone_are_no_answer_but_nearly_fit():
    asking = Question(("safe-place",), at=AT)
    trafficked = replace(asking, person=Person(groups=frozenset({"trafficking"})))
    special, general = match(1, "shelter", "trafficking"), match(2, "shelter")

    alone = cards.build_results(answers(special), asking, "en", 5)
    hers = cards.build_results(answers(special), trafficked, "en", 5)
    both = cards.build_results(answers(general, special), asking, "en", 5)

    assert ([miss.code for miss in alone.near_misses], alone.answers) == (["demo1"], [])
    assert [answer.code for answer in hers.answers] == ["demo1"]
    assert [answer.code for answer in both.answers] == ["demo2", "demo1"]


def test_nothing_says_that_a_service_with_limits_takes_everyone():
    adults = {CriterionKind.AGE: (Condition(CriterionOperator.RANGE, minimum=18),)}
    row = service(conditions=adults, audience_note="everyone", text_language="en")

    card = cards.card_view(found(row, "acceptance_everyone"), "en", AT)
    page = sheets.sheet_view(row, "en", AT)
    paper = leaflets.with_sentences(
        leaflets.service_facts(row, "en", AT), row, "en", (), ("Takes everyone",)
    )

    lines = [line for fact in page.facts for line in fact.lines]
    for texts in ([reason.text for reason in card.reasons], lines, [*paper.reasons, *paper.limits]):
        assert "Takes everyone" not in texts
        assert [text for text in texts if "18" in text]


def test_not_for_people_without_papers_is_never_said_as_its_opposite():
    excluded = Condition(CriterionOperator.EXCLUDES, frozenset({"undocumented"}))
    row = service(conditions={CriterionKind.LEGAL_STATUS: (excluded,)})

    card = cards.card_view(found(row, "legal_unknown"), "en", AT)

    assert "with or without papers" not in str(card.reasons)
    assert card.asks == "Ask them whether you need papers"


def test_what_a_service_costs_is_said_beside_three_other_reasons():
    others = ("tells_nobody", "access_yes", "language_on_site", "children_yes")
    reasons = [Reason(code, facts={"language": "so"}) for code in others]
    free = Reason("cost_free", fact=Fact.COST)

    card = cards.card_view(found()._replace(reasons=(*reasons, free)), "en", AT)

    assert [reason.text for reason in card.reasons][-1] == "Free"


def test_a_number_that_is_free_says_so():
    row = service(phones=(PhoneNumber("179", cost=Cost.FREE),))
    answer = found(row)._replace(contacts=(Contact("voice", "179", Freshness.FRESH),))

    (number,) = cards.card_view(answer, "en", AT).numbers

    assert "Free" in number.note
