"""Services with a plan and services adapted, counted once each, as counted by hand."""

from datetime import date, timedelta

import pytest

from protect.certificates.facts import completed_modules
from protect.coordination.adaptations import actions, facts, step_outcomes
from protect.coordination.adaptations.models import Adaptation
from protect.coordination.adaptations.step_outcomes import StepOutcome
from protect.trainings.base.facts import FactQuery
from protect.verification.enums import CorrectionState
from protect.verification.models import Correction
from protect.verification.reports.reports import ReportDecision, decide_report
from tests.coordination.cast import AT
from tests.coordination.services import step_of, with_tigrinya, without_papers

QUARTER = FactQuery(date(2026, 10, 1), date(2027, 1, 1), AT + timedelta(30))
NEXT = FactQuery(date(2027, 1, 1), date(2027, 4, 1), AT + timedelta(120))


def complete(adapting, step, outcome, at=AT):
    return step_outcomes.complete_step(adapting.cast.scope("bela"), step, outcome, at=at)


def total(figure):
    return sum(value.numerator for value in figure.cells.values())


def test_a_service_counts_once_from_its_first_finished_plan_on(adapting):
    adapting.begin()
    assert total(facts.services_with_plan(QUARTER)) == 0
    check = Adaptation.objects.get()
    for topic in ("cost", "papers", "men"):
        adapting.add(check, topic)
    actions.finish_plan(adapting.cast.scope("bela"), check, at=AT)

    figure = facts.services_with_plan(QUARTER)

    assert figure.axes == ("country", "organisation")
    assert list(figure.cells) == [("HR", str(adapting.cast.shelter.pk))]
    assert figure.evidence == (adapting.service.short,)
    actions.close_check(adapting.cast.scope("bela"), check, at=AT)
    adapting.plan()
    assert total(facts.services_with_plan(QUARTER)) == 1
    assert total(facts.services_with_plan(NEXT)) == 0


def test_a_service_is_adapted_when_a_step_became_a_published_fact(adapting):
    check = adapting.plan()
    complete(adapting, step_of(check, "procedure"), StepOutcome())
    assert total(facts.services_adapted(QUARTER)) == 0
    complete(adapting, step_of(check, "papers"), without_papers(adapting.service))
    assert total(facts.services_adapted(QUARTER)) == 0  # waits for a moderator

    decision, accepted_at = ReportDecision(CorrectionState.ACCEPTED), AT + timedelta(days=40)
    decide_report(adapting.cast.scope(), Correction.objects.get(), decision, at=accepted_at)

    assert total(facts.services_adapted(QUARTER)) == 0
    assert total(facts.services_adapted(NEXT)) == 1  # when it became a fact


def test_a_second_published_step_does_not_count_again(adapting):
    check = adapting.plan()
    complete(adapting, step_of(check, "interpreters"), with_tigrinya(adapting.service))
    decision = ReportDecision(CorrectionState.ACCEPTED)
    complete(adapting, step_of(check, "papers"), without_papers(adapting.service))
    at = AT + timedelta(days=40)
    decide_report(adapting.cast.scope(), Correction.objects.get(), decision, at=at)

    assert total(facts.services_adapted(QUARTER)) == 1
    assert total(facts.services_adapted(NEXT)) == 0


@pytest.mark.parametrize(
    ("narrowed", "number"), [({"countries": {"HR"}}, 1), ({"countries": {"BE"}}, 0)]
)
def test_figures_are_narrowed_by_country(adapting, narrowed, number):
    check = adapting.plan()
    complete(adapting, step_of(check, "interpreters"), with_tigrinya(adapting.service))
    query = FactQuery(
        QUARTER.starts, QUARTER.ends, QUARTER.at, countries=frozenset(narrowed["countries"])
    )

    assert total(facts.services_adapted(query)) == number
    assert total(facts.services_with_plan(query)) == number


def test_every_figure_has_its_name():
    assert set(facts.FACTS) == {"coordination.services_with_plan", "coordination.services_adapted"}


def test_an_organisation_without_certificates_has_completed_no_module(adapting):
    assert completed_modules(adapting.cast.shelter.pk) == []
