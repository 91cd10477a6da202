"""Forms are chosen before the first answer; the freeze ends changes and answers."""

import pytest
from django.core.exceptions import PermissionDenied

from protect.assessments.actions.answers import answer_test, shuffle_rows_and_delete_expired_slips
from protect.assessments.actions.measurement import choose_forms, freeze_results
from protect.assessments.actions.slips import create_slips
from protect.assessments.models import AnswerToken, Inquiry, LinkTaken, Measuring, Response
from protect.assessments.statistics.codes import draw_codes
from protect.questionnaires.access import list_published_forms
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.curricula.course_forms import ChosenQuestionnaires
from protect.trainings.curricula.enums import SetOrder
from protect.trainings.curricula.errors import AssessmentsNotComparable
from tests.assessments.actions.test_answers import get_inquiry
from tests.assessments.answers import fill_test
from tests.assessments.measured import AFTER, BEFORE, EVENING, FORMS, measure, store_response
from tests.refusals import refuses
from tests.trainings.planning import AT, make_edition
from tests.trainings.registrations.test_decisions import come

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(planners):
    return make_edition(planners.host, seat_limit=None)


def make_choice(order=SetOrder.AB, assessment=Assessment.NAMED, **codes):
    forms = {form.code: form for form in list_published_forms()}
    wanted = {phase: codes.get(phase.value, code) for phase, code in FORMS.items()}
    return ChosenQuestionnaires(
        order, assessment, {phase: forms[code] for phase, code in wanted.items() if code}
    )


def chosen_form_codes(edition):
    rows = Inquiry.objects.filter(measuring=edition.pk).order_by("pk")
    return {Phase(row.phase): row.form.code for row in rows.select_related("form")}


def test_choosing_forms_creates_a_key_and_addresses(edition, planners):
    row = choose_forms(planners.scope("pia"), edition, make_choice(), at=AT)

    assert chosen_form_codes(edition) == FORMS
    assert row.salt is not None
    assert len(bytes(row.salt)) == 32
    assert len({*row.inquiries.values_list("code", flat=True)}) == 5


def test_same_question_set_may_be_used_before_and_after(edition, planners):
    choose_forms(planners.scope("pia"), edition, make_choice(SetOrder.SAME, post=""), at=AT)

    assert chosen_form_codes(edition)[Phase.POST] == "knowledge-a"


def test_removed_form_is_deleted_and_the_other_keeps_its_address(edition, planners):
    choose_forms(planners.scope("pia"), edition, make_choice(), at=AT)
    before = Inquiry.objects.filter(measuring=edition.pk).get(phase=Phase.PRE).code
    choose_forms(
        planners.scope("pia"), edition, make_choice(pre="knowledge-b", evaluation=""), at=AT
    )

    assert Phase.EVALUATION not in chosen_form_codes(edition)
    assert Inquiry.objects.filter(measuring=edition.pk).get(phase=Phase.PRE).code == before


@pytest.mark.parametrize("given", [{"post": ""}, {"post": "assessment"}])
def test_tests_that_cannot_be_compared_are_refused(edition, planners, given):
    with pytest.raises(AssessmentsNotComparable):
        choose_forms(planners.scope("pia"), edition, make_choice(**given), at=AT)

    assert not Measuring.objects.exists()


@pytest.mark.parametrize(
    "change", [{"order": SetOrder.HALVES}, {"pre": "knowledge-b"}, {"pre": "", "post": ""}]
)
def test_form_with_answers_cannot_be_changed(edition, planners, change):
    choose_forms(planners.scope("pia"), edition, make_choice(), at=AT)
    store_response(edition, Phase.PRE)
    with refuses("assessments_forms_in_use"):
        choose_forms(planners.scope("pia"), edition, make_choice(**change), at=AT)

    assert chosen_form_codes(edition) == FORMS
    choose_forms(planners.scope("pia"), edition, make_choice(assessment=Assessment.NONE), at=AT)


