"""Answers are stored without a link to a person."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from protect.assessments.access import get_slip
from protect.assessments.actions import answers, slips
from protect.assessments.actions.answers import (
    ResponseTime,
    answer_by_slip,
    answer_test,
    store_assessment,
    store_paper_response,
)
from protect.assessments.models import AnswerToken, Inquiry, Response
from protect.assessments.outcomes import get_assessment_result
from protect.assessments.statistics.codes import draw_codes
from protect.audit.models import Entry
from protect.kernel.ids import ALPHABET
from protect.questionnaires.access import get_form
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.curricula.enums import SetOrder
from tests.assessments.answers import fill_form, fill_nothing, fill_test
from tests.assessments.measured import AFTER, BEFORE, EVENING, measure, store_response
from tests.refusals import refuses
from tests.trainings.planning import AT, make_edition
from tests.trainings.registrations.test_decisions import come

pytestmark = pytest.mark.django_db
(CODE,) = draw_codes(1)
AGREED = {"q-named": "yes"}


@pytest.fixture
def edition(planners):
    return make_edition(planners.host, seat_limit=None)


def get_inquiry(edition, phase):
    return (
        Inquiry.objects.filter(measuring=edition.pk)
        .select_related("measuring__edition", "form")
        .get(phase=phase)
    )


def test_pre_test_stores_answers_points_and_half_day(edition):
    measure(edition)
    score = answer_test(
        get_inquiry(edition, Phase.PRE),
        fill_test(get_inquiry(edition, Phase.PRE), CODE, 3),
        at=BEFORE,
    )
    row = Response.objects.get()

    assert score is not None
    assert (row.points, row.maximum) == (3.0, 14.0)
    assert (row.form, row.phase, row.registration) == ("knowledge-a:1", "pre", None)
    assert (row.day, row.is_afternoon) == (BEFORE.date(), False)
    assert len(row.answers["values"]) == 3
    assert CODE not in row.pair
    assert len(row.pair) == 64


def test_card_has_one_hash_per_edition(edition, planners):
    other = make_edition(planners.host)
    for measured in (edition, other):
        measure(measured)
        for phase, at in ((Phase.PRE, BEFORE), (Phase.POST, EVENING)):
            answer_test(
                get_inquiry(measured, phase), fill_test(get_inquiry(measured, phase), CODE), at=at
            )

    pairs = [*Response.objects.order_by("edition", "phase").values_list("edition", "pair")]
    assert len(set(pairs)) == 2
    assert len({pair for _edition, pair in pairs}) == 2


def test_late_and_early_answers_are_stored_under_the_half_day_of_the_session(edition):
    """What is left of when must not single out who answers at home, days before or after."""
    measure(edition)
    for phase, whens in (
        (Phase.PRE, (BEFORE - timedelta(days=3), BEFORE)),
        (Phase.POST, (AFTER, EVENING, EVENING + timedelta(days=9))),
    ):
        for at in whens:
            answer_test(
                get_inquiry(edition, phase),
                fill_test(get_inquiry(edition, phase), *draw_codes(1)),
                at=at,
            )

    found = Response.objects.order_by("day").values_list("phase", "day", "is_afternoon")
    assert {*found} == {("pre", BEFORE.date(), False), ("post", AFTER.date(), False)}


def test_answer_in_the_afternoon_is_stored_as_afternoon(edition):
    measure(edition)
    last = edition.sessions.get(number=2)
    last.starts_at, last.ends_at = AFTER + timedelta(hours=3), AFTER + timedelta(hours=6)
    last.save()
    inquiry = get_inquiry(edition, Phase.POST)
    answer_test(inquiry, fill_test(inquiry, CODE), at=last.starts_at)

    assert Response.objects.get().is_afternoon


def test_form_sent_twice_is_stored_once(edition):
    measure(edition)
    sheet = fill_test(get_inquiry(edition, Phase.POST), CODE, 14)
    first, again = (
        answer_test(get_inquiry(edition, Phase.POST), sheet, at=AFTER) for _ in range(2)
    )

    assert first == again
    assert Response.objects.count() == 1


@pytest.mark.parametrize(("phase", "at"), [(Phase.PRE, AFTER), (Phase.POST, BEFORE)])
def test_answer_outside_its_phase_is_refused(edition, phase, at):
    measure(edition)
    with refuses("assessments_answers_closed"):
        answer_test(get_inquiry(edition, phase), fill_test(get_inquiry(edition, phase)), at=at)

    assert not Response.objects.exists()


def test_number_of_answers_is_limited_by_participants(edition):
    measure(edition)
    for number in range(answers.SPARE_RESPONSES):
        store_response(edition, Phase.PRE, pair=f"{number:064}")
    inquiry = get_inquiry(edition, Phase.PRE)
    with refuses("assessments_answers_full"):
        answer_test(inquiry, fill_test(inquiry), at=BEFORE)

    come(edition)
    answer_test(inquiry, fill_test(inquiry), at=BEFORE)
    assert Response.objects.count() == answers.SPARE_RESPONSES + 1


def test_split_order_gives_each_half_both_question_sets(edition):
    measure(edition, order=SetOrder.HALVES)
    pre, post = get_inquiry(edition, Phase.PRE), get_inquiry(edition, Phase.POST)
    codes, key = draw_codes(40), uuid4()
    before = [answers.get_form_for_participant(pre, code, key, "en").code for code in codes]
    after = [answers.get_form_for_participant(post, code, key, "en").code for code in codes]

    assert {*before} == {"knowledge-a", "knowledge-b"}
    assert all(first != second for first, second in zip(before, after, strict=True))
    assert answers.get_form_for_participant(pre, "", key, "en") == answers.get_form_for_participant(
        pre, "", key, "en"
    )


def test_slip_code_is_read_in_any_spelling(edition, planners):
    measure(edition)
    (token,) = slips.create_slips(planners.scope("pia"), edition, 1, at=AFTER)
    typed = (token, token.upper(), f"{token[:9]}-{token[9:]}")

    assert set(token) <= set(ALPHABET)
    assert {get_slip(code, AFTER.date()).edition for code in typed} == {edition}


def test_slip_is_deleted_with_its_evaluation(edition, planners):
    measure(edition)
    first, second = slips.create_slips(planners.scope("pia"), edition, 2, at=AFTER)
    sheet = fill_form(get_form("evaluation"), **{"q-overall": "5"})
    answer_by_slip(first, sheet, at=EVENING)
    with refuses("assessments_slip_gone"):
        answer_by_slip(first, replace(sheet, sent_key=uuid4()), at=EVENING)

    row = Response.objects.get()
    assert (row.phase, row.pair, row.is_afternoon) == ("evaluation", "", False)
    assert AnswerToken.objects.count() == 1
    assert second not in {*AnswerToken.objects.values_list("token_hash", flat=True)}


def test_empty_form_uses_up_neither_slip_nor_card(edition, planners):
    measure(edition)
    (slip, *_), (card, *_) = (
        make(planners.scope("pia"), edition, 1, at=AFTER)
        for make in (slips.create_slips, slips.create_card_codes)
    )
    inquiry, key = get_inquiry(edition, Phase.POST), uuid4()
    test = fill_nothing(answers.get_form_for_participant(inquiry, card, key, "en"))
    with refuses("assessments_nothing_answered"):
        answer_test(inquiry, replace(test, code=card), at=AFTER)
    with refuses("assessments_nothing_answered"):
        answer_by_slip(slip, fill_nothing(get_form("evaluation")), at=AFTER)

    assert not Response.objects.exists()
    assert get_slip(slip, AFTER.date()).edition == edition
    answers.must_be_unused_card(inquiry, card)


def test_consent_alone_is_no_answer(edition):
    measure(edition, Assessment.NAMED)
    row = come(edition)
    with refuses("assessments_nothing_answered"):
        store_assessment(row, fill_nothing(get_form("assessment"), **AGREED), at=AFTER)

    assert not Response.objects.filter(registration=row).exists()


def test_slip_expires(edition, planners):
    measure(edition)
    (token,) = slips.create_slips(planners.scope("pia"), edition, 1, at=AFTER)
    with refuses("assessments_slip_gone"):
        answer_by_slip(token, fill_form(get_form("evaluation")), at=AFTER + timedelta(days=40))

    assert not Response.objects.exists()


def test_only_planners_print_slips_and_enter_paper_answers(edition, planners):
    measure(edition)
    with pytest.raises(PermissionDenied):
        slips.create_slips(planners.scope("tom"), edition, 1, at=AFTER)
    inquiry = get_inquiry(edition, Phase.PRE)
    with pytest.raises(PermissionDenied):
        store_paper_response(
            planners.scope("otto"),
            inquiry,
            fill_test(inquiry),
            ResponseTime(AT.date(), False),
            at=AT,
        )

    assert not AnswerToken.objects.exists()
    assert not Response.objects.exists()


def test_paper_answer_can_be_entered_late_and_deleted(edition, planners):
    measure(edition)
    inquiry, scope = get_inquiry(edition, Phase.PRE), planners.scope("pia")
    day = ResponseTime(BEFORE.date(), True)
    row = store_paper_response(scope, inquiry, fill_test(inquiry, CODE, 2), day, at=EVENING)
    assert row is not None
    assert (row.day, row.is_afternoon, row.points) == (BEFORE.date(), True, 2.0)
    answers.delete_typed_response(scope, edition, row.pk, at=EVENING)

    assert not Response.objects.exists()
    assert not Entry.objects.filter(target__contains=str(row.pk)).exists()


def test_named_assessment_is_taken_once(edition, planners):
    measure(edition, Assessment.NAMED)
    row, sheet = come(edition), fill_form(get_form("assessment"), **AGREED, right=4)
    store_assessment(row, sheet, at=AFTER)
    with refuses("assessments_answered_already"):
        store_assessment(row, fill_form(get_form("assessment"), **AGREED, right=9), at=AFTER)
    assert get_assessment_result(row).percent is not None
    assert not get_assessment_result(row).has_passed
    answers.allow_another_attempt(planners.scope("pia"), row, at=EVENING)
    store_assessment(row, fill_form(get_form("assessment"), **AGREED, right=99), at=EVENING)

    assert get_assessment_result(row).percent == 100
    assert get_assessment_result(row).has_passed
