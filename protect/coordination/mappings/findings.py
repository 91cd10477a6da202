"""Findings of a round, and the recommendations that follow from them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from protect.coordination.groups.models import Member
from protect.coordination.mappings import access
from protect.coordination.mappings.actions import known_codes, lock_round, must_be_safe
from protect.coordination.mappings.errors import MappingRefusal
from protect.coordination.mappings.models import Finding, MappingRound, Passage, Recommendation
from protect.coordination.minutes.enums import ActionState
from protect.directory.access import visible_services
from protect.orgs.access import must_be_signed_in
from protect.orgs.scope import Scope

FINDING_FIELDS = ("title", "text", "need", "groups", "areas", "fact")
RECOMMENDATION_FIELDS = ("text", "member", "organisation_name", "position", "due_on")


@transaction.atomic
def add_finding(
    scope: Scope, row: MappingRound, values: Mapping[str, Any], *, at: datetime
) -> Finding:
    """Record a finding under the next number of the round. `values`: FINDING_FIELDS, passages and
    services. Errors: Http404; PermissionDenied; coordination_finding_without_answers;
    coordination_code_unknown; coordination_text_names_person."""
    found = lock_round(scope, row)
    fields = _checked(scope, found, values)
    last = found.findings.aggregate(last=Max("number"))["last"]
    finding = Finding.objects.create(
        round=found,
        number=(last or 0) + 1,
        recorded_at=at,
        recorded_by_id=must_be_signed_in(scope),
        **fields,
    )
    _set_links(finding, values)
    access.round_context(scope, found, at=at).record("coordination.add_finding", finding)
    return finding


@transaction.atomic
def change_finding(
    scope: Scope, finding: Finding, values: Mapping[str, Any], *, at: datetime
) -> Finding:
    """Change a finding; issued reports keep what they said. Errors: as `add_finding`."""
    found = access.get_run_finding(scope, finding.pk)
    round_row = lock_round(scope, found.round)
    for name, value in _checked(scope, round_row, values).items():
        setattr(found, name, value)
    found.save(update_fields=FINDING_FIELDS)
    _set_links(found, values)
    access.round_context(scope, round_row, at=at).record("coordination.change_finding", found)
    return found


@transaction.atomic
def add_recommendation(
    scope: Scope, finding: Finding, values: Mapping[str, Any], *, at: datetime
) -> Recommendation:
    """Add a recommendation with an owner: a member of the group, or organisation and function.
    `values`: by the names of RECOMMENDATION_FIELDS. Errors: Http404; PermissionDenied;
    coordination_text_names_person."""
    found = access.get_run_finding(scope, finding.pk)
    fields = _checked_owner(values)
    row: Recommendation = Recommendation.objects.create(finding=found, agreed_at=at, **fields)
    audit = access.round_context(scope, found.round, at=at)
    audit.record("coordination.add_recommendation", row)
    return row


@transaction.atomic
def change_recommendation(
    scope: Scope, recommendation: Recommendation, values: Mapping[str, Any], *, at: datetime
) -> Recommendation:
    """Change text, owner or day. Errors: as `add_recommendation`."""
    found = access.get_run_recommendation(scope, recommendation.pk)
    for name, value in _checked_owner(values).items():
        setattr(found, name, value)
    found.save(update_fields=RECOMMENDATION_FIELDS)
    audit = access.round_context(scope, found.finding.round, at=at)
    audit.record("coordination.change_recommendation", found)
    return found


@transaction.atomic
def set_recommendation_state(
    scope: Scope, recommendation: Recommendation, state: ActionState, *, at: datetime
) -> Recommendation:
    """Say that a recommendation is done, cancelled or open again. One that is so already does not
    change. Errors: Http404; PermissionDenied, if the user neither owns it nor runs the round."""
    found = access.get_own_recommendation(scope, recommendation.pk)
    rows = Recommendation.objects.select_for_update(of=("self",))
    row: Recommendation = rows.get(pk=found.pk)
    if row.state != state:
        row.state = state
        row.ended_at = None if state == ActionState.OPEN else at
        row.save(update_fields=["state", "ended_at"])
        audit = access.round_context(scope, found.finding.round, at=at)
        audit.record(f"coordination.recommendation_{state.value}", row)
    return row


def _checked(scope: Scope, row: MappingRound, values: Mapping[str, Any]) -> dict[str, Any]:
    passages = Passage.objects.filter(
        pk__in=[each.pk for each in values["passages"]],
        interview__round=row,
        coded_at__isnull=False,
    )
    if not values["passages"] or passages.count() != len(values["passages"]):
        raise MappingRefusal("coordination_finding_without_answers")
    services = {each.pk for each in values["services"]}
    if visible_services(scope).filter(pk__in=services, country=row.country_id).count() != len(
        services
    ):
        raise MappingRefusal("coordination_code_unknown")
    codes = known_codes(
        row.country_id,
        {"needs": [values["need"]], "groups": values["groups"], "areas": values["areas"]},
    )
    must_be_safe([values["title"], values["text"]])
    chosen = {"groups": codes["groups"], "areas": codes["areas"]}
    return {name: values[name] for name in FINDING_FIELDS} | chosen


def _set_links(finding: Finding, values: Mapping[str, Any]) -> None:
    finding.passages.set(values["passages"])
    finding.services.set(values["services"])


def _checked_owner(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a recommendation; a member leaves the typed owner empty."""
    must_be_safe([values["text"], values["organisation_name"], values["position"]])
    fields = {name: values[name] for name in RECOMMENDATION_FIELDS}
    member: Member | None = fields["member"]
    return fields | {"organisation_name": "", "position": ""} if member else fields
