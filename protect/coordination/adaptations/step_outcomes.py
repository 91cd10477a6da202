"""What becomes of a step: done with a change of the directory, or a decision of a coordinator."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from protect.coordination.adaptations import access, actions, rules
from protect.coordination.adaptations.enums import Moment, StepState
from protect.coordination.adaptations.errors import AdaptationRefusal
from protect.coordination.adaptations.models import AdaptationStep, TopicAnswer
from protect.directory.access import follow_merges, has_permission_in
from protect.directory.enums import Fact, Method
from protect.directory.errors import DirectoryRefusal
from protect.directory.fact_records.values import fingerprint_of, read_fact
from protect.directory.models import Service
from protect.directory.protection.text_checks import refuse_address_text
from protect.directory.services.actions import edits
from protect.orgs.access import get_current_user, must_be_signed_in
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.verification.checks.checks import CheckResult
from protect.verification.models import Correction
from protect.verification.provider_links.provider_links import write_service_result


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """How a step ended. `values`: new values of its fact; None if the entry stays as it is.
    `seen`: `fingerprint_of` the values that the form showed. `answer`: to the topic, now."""

    values: Mapping[str, object] | None = None
    seen: str = ""
    note: str = ""
    answer: str = ""


@transaction.atomic
def complete_step(
    scope: Scope, step: AdaptationStep, outcome: StepOutcome, *, at: datetime
) -> AdaptationStep:
    """Mark a step as done. New values of its fact are written by the directory's own actions, with
    a check by the service: at once, or when a moderator accepts them. If the entry stays as it was
    at the beginning of the check, a coordinator decides. After an error nothing is stored.
    Errors: Http404; PermissionDenied; coordination_check_closed; coordination_no_plan_yet;
    coordination_step_not_open; coordination_step_unchanged; coordination_service_gone;
    directory_edit_conflict; directory_tells_where."""
    row = actions.lock_step(scope, step)
    actions.must_be_open(row)
    check = row.adaptation
    if check.planned_at is None:
        raise AdaptationRefusal("coordination_no_plan_yet")
    refuse_address_text(check.service, outcome.note)
    row.state, row.ended_at, row.note = StepState.DONE, at, outcome.note
    row.correction, row.before, row.after = None, {}, {}
    if row.fact and outcome.values is not None:
        _change_entry(scope, row, outcome, at)
    elif row.fact and _says_the_same(row):
        row.state = StepState.DISPUTED
    row.save()
    if outcome.answer:
        _store_answer(scope, row, outcome.answer, at)
    access.check_context(scope, check, at=at).record(f"coordination.step_{row.state}", row)
    return row


@transaction.atomic
def decide_step(
    scope: Scope, step: AdaptationStep, *, is_done: bool, at: datetime
) -> AdaptationStep:
    """Decide as coordinator of the country on a step that is said to be done while the directory
    does not say so: it is done and the entry is right, or it is open again. Errors: Http404;
    PermissionDenied; coordination_check_closed; coordination_step_not_open, if nothing is to be
    decided."""
    row = actions.lock_step(scope, step)
    access.must_decide(scope, row.adaptation)
    if row.state != StepState.DISPUTED and not is_contradicted(row):
        raise AdaptationRefusal("coordination_step_not_open")
    if row.published_at is None and row.correction is not None:
        row.published_at = row.correction.judged_at  # it was a fact, which a moderator accepted
    row.state = StepState.DONE if is_done else StepState.OPEN
    row.before, row.after, row.correction = {}, {}, None
    if not is_done:
        row.ended_at = row.published_at = None
    row.decided_at, row.decided_by_id = at, must_be_signed_in(scope)
    row.save()
    verb = "accept_step" if is_done else "reopen_step"
    access.check_context(scope, row.adaptation, at=at).record(f"coordination.{verb}", row)
    return row


def is_contradicted(step: AdaptationStep) -> bool:
    """Return whether a done step brought a fact that the directory no longer has. Needs
    `correction` and the check's service loaded."""
    if not step.fact or not step.after or step.current_state != StepState.DONE:
        return False
    stored = read_fact(follow_merges(step.adaptation.service), Fact(step.fact))
    return rules.contradicts(step.before, step.after, stored)


def _change_entry(scope: Scope, step: AdaptationStep, outcome: StepOutcome, at: datetime) -> None:
    """Write the new values of the fact, and store in the step what became of them."""
    fact, values = Fact(step.fact), dict(outcome.values or {})
    source = f"Adaptation check {at:%Y-%m-%d}"
    entry = actions.lock_entry(step.adaptation.service)
    before = read_fact(entry, fact)
    if before | values == before:
        raise AdaptationRefusal("coordination_step_unchanged")
    step.before = before
    if has_permission_in(scope, Permission.EDIT_DIRECTORY, entry.country_id):
        edit = edits.Edit(fact, values, outcome.seen, Method.PROVIDER, source)
        edits.edit_fact(scope, entry, edit, at=at)
    else:
        step.correction = _propose(scope, entry, fact, outcome, source, at)
    step.after = before | values
    if step.correction is not None:
        step.state = StepState.WAITING
    else:
        step.after, step.published_at = read_fact(entry, fact), at


def _propose(
    scope: Scope, entry: Service, fact: Fact, outcome: StepOutcome, source: str, at: datetime
) -> Correction | None:
    """Write the values as the service's own statement; return the change if it waits for a
    moderator."""
    values = dict(outcome.values or {})
    refuse_address_text(entry, values)
    if fingerprint_of(read_fact(entry, fact)) != outcome.seen:
        raise DirectoryRefusal("directory_edit_conflict")
    by = get_current_user(scope)
    result = CheckResult(
        Method.PROVIDER, changed={fact: values}, fingerprints={fact: outcome.seen}, source=source
    )
    return write_service_result(entry, result, by=by, language=by.language, at=at)


def _says_the_same(step: AdaptationStep) -> bool:
    """Return whether the directory says of the fact what it said when the check began."""
    stored = read_fact(follow_merges(step.adaptation.service), Fact(step.fact))
    return bool(stored == step.adaptation.directory_before.get(step.fact))


def _store_answer(scope: Scope, step: AdaptationStep, answer: str, at: datetime) -> None:
    key = {"adaptation": step.adaptation, "topic": step.topic, "moment": Moment.NOW}
    row = TopicAnswer.objects.filter(**key).first() or TopicAnswer(**key, version=0)
    row.value, row.version, row.answered_at = answer, row.version + 1, at
    row.answered_by_id = must_be_signed_in(scope)
    row.save()
