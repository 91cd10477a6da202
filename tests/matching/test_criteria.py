from dataclasses import replace

import pytest

from protect.directory.enums import (
    AccessibilityKind,
    Answer,
    CriterionKind,
    CriterionOperator,
    Freshness,
    Mode,
)
from protect.matching.avoidance import Avoidance
from protect.matching.conditions.truth import NO, UNKNOWN, YES
from protect.matching.questions import Child, Fit, PersonLocation
from protect.matching.services.rows import Condition, PhoneNumber, Point, ServedArea
from tests.matching.cast import (
    EVERYONE,
    LIEGE,
    checks,
    match_of,
    only,
    says,
    service,
    stating,
    until,
    weighed,
)

BOY, GIRL = Child(9, "m"), Child(9, "f")
WHO = {"gender": "f"}


def truth(row, code, **changes):
    judged = weighed(row, **changes).conditions.asked
    return next((each.truth for each in judged if each.criterion.code == code), None)


@pytest.mark.parametrize(
    ("conditions", "stated", "gender", "expected"),
    [
        ((), (), "f", UNKNOWN),
        (EVERYONE, (), "m", YES),
        (only("f"), (), "f", YES),
        (only("f"), (), "m", NO),
        (only("f"), (), "x", UNKNOWN),  # "only women" says nothing about non-binary people
        (only("m"), (), "x", UNKNOWN),
        (only("f"), says(Answer.YES), "x", YES),
        (EVERYONE, says(Answer.NO), "x", NO),
        (EVERYONE, (), "x", YES),
        ((Condition(CriterionOperator.EXCLUDES, frozenset("x")),), (), "x", NO),
        ((Condition(CriterionOperator.INCLUDES, frozenset("f")),), (), "m", UNKNOWN),
    ],
)
def test_gender(conditions, stated, gender, expected):
    row = stating(
        stating(service(), CriterionKind.GENDER, conditions), CriterionKind.NON_BINARY, stated
    )

    assert truth(row, "gender", gender=gender) is expected


@pytest.mark.parametrize(
    ("may_come", "boys", "girls", "children", "expected"),
    [
        ((), (), (), [BOY], UNKNOWN),
        (says(Answer.NO), until(14), (), [BOY], NO),
        (says(Answer.YES), (), (), [BOY], UNKNOWN),  # sons are turned away for their age
        (says(Answer.YES), until(12), (), [BOY], YES),
        ((), until(12), (), [BOY], YES),  # a limit implies that children may come
        ((), until(8), (), [BOY], NO),
        ((), until(8), EVERYONE, [GIRL], YES),
        ((), until(12), EVERYONE, [BOY, Child(13, "m")], NO),
        ((), until(12), EVERYONE, [BOY, GIRL], YES),
        ((), until(12), (), [Child(None, "m")], UNKNOWN),
        ((), EVERYONE, EVERYONE, [Child(None, "m")], YES),
        ((), until(12), EVERYONE, [Child(13, None)], UNKNOWN),  # a daughter could come
        ((), until(12), until(12), [Child(13, None)], NO),
    ],
)
def test_children(may_come, boys, girls, children, expected):
    row = stating(service(), CriterionKind.CHILDREN, may_come)
    row = stating(stating(row, CriterionKind.BOYS, boys), CriterionKind.GIRLS, girls)

    assert truth(row, "children", children=tuple(children)) is expected


BIG_SISTER = Child(15, "f")


