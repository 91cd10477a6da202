"""Adaptation checks: begin, answer, plan, review, close; and what a service confirms by itself."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation

from protect.coordination.adaptations import access, rules
from protect.coordination.adaptations.check_topics import topics
from protect.coordination.adaptations.enums import (
    AnswerValue,
    Moment,
    ReviewVerdict,
    StepState,
)
from protect.coordination.adaptations.errors import AdaptationRefusal, AnswerChanged
from protect.coordination.adaptations.models import (
    Adaptation,
    AdaptationStep,
    PeerReview,
    ServiceOrganisation,
    TopicAnswer,
)
from protect.directory import changes
from protect.directory.access import follow_merges
from protect.directory.enums import Fact, Method, Status
from protect.directory.extension import public_lines
from protect.directory.fact_records.values import read_facts
from protect.directory.models import Service
from protect.directory.protection.text_checks import refuse_address_text
from protect.notices.enums import Template
from protect.orgs.access import get_current_user, must_be_signed_in, notify, users_with
from protect.orgs.enums import Permission
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.verification.checks.checks import CheckResult
from protect.verification.provider_links.provider_links import write_service_result

STEP_FIELDS = ("topic", "text", "function", "owner", "due_on")


@transaction.atomic
def name_organisation(
    scope: Scope, service: Service, organisation: Organisation, *, at: datetime
) -> ServiceOrganisation:
    """Name the organisation at the desk that offers a service, in place of an earlier one.
    Errors: Http404; PermissionDenied."""
    row = access.get_coordinated_service(scope, service.pk)
    values = {"organisation": organisation, "named_at": at}
    named, _is_new = ServiceOrganisation.objects.update_or_create(service=row, defaults=values)
    scope.audit(organisation.pk, at=at).record("coordination.name_organisation", row)
    return named


@transaction.atomic
def begin_check(
    scope: Scope, service: Service, peer: Organisation | None, *, at: datetime
) -> Adaptation:
    """Begin a check of a service, alone or with a peer organisation, and keep what the directory
    and its public page say now. Errors: Http404; coordination_service_unnamed;
    coordination_service_gone; coordination_peer_is_own; coordination_check_open."""
    found = access.get_service(scope, service.pk)
    row = Service.objects.select_for_update(of=("self",)).get(pk=found.pk)
    organisation = access.organisation_of(row)
    if organisation is None:
        raise AdaptationRefusal("coordination_service_unnamed")
    if row.status == Status.WITHDRAWN:
        raise AdaptationRefusal("coordination_service_gone")
    _must_be_another(organisation.pk, peer)
    if Adaptation.objects.open().filter(service=row).exists():
        raise AdaptationRefusal("coordination_check_open")
    facts = read_facts(row)
    check = Adaptation.objects.create(
        service=row,
        organisation=organisation,
        peer=peer,
        begun_at=at,
        begun_by_id=must_be_signed_in(scope),
        directory_before={code: facts[code] for code in facts if code != Fact.ADDRESS},
        public_before={tag: public_document(row, tag, at=at) for tag in settings.DESK_LANGUAGES},
    )
    access.check_context(scope, check, at=at).record("coordination.begin_check", check)
    return check


def public_document(service: Service, tag: str, *, at: datetime) -> list[list[Any]]:
    """Return what the public page of a service says in a language, as fact, label and lines; empty
    without a page. The address is left out: it would outlive its protection."""
    with translation.override(tag):
        rows = public_lines(service, tag, at=at)
    return [[row.fact, row.label, list(row.lines)] for row in rows if row.fact != Fact.ADDRESS]


@transaction.atomic
def choose_peer(
    scope: Scope, check: Adaptation, peer: Organisation | None, *, at: datetime
) -> Adaptation:
    """Choose the peer organisation, which may answer too and reviews the plan. Errors: Http404;
    PermissionDenied; coordination_peer_is_own; coordination_check_closed."""
    row = lock_check(scope, check)
    access.must_plan(scope, row)
    _must_be_another(row.organisation_id, peer)
    if row.peer_id != (peer.pk if peer else None):
        row.peer = peer
        row.save(update_fields=["peer"])
        access.check_context(scope, row, at=at).record("coordination.choose_peer", row)
    return row


@transaction.atomic
def save_answer(
    scope: Scope, check: Adaptation, values: Mapping[str, Any], *, at: datetime
) -> TopicAnswer:
    """Save the answer to a topic. Once there is a plan, it is the answer of now; that before the
    plan stays. `values`: topic, value, note, and the `version` that was seen, 0 for none. The same
    answer again changes nothing. Errors: Http404; PermissionDenied; coordination_check_closed;
    AnswerChanged; directory_tells_where."""
    row = lock_check(scope, check)
    access.must_answer(scope, row)
    refuse_address_text(row.service, values["note"])
    moment = Moment.NOW if row.planned_at else Moment.THEN
    key = {"adaptation": row, "topic": topics()[values["topic"]].code, "moment": moment}
    value, note = AnswerValue(values["value"]) if values["value"] else "", values["note"]
    answer = TopicAnswer.objects.filter(**key).first()
    if answer is not None and (answer.value, answer.note) == (value, note):
        return answer
    if (answer.version if answer else 0) != values["version"]:
        raise AnswerChanged
    answer = answer or TopicAnswer(**key, version=0)
    answer.value, answer.note, answer.version = value, note, answer.version + 1
    answer.answered_at, answer.answered_by_id = at, must_be_signed_in(scope)
    answer.save()
    access.check_context(scope, row, at=at).record("coordination.answer_topic", answer)
    return answer


@transaction.atomic
def add_step(
    scope: Scope, check: Adaptation, values: Mapping[str, Any], *, at: datetime
) -> AdaptationStep:
    """Add a step to the plan. `values`: by the names of STEP_FIELDS. Its fact is that of the topic.
    Errors: Http404; PermissionDenied; coordination_check_closed; coordination_plan_too_long;
    coordination_step_incomplete; coordination_step_owner_elsewhere; directory_tells_where."""
    row = lock_check(scope, check)
    access.must_plan(scope, row)
    if row.steps.kept().count() >= rules.MOST_STEPS:
        raise AdaptationRefusal("coordination_plan_too_long")
    fields = _checked_step(row, values)
    step = AdaptationStep.objects.create(adaptation=row, created_at=at, **fields)
    access.check_context(scope, row, at=at).record("coordination.add_step", step)
    return step


@transaction.atomic
def change_step(
    scope: Scope, step: AdaptationStep, values: Mapping[str, Any], *, at: datetime
) -> AdaptationStep:
    """Change a step that is open, such as when its owner has left. Errors: as `add_step`, without
    coordination_plan_too_long; coordination_step_not_open."""
    row = lock_step(scope, step)
    must_be_open(row)
    for name, value in _checked_step(row.adaptation, values).items():
        setattr(row, name, value)
    row.state, row.correction, row.ended_at = StepState.OPEN, None, None
    row.save()
    access.check_context(scope, row.adaptation, at=at).record("coordination.change_step", row)
    return row


@transaction.atomic
def cancel_step(scope: Scope, step: AdaptationStep, *, at: datetime) -> AdaptationStep:
    """Cancel an open step. A finished plan keeps three steps at least. Errors: Http404;
    PermissionDenied; coordination_check_closed; coordination_step_not_open;
    coordination_plan_too_short."""
    row = lock_step(scope, step)
    must_be_open(row)
    check = row.adaptation
    if check.planned_at and check.steps.kept().count() <= rules.FEWEST_STEPS:
        raise AdaptationRefusal("coordination_plan_too_short")
    row.state, row.ended_at = StepState.CANCELLED, at
    row.save(update_fields=["state", "ended_at"])
    access.check_context(scope, check, at=at).record("coordination.cancel_step", row)
    return row


@transaction.atomic
def finish_plan(scope: Scope, check: Adaptation, *, at: datetime) -> Adaptation:
    """Finish the plan: the answers so far become those of before, and the peer organisation is
    asked for a review. A plan that is finished does not change. Errors: Http404; PermissionDenied;
    coordination_check_closed; coordination_plan_too_short; coordination_plan_too_long;
    coordination_step_owner_elsewhere."""
    row = lock_check(scope, check)
    access.must_plan(scope, row)
    if row.planned_at is not None:
        return row
    steps = list(row.steps.kept())
    if len(steps) < rules.FEWEST_STEPS:
        raise AdaptationRefusal("coordination_plan_too_short")
    if len(steps) > rules.MOST_STEPS:
        raise AdaptationRefusal("coordination_plan_too_long")
    for step in steps:
        _must_be_person_of(row, step.owner_id)
    row.planned_at = at
    row.save(update_fields=["planned_at"])
    access.check_context(scope, row, at=at).record("coordination.finish_plan", row)
    _ask_peer(row, at)
    return row


@transaction.atomic
def review_plan(
    scope: Scope, check: Adaptation, verdict: ReviewVerdict, comment: str, *, at: datetime
) -> PeerReview:
    """Review a plan for the peer organisation; "please change" needs a comment, which the form asks
    for. Errors: Http404; PermissionDenied; coordination_review_by_own; coordination_no_plan_yet;
    coordination_check_closed; directory_tells_where."""
    row = lock_check(scope, check)
    if access.is_own(scope, row):
        raise AdaptationRefusal("coordination_review_by_own")
    peer = row.peer_id
    if peer is None or not access.may_review(scope, row):
        raise PermissionDenied
    if row.planned_at is None:
        raise AdaptationRefusal("coordination_no_plan_yet")
    refuse_address_text(row.service, comment)
    review = PeerReview.objects.create(
        adaptation=row,
        organisation_id=peer,
        verdict=verdict,
        comment=comment,
        given_at=at,
        given_by_id=must_be_signed_in(scope),
    )
    scope.audit(peer, at=at).record(f"coordination.review_{verdict.value}", review)
    return review


@transaction.atomic
def close_check(scope: Scope, check: Adaptation, *, at: datetime) -> Adaptation:
    """Close a check; another one can begin. Errors: Http404; PermissionDenied;
    coordination_check_closed."""
    row = lock_check(scope, check)
    access.must_plan(scope, row)
    row.closed_at = at
    row.save(update_fields=["closed_at"])
    access.check_context(scope, row, at=at).record("coordination.close_check", row)
    return row


@transaction.atomic
def confirm_facts(
    scope: Scope, service: Service, seen: Mapping[Fact, str], *, at: datetime
) -> Collection[Fact]:
    """Record that facts of the entry are still right, as the service itself says. `seen`: by fact,
    the fingerprint of the values that the page showed. Errors: Http404; PermissionDenied;
    coordination_service_gone; directory_edit_conflict."""
    found = access.get_service(scope, service.pk)
    organisation = access.organisation_of(found)
    if organisation is None or organisation.pk not in scope.organisations:
        raise PermissionDenied
    row = lock_entry(found)
    result = CheckResult(
        Method.PROVIDER, confirmed=frozenset(seen), fingerprints=seen, source="The service itself"
    )
    by = get_current_user(scope)
    write_service_result(row, result, by=by, language=by.language, at=at)
    scope.audit(organisation.pk, at=at).record("coordination.confirm_facts", row)
    return sorted(seen)


def lock_check(scope: Scope, check: Adaptation) -> Adaptation:
    """Return an open check that the user may see, locked until the transaction ends.
    Errors: Http404; coordination_check_closed."""
    found = access.get_check(scope, check.pk)
    rows = Adaptation.objects.select_for_update(of=("self",)).select_related("service")
    row: Adaptation = rows.get(pk=found.pk)
    if row.closed_at is not None:
        raise AdaptationRefusal("coordination_check_closed")
    return row


def lock_step(scope: Scope, step: AdaptationStep) -> AdaptationStep:
    """Return a step of an open check that the user may change, locked with its check.
    Errors: Http404; PermissionDenied; coordination_check_closed."""
    found = access.get_step(scope, step.pk)
    check = lock_check(scope, found.adaptation)
    access.must_plan(scope, check)
    rows = AdaptationStep.objects.select_for_update(of=("self",)).select_related("correction")
    row: AdaptationStep = rows.get(pk=found.pk)
    row.adaptation = check
    return row


def lock_entry(service: Service) -> Service:
    """Return the entry into which a service was merged, or itself, locked; the directory's version
    is raised first, as in all actions. Errors: coordination_service_gone."""
    changes.raise_version()
    target = follow_merges(service)
    row = Service.objects.select_for_update(of=("self",)).get(pk=target.pk)
    if row.status == Status.WITHDRAWN:
        raise AdaptationRefusal("coordination_service_gone")
    return row


def must_be_open(step: AdaptationStep) -> None:
    """Require that a step is open, also after a refused change. Errors:
    coordination_step_not_open."""
    if step.current_state != StepState.OPEN:
        raise AdaptationRefusal("coordination_step_not_open")


def _checked_step(check: Adaptation, values: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: values.get(name) for name in STEP_FIELDS}
    if not fields["function"] or not fields["due_on"]:
        raise AdaptationRefusal("coordination_step_incomplete")
    refuse_address_text(check.service, fields["text"], fields["function"])
    _must_be_person_of(check, fields["owner"].pk if fields["owner"] else None)
    return fields | {"fact": topics()[str(fields["topic"])].fact}


def _must_be_person_of(check: Adaptation, owner: UUID | None) -> None:
    if owner and not access.people_of(check.organisation_id).filter(pk=owner).exists():
        raise AdaptationRefusal("coordination_step_owner_elsewhere")


def _must_be_another(organisation: UUID, peer: Organisation | None) -> None:
    if peer is not None and peer.pk == organisation:
        raise AdaptationRefusal("coordination_peer_is_own")


def _ask_peer(check: Adaptation, at: datetime) -> None:
    """Mail the administrators of the peer organisation that a plan waits for its review."""
    if check.peer_id:
        people = users_with(Permission.MANAGE_ORGANISATION, organisation=check.peer_id)
        notify(people, Template.WORK_WAITING, at=at, path=f"/services/checks/{check.pk}")
