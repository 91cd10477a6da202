"""Actions on lists of names: store and check a list, register its good rows, delete it."""

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
from protect.trainings.registrations.name_list_rows import ListRow, check_rows, participant_values
from protect.trainings.scheduling.models import Edition

BATCH_SIZE = 250  # rows that one transaction registers: other users wait only this long
MAX_GROUP_SIZE = 50  # people of a list who come together
RETENTION = timedelta(days=7)  # of a list, after it was stored


@dataclass(frozen=True, slots=True)
class NameList:
    """A list of names as it was sent, and the defaults for rows without country or language."""

    rows: Sequence[ListRow]
    country: str
    language: str
    sender: Sender | None = None  # None: not nominated
    cohort: Cohort | None = None
    is_together: bool = False


@transaction.atomic
def store_list(
    edition: Edition, name_list: NameList, *, at: datetime, scope: Scope | None = None
) -> Roster:
    """Store a list with the mistakes of each row. `scope`: None for a nomination link. Errors:
    PermissionDenied; trainings_window_closed; trainings_roster_empty; trainings_group_large."""
    audit = access.planner_or_link_context(scope, edition.host_id, at=at)
    access.must_belong_to(edition.host_id, name_list.sender)
    if not register.can_register(scope, edition, at):
        raise errors.TrainingRefusal("trainings_window_closed")
    if not name_list.rows:
        raise errors.TrainingRefusal("trainings_roster_empty")
    if name_list.is_together and len(name_list.rows) > MAX_GROUP_SIZE:
        raise errors.TrainingRefusal("trainings_group_large", most=MAX_GROUP_SIZE)
    registered = _registered_states_by_email(edition, name_list.sender, audit.actor)
    roster = Roster.objects.create(
        edition=edition,
        sender=name_list.sender,
        cohort=name_list.cohort,
        actor_id=audit.actor,
        country_id=name_list.country,
        language_id=name_list.language,
        is_together=name_list.is_together,
        rows=[row.to_json() for row in check_rows(name_list.rows, registered)],
        created=at,
    )
    audit.record("trainings.roster_bring", roster)
    return roster


def register_list(roster: Roster, *, at: datetime, scope: Scope | None = None) -> int:
    """Register good rows, or mail registered people again; return how many. People who come
    together are one transaction, others several: after an interruption, call it again. Errors:
    PermissionDenied; trainings_window_closed; trainings_roster_empty, if no row is good."""
    registered = batch_count = _register_batch(roster, at, scope)
    while batch_count == BATCH_SIZE:
        batch_count = _register_batch(roster, at, scope)
        registered += batch_count
    if not registered:
        raise errors.TrainingRefusal("trainings_roster_empty")
    return registered


@transaction.atomic
def delete_list(roster: Roster, *, at: datetime, scope: Scope | None = None) -> None:
    """Delete a list; registrations made from it stay. Errors: PermissionDenied."""
    audit = access.planner_or_link_context(scope, roster.edition.host_id, at=at)
    audit.record("trainings.roster_throw_away", roster)
    Roster.objects.filter(pk=roster.pk).delete()


def delete_old_lists(*, at: datetime) -> int:
    """Delete lists that are older than a week; return how many. A nightly step."""
    return Roster.objects.filter(created__lte=at - RETENTION).delete()[0]


def _registered_states_by_email(
    edition: Edition, sender: Sender | None, actor: UUID | None
) -> dict[str, str]:
    """Return, by e-mail address, the state of each registration that a list must not repeat: active
    ones, and withdrawn ones of the sender. A list sent by link (no
    `actor`) sees only the sender's own."""
    active = edition.registrations.active().proven()
    if sender is None:
        return _states_by_email(active)
    nominated = edition.registrations.filter(sender=sender)
    withdrawn = nominated.filter(state=enums.RegistrationState.WITHDRAWN)
    return _states_by_email(withdrawn) | _states_by_email(active if actor else nominated.active())


@transaction.atomic
def _register_batch(roster: Roster, at: datetime, scope: Scope | None) -> int:
    """Register the next good rows, or mail registered people their link; return how many rows."""
    edition = seats.lock_edition(roster.edition_id)
    audit = access.planner_or_link_context(scope, edition.host_id, at=at)
    row = Roster.objects.select_for_update(of=("self",)).select_related("sender").get(pk=roster.pk)
    states = _registered_states_by_email(edition, row.sender, row.actor_id)
    rows = [_with_registered_state(ListRow.from_json(json_row), states) for json_row in row.rows]
    most = None if row.is_together else BATCH_SIZE
    good_rows = [list_row for list_row in rows if list_row.is_good][:most]
    if new_rows := _without_registered(edition, good_rows, at=at):
        register.register_people(
            edition,
            _get_or_create_participants(edition, row, new_rows, at),
            register.Origin(_source_by_class_or_sender(row), row.sender, sent_key=row.pk),
            at=at,
            scope=scope,
            is_together=row.is_together,
        )
    if good_rows:
        audit.record("trainings.roster_confirm", row)
    registered_numbers = {good_row.number for good_row in good_rows}
    row.rows = [
        list_row.to_json() for list_row in rows if list_row.number not in registered_numbers
    ]
    row.taken += len(good_rows)
    row.confirmed_at = at
    row.save(update_fields=["rows", "taken", "confirmed_at"])
    return len(good_rows)


def _without_registered(edition: Edition, rows: list[ListRow], *, at: datetime) -> list[ListRow]:
    """Return the rows without a proven, active registration; mail the others their link again."""
    registered = _states_by_email(edition.registrations.active().proven())
    for row in rows:
        if rules.fold_email(row.email) in registered:
            mail.mail_link_reminder(edition, row.email, at=at)
    return [row for row in rows if rules.fold_email(row.email) not in registered]


def _states_by_email(rows: QuerySet[Registration]) -> dict[str, str]:
    return dict(rows.order_by("pk").values_list("participant__email", "state"))


def _with_registered_state(row: ListRow, states: dict[str, str]) -> ListRow:
    return replace(row, state=states.get(rules.fold_email(row.email), "")) if row.is_good else row


def _get_or_create_participants(
    edition: Edition, roster: Roster, rows: Iterable[ListRow], at: datetime
) -> list[Participant]:
    sender_values: dict[str, object] = {"sender": roster.sender, "cohort": roster.cohort}
    if roster.cohort_id is not None:
        columns = fields.LIST_COLUMNS.items()
        sender_values |= {name: "" for name, column in columns if not column.is_read_for_students}
    country, language = roster.country_id, roster.language_id
    people = [participant_values(row, country, language) | sender_values for row in rows]
    return register.get_or_create_participants(edition.host, people, at=at)


def _source_by_class_or_sender(roster: Roster) -> enums.Source:
    if roster.cohort_id is not None:
        return enums.Source.COHORT
    return enums.Source.NOMINATED if roster.sender_id is not None else enums.Source.APPLIED