@pytest.mark.parametrize(
    ("person", "for_under_18", "for_girls"),
    [
        ({"age": 34}, None, None),  # an adult who worries about a child
        ({"age": 34, "gender": "m"}, None, None),
        ({"age": 15, "gender": "m"}, YES, NO),  # a boy asks for himself
        ({"age": 34, "gender": "m", "children": (GIRL,)}, YES, YES),
        ({"age": 34, "children": (Child(19, "f"),)}, NO, YES),
        ({"children": (GIRL, BOY)}, YES, NO),
        ({"children": (BIG_SISTER, Child(None, None))}, UNKNOWN, UNKNOWN),
        ({"age": 15, "children": (Child(1, "f"),)}, YES, None),  # a young mother
    ],
)
def test_help_for_a_child_must_accept_the_children_and_no_adult(person, for_under_18, for_girls):
    row = stating(service(), CriterionKind.AGE, until(17))
    row = stating(row, CriterionKind.GENDER, only("f"))
    row = replace(row, categories=frozenset({"child-protection"}))

    results = weighed(row, needs=("child",), **person).conditions.asked
    asked = {result.criterion.code: result.truth for result in results}

    assert asked.get("age") is for_under_18
    assert for_girls is None or asked.get("gender") is for_girls
    assert "children" not in asked


def test_a_person_without_children_gets_no_question_about_them():
    row = stating(service(), CriterionKind.CHILDREN, says(Answer.NO))

    assert truth(row, "children", children=()) is not NO


@pytest.mark.parametrize(
    ("conditions", "status", "expected"),
    [
        ((), "undocumented", UNKNOWN),
        (EVERYONE, "undocumented", YES),
        ((Condition(CriterionOperator.INCLUDES, frozenset({"undocumented"})),), "refugee", UNKNOWN),
        (only("temporary_protection"), "refugee", NO),
    ],
)
def test_legal_status(conditions, status, expected):
    row = stating(service(), CriterionKind.LEGAL_STATUS, conditions)

    assert truth(row, "legal", legal_status=status) is expected


@pytest.mark.parametrize(
    ("asked", "stated", "hers", "expected"),
    [
        ((), (), frozenset(), UNKNOWN),
        ((), EVERYONE, frozenset(), YES),
        (("id_document",), (), frozenset(), NO),
        (("id_document",), (), frozenset({"id_document", "health_card"}), YES),
        (("id_document", "medical_test"), (), frozenset({"id_document"}), NO),
    ],
)
def test_documents(asked, stated, hers, expected):
    row = replace(service(), documents=frozenset(asked))

    assert (
        truth(stating(row, CriterionKind.DOCUMENTS, stated), "documents", documents=hers)
        is expected
    )


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, UNKNOWN),
        ({AccessibilityKind.STEP_FREE: Answer.YES}, UNKNOWN),
        ({AccessibilityKind.STEP_FREE: Answer.YES, AccessibilityKind.HEARING: Answer.YES}, YES),
        ({AccessibilityKind.STEP_FREE: Answer.YES, AccessibilityKind.HEARING: Answer.NO}, NO),
        (
            {AccessibilityKind.STEP_FREE: Answer.CASES, AccessibilityKind.HEARING: Answer.YES},
            UNKNOWN,
        ),
    ],
)
def test_every_access_need_counts(answers, expected):
    row = service(access=answers)
    needs = frozenset({AccessibilityKind.STEP_FREE, AccessibilityKind.HEARING})

    assert truth(row, "access", access=needs) is expected


def test_remote_help_counts_as_step_free():
    row = service(modes=frozenset({Mode.PHONE}))

    assert truth(row, "access", access=frozenset({AccessibilityKind.STEP_FREE})) is YES


@pytest.mark.parametrize(
    ("facts", "stated", "expected"),
    [
        ({"modes": {Mode.PHONE}}, {}, NO),
        ({"modes": {Mode.PHONE}}, {AccessibilityKind.HEARING: Answer.YES}, YES),
        ({"modes": {Mode.PHONE}, "email": "info@demo.example"}, {}, YES),
        ({"email": "info@demo.example"}, {AccessibilityKind.HEARING: Answer.NO}, NO),
        ({"modes": {Mode.PHONE, Mode.IN_PERSON}}, {}, UNKNOWN),
        ({"modes": {Mode.IN_PERSON}, "email": "info@demo.example"}, {}, UNKNOWN),
        ({}, {}, UNKNOWN),
    ],
)
def test_a_line_for_calls_only_does_not_meet_a_hearing_need(facts, stated, expected):
    row = service(access=stated, **{**facts, "modes": frozenset(facts.get("modes", ()))})

    assert truth(row, "access", access=frozenset({AccessibilityKind.HEARING})) is expected


