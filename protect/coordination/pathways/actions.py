"""Pathways: create from the directory, arrange, agree, publish, confirm changes, take down."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from protect.coordination.groups.actions import lock_group
from protect.coordination.groups.models import Group
from protect.coordination.pathways import access, agreed, live_services, rules
from protect.coordination.pathways.enums import Branch
from protect.coordination.pathways.errors import PathwayChanged, PathwayRefusal
from protect.coordination.pathways.followed_procedures import choosable_procedures
from protect.coordination.pathways.models import (
    AgreedFacts,
    Pathway,
    PathwayAgreement,
    PathwayEdition,
    PathwayEntry,
    PathwayStep,
)
from protect.coordination.pathways.proposals import propose_steps
from protect.coordination.procedures.models import Procedure
from protect.directory.protection.address_patterns import resembles_address
from protect.orgs.access import must_be_signed_in
from protect.orgs.scope import Scope

PLACE_FIELDS = ("country_id", "area_id", "place_id", "need")


@transaction.atomic
def create_pathway(
    scope: Scope, group: Group, values: Mapping[str, Any], *, at: datetime
) -> Pathway:
    """Create a pathway of a group, with the steps that the directory proposes. `values`: by the
    names of PLACE_FIELDS. Errors: Http404; PermissionDenied; coordination_group_closed;
    coordination_pathway_twice; coordination_pathway_place_unknown, for another country than that of
    the group; coordination_pathway_elsewhere, for a country in which no organisation of a group of
    the whole region works."""
    row = lock_group(scope, group)
    fields = {name: values[name] for name in PLACE_FIELDS}
    if row.country_id is not None and row.country_id != fields["country_id"]:
        raise PathwayRefusal("coordination_pathway_place_unknown")
    _must_work_there(scope, row, fields["country_id"])
    if Pathway.objects.filter(group=row, ended_at=None, **fields).exists():
        raise PathwayRefusal("coordination_pathway_twice")
    user = must_be_signed_in(scope)
    pathway = Pathway.objects.create(
        group=row, created_at=at, changed_at=at, changed_by_id=user, **fields
    )
    _store_proposals(pathway, at)
    access.pathway_context(scope, pathway, at=at).record("coordination.create_pathway", pathway)
    return pathway


@transaction.atomic
def propose(scope: Scope, pathway: Pathway, version: int, *, at: datetime) -> Pathway:
    """Ask the member organisations to agree on an arrangement, and note what the directory says of
    its services. Errors: as `lock_pathway`; PathwayChanged; coordination_pathway_empty."""
    row = lock_pathway(scope, pathway, version)
    keys = [entry.service_id for entry in entries_of(row)]
    if not keys:
        raise PathwayRefusal("coordination_pathway_empty")
    values = agreed.read_values(keys)
    row.proposed_at, row.proposed_facts = at, {str(key): values[key] for key in values}
    row.save(update_fields=["proposed_at", "proposed_facts"])
    access.pathway_context(scope, row, at=at).record("coordination.propose_pathway", row)
    return row


@transaction.atomic
def agree(
    scope: Scope, pathway: Pathway, organisation: str, version: int, *, at: datetime
) -> PathwayAgreement:
    """Agree on a proposed arrangement for the user's organisation; a user who runs the group also
    records the agreement of guests, and of no organisation with an account. One that has agreed
    stays as it is.
    Errors: Http404; PermissionDenied; PathwayChanged; coordination_pathway_not_proposed."""
    found = access.get_group_pathway(scope, pathway.pk)
    if not access.may_agree_for(scope, found.group, organisation):
        raise PermissionDenied
    row = Pathway.objects.select_for_update(of=("self",)).get(pk=found.pk)
    _must_be_current(row, version)
    if row.proposed_at is None:
        raise PathwayRefusal("coordination_pathway_not_proposed")
    if organisation not in access.agreeing_organisations(found.group):
        raise PathwayRefusal("coordination_pathway_not_agreed", organisations=organisation)
    key = {"pathway": row, "version": row.version, "organisation_name": organisation}
    agreement = PathwayAgreement.objects.filter(**key).first() or PathwayAgreement(**key)
    if not agreement.is_sealed():  # new, or for what was changed in the database since
        agreement.agreed_at, agreement.recorded_by_id = at, must_be_signed_in(scope)
        agreement.sealed().save()
        access.pathway_context(scope, found, at=at).record("coordination.agree_pathway", agreement)
    return agreement


@transaction.atomic
def publish(
    scope: Scope, pathway: Pathway, version: int, reason: str = "", *, at: datetime
) -> PathwayEdition:
    """Publish an arrangement on which all member organisations have agreed. `reason`: why it is
    published although a step has no service that answers. What was agreed is what the directory
    said when agreement was asked for. Errors: as `lock_pathway`; PathwayChanged;
    coordination_pathway_empty, …_elsewhere, …_not_proposed, …_not_agreed, …_step_unreachable,
    …_no_night, …_service_gone, …_tells_where."""
    row = lock_pathway(scope, pathway, version)
    _must_work_there(scope, row.group, row.country_id)
    refuse_address(reason)
    if row.proposed_at is None:
        raise PathwayRefusal("coordination_pathway_not_proposed")
    steps = step_checks(row, at)
    if not any(step.services for step in steps):
        raise PathwayRefusal("coordination_pathway_empty")
    agreements = _complete_agreements(row)
    problem = next(rules.find_problems(steps), None)
    if problem and not reason.strip():
        raise refusal_of(problem)
    edition = _store_edition(row, agreements, reason.strip() if problem else "", scope, at)
    # The next edition needs agreements of its own.
    row.version, row.proposed_at, row.proposed_facts = row.version + 1, None, {}
    row.save(update_fields=["version", "proposed_at", "proposed_facts"])
    access.pathway_context(scope, row, at=at).record("coordination.publish_pathway", edition)
    return edition


@transaction.atomic
def confirm_service(
    scope: Scope, edition: PathwayEdition, key: UUID, *, at: datetime
) -> AgreedFacts:
    """Say that a pathway is right although the entry of a service has changed. A service that can
    no longer be called is not confirmed. Errors: Http404; PermissionDenied;
    coordination_group_closed; coordination_pathway_service_gone."""
    row = lock_pathway(scope, edition.pathway)
    service = live_services.read_services([key])[key]
    if service.row is None:
        raise PathwayRefusal("coordination_pathway_service_gone", services=service.name)
    confirmed = AgreedFacts(
        edition=edition,
        service_key=key,
        values=agreed.read_values([key])[key],
        confirmed_at=at,
        confirmed_by_id=must_be_signed_in(scope),
    )
    confirmed.sealed().save()
    access.pathway_context(scope, row, at=at).record("coordination.confirm_pathway", confirmed)
    return confirmed


@transaction.atomic
def set_procedure(
    scope: Scope, pathway: Pathway, procedure: Procedure | None, *, at: datetime
) -> Pathway:
    """Name the procedure that a pathway follows; None: none. It arranges no service, so that
    agreements stay. The one that is named already may be past its time. Errors: as `lock_pathway`;
    coordination_pathway_procedure_elsewhere."""
    row = lock_pathway(scope, pathway)
    chosen = procedure.pk if procedure else None
    if chosen == row.procedure_id:
        return row
    if chosen and not choosable_procedures(row, at.date()).filter(pk=chosen).exists():
        raise PathwayRefusal("coordination_pathway_procedure_elsewhere")
    row.procedure = procedure
    row.save(update_fields=["procedure"])
    access.pathway_context(scope, row, at=at).record("coordination.pathway_procedure", row)
    return row


@transaction.atomic
def end_pathway(scope: Scope, pathway: Pathway, *, at: datetime) -> Pathway:
    """Take a pathway down; its editions and tests are kept. Errors: as `lock_pathway`."""
    row = lock_pathway(scope, pathway)
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    access.pathway_context(scope, row, at=at).record("coordination.end_pathway", row)
    return row


def lock_pathway(scope: Scope, pathway: Pathway, version: int | None = None) -> Pathway:
    """Return a pathway of an open group, locked until the transaction ends. `version`: the one that
    the user saw; None: any. Errors: Http404; PermissionDenied; coordination_group_closed;
    coordination_pathway_ended; PathwayChanged."""
    found = access.get_run_pathway(scope, pathway.pk)
    lock_group(scope, found.group)
    rows = Pathway.objects.select_for_update(of=("self",)).select_related("group")
    row: Pathway = rows.get(pk=found.pk)
    if row.ended_at is not None:
        raise PathwayRefusal("coordination_pathway_ended")
    _must_be_current(row, version)
    return row


def refuse_address(text: str) -> None:
    """Refuse a text with an address: a step may name a shelter.
    Errors: coordination_pathway_tells_where."""
    if resembles_address(text):
        raise PathwayRefusal("coordination_pathway_tells_where")


def entries_of(pathway: Pathway) -> list[PathwayEntry]:
    """Return the services of an arrangement with their steps, in its order."""
    rows = PathwayEntry.objects.filter(step__pathway=pathway).select_related("step")
    return sorted(rows, key=lambda row: (row.step.position, row.position, str(row.pk)))


def step_checks(pathway: Pathway, at: datetime) -> list[rules.StepCheck]:
    """Return what must be right of each step of an arrangement before it is published."""
    entries = entries_of(pathway)
    services = live_services.read_services(entry.service_id for entry in entries)
    numbers: dict[str, int] = {}
    checks = []
    for step in pathway.steps.all():
        numbers[step.branch] = numbers.get(step.branch, 0) + 1
        checks.append(
            rules.StepCheck(
                Branch(step.branch),
                numbers[step.branch],
                tuple(
                    services[entry.service_id].check(at)
                    for entry in entries
                    if entry.step_id == step.pk
                ),
            )
        )
    return checks


def refusal_of(problem: rules.Problem) -> PathwayRefusal:
    """Return the refusal that names what is wrong, in the language of the user."""
    if problem.code == "coordination_pathway_no_night":
        return PathwayRefusal("coordination_pathway_no_night")
    if problem.code == "coordination_pathway_service_gone":
        services = ", ".join(problem.services)
        return PathwayRefusal("coordination_pathway_service_gone", services=services)
    steps = ", ".join(f"{branch.label} {number}" for branch, number in problem.steps)
    return PathwayRefusal("coordination_pathway_step_unreachable", steps=steps)


def _must_work_there(scope: Scope, group: Group, country: str) -> None:
    if not access.works_in(scope, group, country):
        raise PathwayRefusal("coordination_pathway_elsewhere")


def _must_be_current(pathway: Pathway, version: int | None) -> None:
    if version is not None and pathway.version != version:
        raise PathwayChanged


def _store_proposals(pathway: Pathway, at: datetime) -> None:
    where = live_services.location_of(pathway)
    for place, step in enumerate(propose_steps(where, pathway.need, at=at), 1):
        row = PathwayStep.objects.create(pathway=pathway, branch=step.branch, position=place)
        PathwayEntry.objects.bulk_create(
            PathwayEntry(step=row, service_id=match.row.id, position=number)
            for number, match in enumerate(step.services, 1)
        )


def _complete_agreements(pathway: Pathway) -> list[PathwayAgreement]:
    agreements = pathway.agreements.filter(version=pathway.version)
    by_name = {row.organisation_name: row for row in agreements if row.is_sealed()}
    organisations = access.agreeing_organisations(pathway.group)
    if missing := [name for name in organisations if name not in by_name]:
        raise PathwayRefusal("coordination_pathway_not_agreed", organisations=", ".join(missing))
    return [by_name[name] for name in organisations]


def _store_edition(
    pathway: Pathway,
    agreements: list[PathwayAgreement],
    reason: str,
    scope: Scope,
    at: datetime,
) -> PathwayEdition:
    user = must_be_signed_in(scope)
    last = pathway.editions.aggregate(last=Max("number"))["last"]
    entries = entries_of(pathway)
    steps = [
        {
            "branch": step.branch,
            "note": step.note,
            "services": [str(each.service_id) for each in entries if each.step_id == step.pk],
        }
        for step in pathway.steps.all()
    ]
    edition = PathwayEdition(
        pathway=pathway,
        number=(last or 0) + 1,
        version=pathway.version,
        steps=[step for step in steps if step["services"]],
        agreements=[[row.organisation_name, row.agreed_at.isoformat()] for row in agreements],
        reason=reason,
        published_at=at,
        published_by_id=user,
    )
    edition.sealed().save()
    AgreedFacts.objects.bulk_create(
        AgreedFacts(
            edition=edition,
            service_key=UUID(key),
            values=values,
            confirmed_at=at,
            confirmed_by_id=user,
        ).sealed()
        for key, values in pathway.proposed_facts.items()
    )
    return edition
