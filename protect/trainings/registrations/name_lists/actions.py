"""Lists of names: brought, looked through, their good rows registered, the rest handed back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from protect.orgs.scope import Scope
from protect.trainings.base import access
from protect.trainings.base.errors import TrainingRefusal
from protect.trainings.registrations.actions import mail, register
from protect.trainings.registrations.actions.register import Entry, is_taking_from
from protect.trainings.registrations.actions.seats import locked
from protect.trainings.registrations.enums import RegistrationState, Source
from protect.trainings.registrations.fields import COLUMNS
from protect.trainings.registrations.models import Cohort, Participant, Registration, Roster, Sender
from protect.trainings.registrations.name_lists.checks import Row, checked, participant_fields
from protect.trainings.registrations.name_lists.tables import Cells
from protect.trainings.registrations.rules import folded
from protect.trainings.scheduling.models import Edition

PART = 250  # rows that are registered in one transaction: others wait so long and no longer
MOST_TOGETHER = 50  # people
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class NameList:
    """A list as it was brought, and what holds where a row says nothing else."""

    rows: Sequence[Cells]
    country: str
    language: str
    sender: Sender | None = None
    cohort: Cohort | None = None
    is_together: bool = False


@transaction.atomic
def bring(
    edition: Edition, name_list: NameList, *, at: datetime, scope: Scope | None = None
) -> Roster:
    """Store a list with the errors of each row. It registers no participant yet.

    `scope` is of the coordinator; None where the sender brought it by its link.
    Errors: PermissionDenied; trainings_window_closed; trainings_roster_empty;
    trainings_group_large.
    """
    audit = access.planner_or_link_context(scope, edition.host_id, at=at)
    access.must_be_of(edition.host_id, name_list.sender)
    if not is_taking_from(scope, edition, at):
        raise TrainingRefusal("trainings_window_closed")
    if not name_list.rows:
        raise TrainingRefusal("trainings_roster_empty")
    if name_list.is_together and len(name_list.rows) > MOST_TOGETHER:
        raise TrainingRefusal("trainings_group_large", most=MOST_TOGETHER)
    registered = known_in(
        edition, name_list.sender, is_by_link=_is_by_link(name_list.sender, audit.actor)
    )
    checked_rows = checked(name_list.rows, registered)
    row = Roster.objects.create(
        edition=edition,
        sender=name_list.sender,
        cohort=name_list.cohort,
        actor_id=audit.actor,
        country_id=name_list.country,
        language_id=name_list.language,
        is_together=name_list.is_together,
        rows=[each.kept() for each in checked_rows],
        created=at,
    )
    audit.record("trainings.roster_bring", row)
    return row


def confirm(roster: Roster, *, at: datetime, scope: Scope | None = None) -> int:
    """Register the good rows of a list, and return how many. What is done stays done.

    People who come together are registered at once, others in parts of PART, each in a transaction
    of its own: pressed twice, or cut off in the middle, it goes on where it was.
    Errors: PermissionDenied; trainings_window_closed; trainings_roster_empty, when no good row is
    left.
    """
    done = part = _confirm_part(roster, at, scope)
    while part == PART:
        part = _confirm_part(roster, at, scope)
        done += part
    if not done:
        raise TrainingRefusal("trainings_roster_empty")
    return done


@transaction.atomic
def throw_away(roster: Roster, *, at: datetime, scope: Scope | None = None) -> None:
    """Delete a list; registrations made from it stay. Errors: PermissionDenied."""
    access.planner_or_link_context(scope, roster.edition.host_id, at=at).record(
        "trainings.roster_throw_away", roster
    )
    Roster.objects.filter(pk=roster.pk).delete()


def forget(*, at: datetime) -> int:
    """Delete lists that are older than a week; return how many. For the night."""
    return Roster.objects.filter(created__lte=at - KEPT).delete()[0]


def known_in(edition: Edition, sender: Sender | None, *, is_by_link: bool) -> dict[str, str]:
    """Return by address the state of registrations that a list does not repeat.

    By its link a nominating organisation sees only people whom it named itself. A participant who
    then refused or withdrew is not registered by another list of it: they can apply themselves.
    """
    active = edition.registrations.active().proven()
    if sender is None:
        return _by_address(active)
    nominated = edition.registrations.filter(sender=sender)
    left = nominated.filter(state=RegistrationState.WITHDRAWN)
    return _by_address(left) | _by_address(nominated.active() if is_by_link else active)


@transaction.atomic
def _confirm_part(roster: Roster, at: datetime, scope: Scope | None) -> int:
    edition = locked(roster.edition_id)
    audit = access.planner_or_link_context(scope, edition.host_id, at=at)
    row = Roster.objects.select_for_update(of=("self",)).select_related("sender").get(pk=roster.pk)
    by_link = _is_by_link(row.sender, row.actor_id)
    states = known_in(edition, row.sender, is_by_link=by_link)
    rows = [_known(Row.of(each), states) for each in row.rows]
    good = [each for each in rows if each.is_good][: None if row.is_together else PART]
    entry = Entry(_source(row), row.sender, sent_key=row.pk)
    if new := _without_registered(edition, good, at=at):
        persons = _people(edition, row, new, at)
        register.enter_people(
            edition, persons, entry, at=at, scope=scope, is_together=row.is_together
        )
    if good:
        audit.record("trainings.roster_confirm", row)
    taken = {each.number for each in good}
    row.rows = [each.kept() for each in rows if each.number not in taken]
    row.taken += len(good)
    row.confirmed_at = at
    row.save(update_fields=["rows", "taken", "confirmed_at"])
    return len(good)


def _without_registered(edition: Edition, rows: Iterable[Row], *, at: datetime) -> list[Row]:
    """Return the people to register. One registered without this sender gets their link again."""
    there = _by_address(edition.registrations.active().proven())
    new = []
    for row in rows:
        if folded(row.email) in there:
            mail.remind(edition, row.email, at=at)
        else:
            new.append(row)
    return new


def _by_address(rows: QuerySet[Registration]) -> dict[str, str]:
    return dict(rows.order_by("pk").values_list("participant__email", "state"))


def _is_by_link(sender: Sender | None, actor: UUID | None) -> bool:
    return sender is not None and actor is None


def _known(row: Row, states: dict[str, str]) -> Row:
    """Return the row with its state, where it was registered since the list was checked."""
    state = states.get(folded(row.cells.get("email", "")), "")
    return replace(row, state=state) if row.is_good else row


def _people(
    edition: Edition, roster: Roster, rows: Iterable[Row], at: datetime
) -> list[Participant]:
    by: dict[str, Any] = {"sender": roster.sender, "cohort": roster.cohort}
    if roster.cohort_id is not None:
        by |= {name: "" for name, column in COLUMNS.items() if not column.of_students}
    people = [participant_fields(row, roster.country_id, roster.language_id) | by for row in rows]
    return register.many_known_or_new(edition.host, people, at=at)


def _source(roster: Roster) -> Source:
    if roster.cohort_id is not None:
        return Source.COHORT
    return Source.NOMINATED if roster.sender_id is not None else Source.APPLIED