IN_WALLONIA = PersonLocation("BE", areas=("BE-WAL",))
IN_BELGIUM = PersonLocation("BE")
CIRCLE = ServedArea("BE", None, 50.6, 5.5, 20, containing_areas=("BE-WLG", "BE-WAL"))


@pytest.mark.parametrize(
    ("areas", "note", "where", "expected"),
    [
        ((), "", LIEGE, UNKNOWN),
        ((ServedArea("BE"),), "", LIEGE, YES),
        ((ServedArea("BE", "BE-WAL"),), "", LIEGE, YES),
        ((ServedArea("BE", "BE-VLG"),), "", LIEGE, NO),
        ((ServedArea("BE", "BE-VLG"),), "and the coast", LIEGE, UNKNOWN),
        ((ServedArea("BE", "BE-VLG"), ServedArea("BE", "BE-WLG")), "", LIEGE, YES),
        ((ServedArea("BE", "BE-WLG", containing_areas=("BE-WAL",)),), "", IN_WALLONIA, UNKNOWN),
        ((ServedArea("BE", "BE-WLG", containing_areas=("BE-WAL",)),), "", IN_BELGIUM, UNKNOWN),
        ((ServedArea("BE", "BE-VAN", containing_areas=("BE-VLG",)),), "", IN_WALLONIA, NO),
        ((CIRCLE,), "", LIEGE, YES),
        ((replace(CIRCLE, radius_km=1),), "", LIEGE, NO),
        ((CIRCLE,), "", IN_WALLONIA, UNKNOWN),
    ],
)
def test_area(areas, note, where, expected):
    row = service(areas=areas, area_note=note)

    assert truth(row, "area", where=where) is expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (service(country="FR", areas=()), NO),
        (service(country="FR", areas=(ServedArea("BE"),)), YES),
        (service(areas=()), YES),
    ],
)
def test_a_service_that_names_no_area_is_for_its_own_country(row, expected):
    assert truth(row, "country") is expected


@pytest.mark.parametrize(
    ("modes", "wanted", "expected"),
    [
        ({Mode.IN_PERSON}, {Mode.CHAT}, NO),
        ({Mode.IN_PERSON, Mode.CHAT}, {Mode.CHAT}, YES),
        (set(), {Mode.CHAT}, UNKNOWN),
    ],
)
def test_a_service_must_help_in_one_of_the_chosen_ways(modes, wanted, expected):
    assert truth(service(modes=frozenset(modes)), "mode", modes=frozenset(wanted)) is expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (service(), NO),
        (service(modes=frozenset()), NO),
        (service(modes=frozenset({Mode.PHONE, Mode.CHAT})), NO),  # where to chat is not known
        (service(modes=frozenset({Mode.CHAT}), website="https://demo.example"), YES),
        (service(website="https://demo.example"), NO),
        (service(email="demo@demo.example"), YES),
        (service(modes=frozenset(), email="demo@demo.example"), YES),
        (service(phones=(PhoneNumber("+320000000009", "whatsapp"),)), YES),
    ],
)
def test_visitors_who_cannot_speak_get_only_known_written_help(row, expected):
    assert truth(row, "mode", cannot_speak=True) is expected


def test_visitors_who_cannot_speak_and_chose_chat_get_no_email_address():
    row = service(email="demo@demo.example")

    assert truth(row, "mode", cannot_speak=True, modes=frozenset({Mode.CHAT})) is NO


def avoid(code, **around):
    return Avoidance(frozenset({code}), **{key: frozenset(value) for key, value in around.items()})


HERE = Point(50.6, 5.5, "Liège", 7, ("BE-WLG", "BE-WAL"))
AROUND = replace(
    HERE, place=None, areas=("BE-WAL",), is_coarse=True, inner_places=frozenset({"BE-WLG", "7"})
)


