"""Steps that become facts of the directory: at once, by a moderator, or in dispute."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from protect.coordination import desk
from protect.coordination.adaptations import actions, step_outcomes
from protect.coordination.adaptations.enums import Moment, StepState
from protect.coordination.adaptations.models import AdaptationStep
from protect.coordination.adaptations.step_outcomes import StepOutcome
from protect.directory.enums import Fact, Freshness, Method, Verdict
from protect.directory.fact_records.checks import service_fact_states
from protect.directory.fact_records.values import read_fact, write_fact_rows
from protect.directory.models import FactCheck
from protect.matching import published
from protect.verification.enums import CorrectionState
from protect.verification.models import Correction
from protect.verification.reports.reports import ReportDecision, decide_report
from tests.coordination.cast import AT
from tests.coordination.services import step_of, with_tigrinya, without_papers
from tests.refusals import refuses

LATER = AT + timedelta(hours=1)
SOURCE = f"Adaptation check {AT:%Y-%m-%d}"


def reload(step):
    return AdaptationStep.objects.select_related("correction", "adaptation__service").get(
        pk=step.pk
    )


def complete(adapting, step, outcome, who="bela"):
    return step_outcomes.complete_step(adapting.cast.scope(who), step, outcome, at=AT)


def decide(adapting, verdict, reason="", at=LATER):
    decision = ReportDecision(verdict, reason=reason)
    return decide_report(adapting.cast.scope(), Correction.objects.get(), decision, at=at)


def spoken(service):
    return sorted(row["language"] for row in read_fact(service, Fact.LANGUAGES)["languages"])


def test_a_language_is_a_checked_fact_at_once(adapting):
    check = adapting.plan()

    step = complete(adapting, step_of(check, "interpreters"), with_tigrinya(adapting.service))

    assert (step.state, step.published_at) == (StepState.DONE, AT)
    assert spoken(adapting.service) == ["hr", "ti"]
    fact_check = FactCheck.objects.get(service=adapting.service, fact=Fact.LANGUAGES)
    assert (fact_check.verdict, fact_check.method) == (Verdict.CHANGED, Method.PROVIDER)
    assert (fact_check.source, fact_check.by) == (SOURCE, adapting.cast.people["bela"])
    states = service_fact_states(adapting.service, AT)
    assert states[Fact.LANGUAGES].state == Freshness.FRESH
    assert check.answers.get(topic="interpreters").moment == Moment.NOW


def test_conditions_wait_for_a_moderator_and_become_a_fact_then(adapting):
    check = adapting.plan()

    step = complete(adapting, step_of(check, "papers"), without_papers(adapting.service))

    assert (step.state, step.published_at) == (StepState.WAITING, None)
    assert read_fact(adapting.service, Fact.ELIGIBILITY)["criteria"][0]["operator"] == "only"
    assert not AdaptationStep.objects.published().exists()

    decide(adapting, CorrectionState.ACCEPTED)

    step = reload(step)
    assert step.current_state == StepState.DONE
    assert read_fact(adapting.service, Fact.ELIGIBILITY)["criteria"][0]["operator"] == "all"
    newest = FactCheck.objects.filter(service=adapting.service, fact=Fact.ELIGIBILITY).latest("at")
    assert (newest.verdict, newest.method, newest.source) == ("changed", "provider", SOURCE)
    assert AdaptationStep.objects.published().get().fact_at == LATER
    assert not step_outcomes.is_contradicted(step)


def test_a_refused_change_opens_the_step_again_and_says_why(adapting):
    check = adapting.plan()
    step = complete(adapting, step_of(check, "papers"), without_papers(adapting.service))

    decide(adapting, CorrectionState.REJECTED, "Demo: ask the shelter first")

    step = reload(step)
    assert (step.current_state, step.refusal) == (StepState.OPEN, "Demo: ask the shelter first")
    assert read_fact(adapting.service, Fact.ELIGIBILITY)["criteria"][0]["operator"] == "only"
    again = complete(adapting, step, without_papers(adapting.service))
    assert again.current_state == StepState.WAITING


def test_a_coordinator_changes_the_directory_directly(adapting):
    check = adapting.plan()

    step = complete(adapting, step_of(check, "papers"), without_papers(adapting.service), "amal")

    assert (step.state, step.published_at) == (StepState.DONE, AT)
    assert not Correction.objects.exists()
    fact_check = FactCheck.objects.get(service=adapting.service, fact=Fact.ELIGIBILITY)
    assert (fact_check.method, fact_check.source) == (Method.PROVIDER, SOURCE)


@pytest.mark.parametrize("who", ["bela", "amal"])
def test_a_change_that_meets_another_edit_stores_nothing(adapting, who):
    check, outcome = adapting.plan(), with_tigrinya(adapting.service)
    write_fact_rows(adapting.service, Fact.LANGUAGES, {"languages": []}, at=AT)

    with refuses("directory_edit_conflict"):
        complete(adapting, step_of(check, "interpreters"), outcome, who)

    assert step_of(check, "interpreters").state == StepState.OPEN
    assert spoken(adapting.service) == []
    assert not check.answers.exists()
    assert not FactCheck.objects.exists()


def test_a_change_with_an_address_stores_nothing(adapting):
    check = adapting.plan()
    adapting.service.address_audience = "never_stored"
    adapting.service.save()
    outcome = with_tigrinya(adapting.service)
    outcome.values["languages"][-1] = outcome.values["languages"][-1] | {
        "note": "Ulica Kneza Branimira 12, 10000 Zagreb"
    }

    with refuses("directory_tells_where"):
        complete(adapting, step_of(check, "interpreters"), outcome)

    assert step_of(check, "interpreters").state == StepState.OPEN
    assert spoken(adapting.service) == ["hr"]


def test_the_same_values_are_no_change(adapting):
    check, stored = adapting.plan(), read_fact(adapting.service, Fact.LANGUAGES)

    with refuses("coordination_step_unchanged"):
        complete(adapting, step_of(check, "interpreters"), StepOutcome(stored))

    assert step_of(check, "interpreters").state == StepState.OPEN


def test_a_step_without_a_fact_is_done_and_counts_for_nothing(adapting):
    check = adapting.plan()

    step = complete(adapting, step_of(check, "procedure"), StepOutcome(note="Demo: one page"))

    assert (step.state, step.published_at) == (StepState.DONE, None)


@pytest.mark.urls("protect.site.urls.desk")
def test_a_coordinator_decides_if_the_entry_stays_as_it_was(adapting):
    check = adapting.plan()
    step = complete(adapting, step_of(check, "interpreters"), StepOutcome())
    assert step.state == StepState.DISPUTED
    panel = next(
        panel
        for panel in desk.panels(adapting.cast.scope(), HttpRequest(), AT)
        if panel["title"] == "Steps of services"
    )
    shown = [row for row in panel["rows"] if row["due"] == step.due_on]
    assert [row["group"] for row in shown] == ["soon"]  # not “Today”, when it is due later
    assert "the directory does not say so" in shown[0]["detail"]
    with pytest.raises(PermissionDenied):
        step_outcomes.decide_step(adapting.cast.scope("bela"), step, is_done=True, at=AT)

    step_outcomes.decide_step(adapting.cast.scope(), step, is_done=False, at=AT)
    assert reload(step).state == StepState.OPEN

    complete(adapting, step, StepOutcome())
    done = step_outcomes.decide_step(adapting.cast.scope(), step, is_done=True, at=AT)
    assert (done.state, done.published_at) == (StepState.DONE, None)
    with refuses("coordination_step_not_open"):
        step_outcomes.decide_step(adapting.cast.scope(), step, is_done=True, at=AT)


def test_a_done_step_that_the_directory_contradicts_later_goes_to_the_coordinator(adapting):
    check = adapting.plan()
    step = complete(adapting, step_of(check, "interpreters"), with_tigrinya(adapting.service))
    assert not step_outcomes.is_contradicted(reload(step))

    write_fact_rows(adapting.service, Fact.LANGUAGES, step.before, at=AT)

    assert step_outcomes.is_contradicted(reload(step))
    opened = step_outcomes.decide_step(adapting.cast.scope(), step, is_done=False, at=AT)
    assert (opened.state, opened.published_at) == (StepState.OPEN, None)


def test_a_step_is_done_once_and_only_after_the_plan(adapting):
    check = adapting.begin()
    step = adapting.add(check, "procedure")
    with refuses("coordination_no_plan_yet"):
        complete(adapting, step, StepOutcome())
    adapting.add(check, "cost")
    adapting.add(check, "papers")
    actions.finish_plan(adapting.cast.scope("bela"), check, at=AT)
    complete(adapting, step, StepOutcome())

    with refuses("coordination_step_not_open"):
        complete(adapting, step, StepOutcome())
    with pytest.raises(PermissionDenied):
        complete(adapting, step_of(check, "cost"), StepOutcome(), "pera")


def test_a_withdrawn_service_gets_no_new_fact(adapting):
    check, outcome = adapting.plan(), with_tigrinya(adapting.service)
    adapting.service.status = "withdrawn"
    adapting.service.save()

    with refuses("coordination_service_gone"):
        complete(adapting, step_of(check, "interpreters"), outcome)
    assert step_of(check, "interpreters").state == StepState.OPEN
    assert not adapting.service.languages.filter(language="ti").exists()


def ask(client):
    """Return the names that /match answers to a Tigrinya speaker without papers in Zagreb, with the
    reasons of each. The snapshot is read anew, because it asks for changes once a second only."""
    published.forget()
    question = {
        "needs": ["talk"],
        "place": {"country": "HR", "name": "Zagreb"},
        "languages": ["ti"],
        "person": {"gender": "f", "legal_status": "undocumented"},
        "at": "2026-12-01T10:00:00+01:00",
    }
    body = json.dumps(question)
    headers = {"host": "127.0.0.1"}
    answer = client.post("/match", body, content_type="application/json", headers=headers).json()
    return {
        row["name"]: {reason["code"]: reason["text"] for reason in row["reasons"]}
        for row in answer["answers"]
    }


def test_two_steps_let_match_answer_a_person_who_could_not_be_helped(adapting, client):
    name, check = adapting.service.name, adapting.plan()
    assert name not in ask(client)

    complete(adapting, step_of(check, "interpreters"), with_tigrinya(adapting.service))
    assert name not in ask(client)  # she has an interpreter, and would be sent away at the door
    complete(adapting, step_of(check, "papers"), without_papers(adapting.service))
    assert "legal_unknown" in ask(client)[name]  # it is being checked: ask first
    decide(adapting, CorrectionState.ACCEPTED)

    reasons = ask(client)[name]
    assert "Tigrinya" in reasons["language_phone"]
    assert "legal_unknown" not in reasons
    assert any(code.startswith("legal") for code in reasons), reasons
