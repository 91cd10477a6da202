"""Arrange the steps of a pathway. A change is refused if a colleague changed the pathway since the
page was opened; one that is saved needs a new agreement, and the published edition stays in force
until the next one is published."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from protect.coordination.pathways import access
from protect.coordination.pathways.actions import lock_pathway, refuse_address
from protect.coordination.pathways.enums import Branch, Move
from protect.coordination.pathways.errors import PathwayRefusal
from protect.coordination.pathways.models import Pathway, PathwayEntry, PathwayStep
from protect.directory.models import Service
from protect.orgs.access import get_row, must_be_signed_in
from protect.orgs.scope import Scope


@transaction.atomic
def add_step(
    scope: Scope, pathway: Pathway, branch: Branch, note: str, version: int, *, at: datetime
) -> PathwayStep:
    """Add an empty step at the end of a part. Errors: as `lock_pathway`; PathwayChanged;
    coordination_pathway_tells_where."""
    row = lock_pathway(scope, pathway, version)
    refuse_address(note)
    last = row.steps.aggregate(last=Max("position"))["last"]
    step = PathwayStep.objects.create(
        pathway=row, branch=branch, note=note, position=(last or 0) + 1
    )
    _save_change(scope, row, at)
    return step


@transaction.atomic
def change_note(
    scope: Scope, step: PathwayStep, note: str, version: int, *, at: datetime
) -> PathwayStep:
    """Change the note of a step. The same note changes nothing. Errors: as `add_step`."""
    row = lock_pathway(scope, step.pathway, version)
    refuse_address(note)
    stored = PathwayStep.objects.get(pk=step.pk)
    if stored.note != note:
        stored.note = note
        stored.save(update_fields=["note"])
        _save_change(scope, row, at)
    return stored


@transaction.atomic
def move_step(
    scope: Scope, pathway: Pathway, step: UUID, move: Move, version: int, *, at: datetime
) -> None:
    """Move a step up or down among those of its part, or remove it with its services. At an end,
    nothing changes. Errors: Http404; as `add_step`."""
    row = lock_pathway(scope, pathway, version)
    found = get_row(PathwayStep.objects.filter(pathway=row), pk=step)
    if move == Move.REMOVE:
        found.delete()
        _save_change(scope, row, at)
        return
    siblings = list(row.steps.filter(branch=found.branch))
    if _swap(siblings, found, move):
        PathwayStep.objects.bulk_update(siblings, ["position"])
        _save_change(scope, row, at)


@transaction.atomic
def add_service(
    scope: Scope, step: PathwayStep, service: UUID, version: int, *, at: datetime
) -> PathwayEntry:
    """Add a published service at the end of a step. Errors: Http404; as `add_step`;
    coordination_pathway_service_twice."""
    row = lock_pathway(scope, step.pathway, version)
    published = get_row(Service.objects.published(), pk=service)
    if step.entries.filter(service=published).exists():
        raise PathwayRefusal("coordination_pathway_service_twice")
    last = step.entries.aggregate(last=Max("position"))["last"]
    entry = PathwayEntry.objects.create(step=step, service=published, position=(last or 0) + 1)
    _save_change(scope, row, at)
    return entry


@transaction.atomic
def move_service(
    scope: Scope, pathway: Pathway, entry: UUID, move: Move, version: int, *, at: datetime
) -> None:
    """Move a service up or down in its step, or remove it. Errors: as `move_step`."""
    row = lock_pathway(scope, pathway, version)
    found = get_row(PathwayEntry.objects.filter(step__pathway=row), pk=entry)
    if move == Move.REMOVE:
        found.delete()
        _save_change(scope, row, at)
        return
    siblings = list(PathwayEntry.objects.filter(step=found.step_id))
    if _swap(siblings, found, move):
        PathwayEntry.objects.bulk_update(siblings, ["position"])
        _save_change(scope, row, at)


def _swap[R: (PathwayStep, PathwayEntry)](rows: Sequence[R], moved: R, move: Move) -> bool:
    """Exchange the positions of a row and its neighbour; return whether it has one there."""
    keys = [row.pk for row in rows]
    place = keys.index(moved.pk)
    other = place + (-1 if move == Move.UP else 1)
    if not 0 <= other < len(rows):
        return False
    first, second = rows[place], rows[other]
    first.position, second.position = second.position, first.position
    return True


def _save_change(scope: Scope, pathway: Pathway, at: datetime) -> None:
    pathway.version += 1
    pathway.changed_at, pathway.changed_by_id = at, must_be_signed_in(scope)
    pathway.proposed_at, pathway.proposed_facts = None, {}
    pathway.save(
        update_fields=["version", "changed_at", "changed_by", "proposed_at", "proposed_facts"]
    )
    access.pathway_context(scope, pathway, at=at).record("coordination.change_pathway", pathway)