@pytest.mark.parametrize(
    ("points", "avoided", "expected"),
    [
        ((HERE,), avoid("BE-WLG"), NO),
        ((HERE,), avoid("7"), NO),
        ((HERE,), avoid("BE-VLG"), YES),
        ((HERE, replace(HERE, areas=("BE-VLG",), place=8)), avoid("7"), YES),
        ((AROUND,), avoid("7"), UNKNOWN),  # the shelter may be in that very town
        ((AROUND,), avoid("8", near={"7"}), UNKNOWN),
        ((AROUND,), avoid("8", towns={"7"}), UNKNOWN),
        ((AROUND,), avoid("BE-WAL"), NO),
        ((), avoid("7"), UNKNOWN),
        ((HERE,), avoid("8", centres={(50.64, 5.5)}), UNKNOWN),  # 4.4 km away
        ((HERE,), avoid("8", centres={(50.65, 5.5)}), YES),
        ((HERE,), avoid("8", towns={"7"}, centres={(50.612, 5.5)}), NO),  # 1.3 km: the quarter
        ((HERE,), avoid("8", towns={"7"}, centres={(50.64, 5.5)}), UNKNOWN),  # the same town
        ((HERE,), avoid("8", towns={"7"}, centres={(50.65, 5.5)}), UNKNOWN),
        ((replace(HERE, place=None, areas=()),), avoid("8"), UNKNOWN),
    ],
)
def test_places_to_avoid(points, avoided, expected):
    assert truth(service(points=points), "avoid", avoid=avoided) is expected


def test_a_phone_line_is_usable_despite_avoided_places():
    row = service(points=(HERE,), modes=frozenset({Mode.PHONE}))

    assert truth(row, "avoid", avoid=avoid("7")) is YES


@pytest.mark.parametrize(
    ("freshness", "expected"),
    [
        (Freshness.FRESH, Fit.FITS),
        (Freshness.DUE, Fit.FITS),
        (Freshness.OVERDUE, Fit.ASK_FIRST),
        (Freshness.UNVERIFIED, Fit.ASK_FIRST),
        (Freshness.EXPIRED, Fit.ASK_FIRST),
        (Freshness.DISPUTED, Fit.ASK_FIRST),
    ],
)
@pytest.mark.parametrize(
    ("row", "changes"),
    [
        (stating(service(), CriterionKind.GENDER, EVERYONE), WHO),
        (stating(service(), CriterionKind.LEGAL_STATUS, EVERYONE), {"legal_status": "refugee"}),
        (stating(service(), CriterionKind.BOYS, until(12)), {"children": (BOY,)}),
        (stating(service(), CriterionKind.DOCUMENTS, EVERYONE), {"documents": frozenset()}),
    ],
    ids=["gender", "legal status", "sons", "documents"],
)
def test_fits_is_shown_only_when_the_yes_is_fresh_or_due(row, changes, freshness, expected):
    row = replace(row, checks=checks(freshness))

    assert match_of(row, where=None, **changes).verdict is expected


def test_fits_is_never_the_verdict_of_a_question_without_details():
    assert match_of(service(), where=None).verdict is Fit.ASK_FIRST


def test_fits_needs_every_condition_to_be_known():
    row = stating(service(), CriterionKind.GENDER, EVERYONE)

    assert match_of(row, gender="f", age=30).verdict is Fit.ASK_FIRST


def test_a_refusal_by_gender_does_not_decay():
    row = stating(service(checks=checks(Freshness.EXPIRED)), CriterionKind.GENDER, only("m"))

    assert truth(row, "gender", gender="f") is NO


def test_an_expired_limit_of_age_becomes_a_question():
    row = stating(service(checks=checks(Freshness.EXPIRED)), CriterionKind.AGE, until(17))

    assert truth(row, "age", age=30) is UNKNOWN
