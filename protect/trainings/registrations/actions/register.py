"""Registration: one participant, a group or a list; by an applicant or a coordinator.
Seats are counted under a lock of the edition, which comes before that of a participant.
Source: docs/adr/0027-trainings.md; docs/adr/0028-links-without-account.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import transaction

from protect.audit.context import AuditContext
from protect.orgs.models import Organisation
from protect.orgs.rules import GONE
from protect.orgs.scope import Scope
from protect.trainings.base import access, errors
from protect.trainings.registrations import enums, fields, rules
from protect.trainings.registrations.actions import mail, seats
from protect.trainings.registrations.models import Participant, Registration, Sender
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition


@dataclass(frozen=True, slots=True)
class Entry:
    """How a registration is made. `sent_key` is of the form: sent twice, it registers once.
    `is_proven`: False where any visitor may have typed the address. The application then takes no
    seat until its applicant confirms it by the link that is mailed there. `answers`: by attribute
    of the registration."""

    source: enums.Source
    sender: Sender | None = None
    group: UUID | None = None
    sent_key: UUID = field(default_factory=uuid4)
    is_proven: bool = True
    answers: Mapping[str, Any] = field(default_factory=dict)

    def with_answers(self, data: Mapping[str, Any]) -> "Entry":
        """Return the entry with what a form says of this registration alone."""
        return replace(self, answers=fields.read_answers(fields.REGISTRATION, data))


@transaction.atomic
def apply(edition: Edition, data: Mapping[str, Any], entry: Entry, *, at: datetime) -> None:
    """Register an applicant, or mail the link once more to a registered one.
    For every address both are done and one is rolled back, with the same statements, mails and
    keyed hashes, so that the response time does not reveal whether the address is registered.
    Shapes: `data` as in `known_or_new`. Errors: trainings_window_closed."""
    host, edition = edition.host, seats.locked(edition.pk)
    rows = edition.registrations.active().filter(participant__email=rules.folded(data["email"]))
    registered = rows.select_related("participant").order_by("pk").first()
    with mail.kept_if(registered is None):
        new = data if registered is None else {**data, "email": f"{uuid4()}{GONE}"}
        person, filled = _applicant(host, new, at=at), entry.with_answers(data)
        row = _enter(edition, [person], filled, at=at)[0]
    wanted = registered and registered.sent_key != _sent_key(entry, registered.participant_id)
    mail.tell_once_more(registered or row, is_wanted=bool(wanted), at=at)


@transaction.atomic
def enter(
    edition: Edition, person: Participant, entry: Entry, *, at: datetime, scope: Scope | None = None
) -> Registration:
    """Register a participant. `scope` is of the coordinator; None where they apply themselves.
    Errors: PermissionDenied; trainings_window_closed; trainings_already_registered."""
    return _enter(seats.locked(edition.pk), [person], entry, at=at, scope=scope)[0]


@transaction.atomic
def register_from_form(
    edition: Edition,
    data: Mapping[str, Any],
    entry: Entry,
    *,
    at: datetime,
    scope: Scope | None = None,
) -> Registration:
    """Register the participant that a form describes. On refusal none of its data is kept.
    Shapes: `data` as in `known_or_new`. Errors: as `enter`."""
    row = seats.locked(edition.pk)  # before the participant, as for lists: no two deadlock
    person = known_or_new(edition.host, data, at=at, scope=scope)
    return _enter(row, [person], entry.with_answers(data), at=at, scope=scope)[0]


@transaction.atomic
def enter_people(
    edition: Edition,
    people: Sequence[Participant],
    entry: Entry,
    *,
    at: datetime,
    scope: Scope | None = None,
    is_together: bool = False,
) -> list[Registration]:
    """Register people of one list, in its order. Together all get a seat at once, or all wait.
    The list has one audit entry, people who come together one each.
    Errors: as `enter`, also for one of them: none is registered then."""
    if is_together:
        entry = replace(entry, group=entry.group or uuid4())
    row = seats.locked(edition.pk)
    return _enter(row, people, entry, at=at, scope=scope, has_entries=is_together)


def is_taking(edition: Edition, at: datetime) -> bool:
    """Return whether people can apply or be nominated at an instant: not after the last session."""
    return (
        edition.state == EditionState.OPEN
        and (edition.opens_at is None or edition.opens_at <= at)
        and (edition.closes_at is None or at < edition.closes_at)
        and not edition.has_ended(at)
    )


def is_taking_from(scope: Scope | None, edition: Edition, at: datetime) -> bool:
    """Return whether people can be entered: by a coordinator after registration closed, too."""
    return is_taking(edition, at) if scope is None else edition.state in seats.SEATING


def _enter(
    edition: Edition,
    people: Sequence[Participant],
    entry: Entry,
    *,
    at: datetime,
    scope: Scope | None = None,
    has_entries: bool = True,
) -> list[Registration]:
    audit = access.planner_or_link_context(scope, edition.host_id, at=at)
    access.must_be_of(edition.host_id, entry.sender)
    keys = [_sent_key(entry, person.pk) for person in people]
    before = {row.sent_key: row for row in edition.registrations.filter(sent_key__in=keys)}
    if before.keys() == set(keys):
        return [before[key] for key in keys]
    if not is_taking_from(scope, edition, at):
        raise errors.TrainingRefusal("trainings_window_closed")
    _must_be_new(edition, people, entry, audit)
    rows = [  # of a list: its first person comes first
        _row(edition, person, entry, at + timedelta(microseconds=place))
        for place, person in enumerate(people)
    ]
    is_settled = seats.place(edition, rows, is_proven=entry.is_proven, at=at)
    for row in rows if has_entries else ():
        audit.record("trainings.register", row)
    mail.tell_entered(rows, at=at)
    if is_settled:  # the lock is held briefly
        return rows
    offered = {row.pk: row for row in seats.offer_free(edition, at=at)}
    return [offered.get(row.pk, row) for row in rows]


def _sent_key(entry: Entry, participant: UUID) -> UUID:
    return uuid5(entry.sent_key, str(participant))


def _row(edition: Edition, person: Participant, entry: Entry, at: datetime) -> Registration:
    row = Registration(
        edition=edition,
        participant=person,
        sender=entry.sender,
        source=entry.source,
        group=entry.group,
        applied_at=at,
        sent_key=_sent_key(entry, person.pk),
        **entry.answers,
    )
    row.token_hash = access.token_hash(row.own_token())
    return row


def _must_be_new(
    edition: Edition, people: Sequence[Participant], entry: Entry, audit: AuditContext
) -> None:
    """Refuse registered people. Their unconfirmed applications give way to a proven entry."""
    active = edition.registrations.active().filter(participant__in=people).order_by("pk")
    for row in active.unproven() if entry.is_proven else ():
        row.state, row.ended_at = enums.RegistrationState.WITHDRAWN, audit.at
        row.save(update_fields=["state", "ended_at"])
        audit.record("trainings.withdraw", row)
    first = active.first()
    if first is not None:
        raise errors.TrainingRefusal(
            "trainings_already_registered", state=str(enums.RegistrationState(first.state).label)
        )


def known_or_new(
    host: Organisation, data: Mapping[str, Any], *, at: datetime, scope: Scope | None = None
) -> Participant:
    """Return the participant with this address, locked. Data that is missing so far is added.
    `scope` is of a coordinator: they alone change existing data. Any visitor can type an address
    into a form, and certificates print the name.
    Shapes: `data` has email, name, country, language, and perhaps more `fields`; what it leaves out
    stays as it was. Errors: PermissionDenied; TransactionManagementError outside a transaction."""
    if scope is not None:
        access.must_plan(scope, host.pk)
    values = fields.read_answers(fields.PARTICIPANT, data)
    person, is_new = Participant.objects.select_for_update(of=("self",)).get_or_create(
        host=host, email=rules.folded(data["email"]), defaults={"created": at, **values}
    )
    if not is_new:
        _write(person, values if scope else _missing(person, values))
    return person


def _applicant(host: Organisation, data: Mapping[str, Any], *, at: datetime) -> Participant:
    """Return the participant with this address, locked, as `known_or_new` without a scope.
    The statements are the same for an address that is known and one that is new: the time that an
    application takes does not tell which it is."""
    values, email = fields.read_answers(fields.PARTICIPANT, data), rules.folded(data["email"])
    new = Participant(host=host, email=email, created=at, **values)
    Participant.objects.bulk_create([new], ignore_conflicts=True)
    person = Participant.objects.select_for_update(of=("self",)).get(host=host, email=email)
    missing = _missing(person, values)
    for name, value in missing.items():
        setattr(person, name, value)
    person.edited += bool(missing)
    person.save(update_fields=[*fields.ANSWERED, "edited"])
    return person


@transaction.atomic
def many_known_or_new(
    host: Organisation, people: Sequence[Mapping[str, Any]], *, at: datetime
) -> list[Participant]:
    """Return the participants of a list in its order. Shapes: as `known_or_new`, no address twice.
    One statement inserts the new ones, also when another list brings them at the same moment."""
    values = {
        rules.folded(each["email"]): fields.read_answers(fields.PARTICIPANT, each)
        for each in people
    }
    rows = Participant.objects.filter(host=host, email__in=values)
    existing = {*rows.order_by("pk").values_list("email", flat=True)}
    new = {
        email: Participant(host=host, email=email, created=at, **values[email])
        for email in sorted(values.keys() - existing)  # one order for all lists: no deadlock
    }
    Participant.objects.bulk_create(new.values(), ignore_conflicts=True)
    kept = rows.select_for_update(of=("self",)).select_related("sender", "cohort")
    by_email = {row.email: row for row in kept.order_by("email")}
    for email, person in by_email.items():
        if new.get(email) != person:
            _write(person, _missing(person, values[email]))
    return [by_email[email] for email in values]


def _missing(person: Participant, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in values.items()
        if getattr(person, name) in fields.EMPTY_VALUES
    }


def _write(person: Participant, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(person, name, value)
    if values:
        person.edited += 1
        person.save(update_fields=[*values, "edited"])