def test_only_planners_choose_forms_and_freeze(edition, planners):
    with pytest.raises(PermissionDenied):
        choose_forms(planners.scope("tom"), edition, make_choice(), at=AT)
    measure(edition)
    with pytest.raises(PermissionDenied):
        freeze_results(planners.scope("tom"), edition, at=AT)

    assert Measuring.objects.get(pk=edition.pk).frozen_at is None


def test_freeze_keeps_pairs_and_replaces_card_hashes(edition, planners):
    measure(edition)
    scope, codes = planners.scope("pia"), draw_codes(3)
    for phase, at in ((Phase.PRE, BEFORE), (Phase.POST, AFTER)):
        for code in codes:
            answer_test(
                get_inquiry(edition, phase), fill_test(get_inquiry(edition, phase), code), at=at
            )
    create_slips(scope, edition, 2, at=AFTER)
    before = {*Response.objects.values_list("pair", flat=True)}
    freeze_results(scope, edition, at=EVENING)
    pairs = [*Response.objects.order_by("pair").values_list("pair", flat=True)]
    row = Measuring.objects.get()

    assert (row.salt, row.frozen_by_id) == (None, planners.people["pia"].pk)
    assert not {*pairs} & before
    assert pairs[::2] == pairs[1::2]
    assert len({*pairs}) == 3
    assert not AnswerToken.objects.exists()


def test_frozen_edition_refuses_answers_and_a_second_freeze(edition, planners):
    measure(edition)
    inquiry = get_inquiry(edition, Phase.PRE)
    sheet = fill_test(inquiry, "")
    freeze_results(planners.scope("pia"), edition, at=EVENING)
    for refused in (
        lambda: answer_test(inquiry, sheet, at=BEFORE),
        lambda: freeze_results(planners.scope("pia"), edition, at=BEFORE),
        lambda: choose_forms(planners.scope("pia"), edition, make_choice(), at=BEFORE),
        lambda: create_slips(planners.scope("pia"), edition, 1, at=BEFORE),
    ):
        with refuses("assessments_analysis_frozen"):
            refused()

    assert not Response.objects.exists()


@pytest.mark.parametrize("sessions", [2, 0])
def test_edition_that_has_not_ended_cannot_be_frozen(planners, sessions):
    edition = make_edition(planners.host, sessions=sessions)
    measure(edition)
    with refuses("trainings_edition_not_ended") as refusal:
        freeze_results(planners.scope("pia"), edition, at=AFTER)

    assert refusal.value.code == "trainings_edition_not_ended"
    row = Measuring.objects.get()
    assert row.frozen_at is None
    assert row.salt is not None


def test_cancelled_session_does_not_delay_the_freeze(edition, planners):
    measure(edition)
    edition.sessions.filter(number=2).update(cancelled_at=AT)

    assert freeze_results(planners.scope("pia"), edition, at=AFTER).frozen_at == AFTER


def test_nightly_shuffle_rewrites_rows_and_deletes_expired_slips(edition, planners):
    measure(edition)
    rows = {str(store_response(edition, Phase.PRE, pair=f"{n:064}").pk) for n in range(30)}
    create_slips(planners.scope("pia"), edition, 2, at=AFTER)
    done = shuffle_rows_and_delete_expired_slips(at=AFTER)

    assert {str(key) for key in Response.objects.values_list("pk", flat=True)} == rows
    assert (done["response"], done["answertoken"], done["slips_over"]) == (30, 2, 0)
    assert shuffle_rows_and_delete_expired_slips(at=AFTER.replace(year=2028))["slips_over"] == 2


def test_nightly_shuffle_keeps_records_of_links_taken(edition):
    measure(edition)
    rows = {LinkTaken.objects.create(registration=come(edition)).pk for _ in range(3)}
    done = shuffle_rows_and_delete_expired_slips(at=AFTER)

    assert done["linktaken"] == 3
    assert {*LinkTaken.objects.values_list("pk", flat=True)} == rows
