"""Lists of names: brought, looked through, their good rows registered, the rest handed back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from protect.orgs.scope import Scope
from protect.trainings.base import access, errors
from protect.trainings.registrations import enums, fields, rules
from protect.trainings.registrations.actions import mail, register, seats
from protect.trainings.registrations.models import Cohort, Participant, Registration, Roster, Sender
from protect.trainings.registrations.name_list_rows import Row, checked, participant_fields
from protect.trainings.scheduling.models import Edition

PART = 250  # rows that are registered in one transaction: others wait so long and no longer
MOST_TOGETHER = 50  # people
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class NameList:
    """A list as it was brought, and what holds where a row says nothing else."""

    rows: Sequence[Row]
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
    trainings_group_large."""
    audit = access.planner_or_link_context(scope, edition.host_id, at=at)
    access.must_be_of(edition.host_id, name_list.sender)
    if not register.is_taking_from(scope, edition, at):
        raise errors.TrainingRefusal("trainings_window_closed")
    if not name_list.rows:
        raise errors.TrainingRefusal("trainings_roster_empty")
    if name_list.is_together and len(name_list.rows) > MOST_TOGETHER:
        raise errors.TrainingRefusal("trainings_group_large", most=MOST_TOGETHER)
    registered = _known_in(edition, name_list.sender, audit.actor)
    roster = Roster.objects.create(
        edition=edition,
        sender=name_list.sender,
        cohort=name_list.cohort,
        actor_id=audit.actor,
        country_id=name_list.country,
        language_id=name_list.language,
        is_together=name_list.is_together,
        rows=[row.kept() for row in checked(name_list.rows, registered)],
        created=at,
    )
    audit.record("trainings.roster_bring", roster)
    return roster


def confirm(roster: Roster, *, at: datetime, scope: Scope | None = None) -> int:
    """Register the good rows of a list, and return how many. What is done stays done.
    People who come together are registered at once, others in parts of PART, each in a transaction
    of its own: pressed twice, or cut off in the middle, it goes on where it was.
    Errors: PermissionDenied; trainings_window_closed; trainings_roster_empty."""
    done = part = _confirm_part(roster, at, scope)
    while part == PART:
        part = _confirm_part(roster, at, scope)
        done += part
    if not done:
        raise errors.TrainingRefusal("trainings_roster_empty")
    return done


@transaction.atomic
def throw_away(roster: Roster, *, at: datetime, scope: Scope | None = None) -> None:
    """Delete a list; registrations made from it stay. Errors: PermissionDenied."""
    audit = access.planner_or_link_context(scope, roster.edition.host_id, at=at)
    audit.record("trainings.roster_throw_away", roster)
    Roster.objects.filter(pk=roster.pk).delete()


def forget(*, at: datetime) -> int:
    """Delete lists that are older than a week; return how many. For the night."""
    return Roster.objects.filter(created__lte=at - KEPT).delete()[0]


def _known_in(edition: Edition, sender: Sender | None, actor: UUID | None) -> dict[str, str]:
    """Return by address the state of registrations that a list does not repeat.
    By its link (without `actor`) a nominating organisation sees only people whom it named itself. A
    participant who then refused or withdrew is not registered by another list of it."""
    active = edition.registrations.active().proven()
    if sender is None:
        return _by_address(active)
    nominated = edition.registrations.filter(sender=sender)
    left = nominated.filter(state=enums.RegistrationState.WITHDRAWN)
    return _by_address(left) | _by_address(active if actor else nominated.active())


@transaction.atomic
def _confirm_part(roster: Roster, at: datetime, scope: Scope | None) -> int:
    edition = seats.locked(roster.edition_id)
    audit = access.planner_or_link_context(scope, edition.host_id, at=at)
    row = Roster.objects.select_for_update(of=("self",)).select_related("sender").get(pk=roster.pk)
    states = _known_in(edition, row.sender, row.actor_id)
    rows = [_with_state(Row.of(each), states) for each in row.rows]
    good = [each for each in rows if each.is_good][: None if row.is_together else PART]
    if new := _without_registered(edition, good, at=at):
        register.enter_people(
            edition,
            _participants(edition, row, new, at),
            register.Entry(_source(row), row.sender, sent_key=row.pk),
            at=at,
            scope=scope,
            is_together=row.is_together,
        )
    if good:
        audit.record("trainings.roster_confirm", row)
    taken = {each.number for each in good}
    row.rows = [each.kept() for each in rows if each.number not in taken]
    row.taken += len(good)
    row.confirmed_at = at
    row.save(update_fields=["rows", "taken", "confirmed_at"])
    return len(good)


def _without_registered(edition: Edition, rows: list[Row], *, at: datetime) -> list[Row]:
    """Return the people to register. One registered without this sender gets their link again."""
    registered = _by_address(edition.registrations.active().proven())
    for row in rows:
        if rules.folded(row.email) in registered:
            mail.remind(edition, row.email, at=at)
    return [row for row in rows if rules.folded(row.email) not in registered]


def _by_address(rows: QuerySet[Registration]) -> dict[str, str]:
    return dict(rows.order_by("pk").values_list("participant__email", "state"))


def _with_state(row: Row, states: dict[str, str]) -> Row:
    return replace(row, state=states.get(rules.folded(row.email), "")) if row.is_good else row


def _participants(
    edition: Edition, roster: Roster, rows: Iterable[Row], at: datetime
) -> list[Participant]:
    by: dict[str, object] = {"sender": roster.sender, "cohort": roster.cohort}
    if roster.cohort_id is not None:
        by |= {name: "" for name, column in fields.COLUMNS.items() if not column.of_students}
    people = [participant_fields(row, roster.country_id, roster.language_id) | by for row in rows]
    return register.many_known_or_new(edition.host, people, at=at)


def _source(roster: Roster) -> enums.Source:
    if roster.cohort_id is not None:
        return enums.Source.COHORT
    return enums.Source.NOMINATED if roster.sender_id is not None else enums.Source.APPLIED
