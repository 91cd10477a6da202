"""Registration of one participant, a group or a list, by an applicant or a coordinator. Seats are
counted under a lock of the edition, which is taken before that of a participant. Source:
docs/adr/0027-trainings.md; docs/adr/0028-links-without-account.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4, uuid5

from django.db import transaction

from protect.audit.context import AuditContext
from protect.kernel.database import commit_if
from protect.kernel.ids import hash_token
from protect.orgs.models import Organisation
from protect.orgs.rules import EMPTIED_ADDRESS_SUFFIX
from protect.orgs.scope import Scope
from protect.trainings.base import access, errors
from protect.trainings.registrations import enums, fields, rules
from protect.trainings.registrations.actions import mail, seats
from protect.trainings.registrations.models import Participant, Registration, Sender
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition

type Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a registration. A form posted twice with one `sent_key` counts once.
    `is_proven` is False if any visitor may have typed the address: it then takes no seat until the
    applicant confirms it by the mailed link. `answers` are by attribute of the registration."""

    source: enums.Source
    sender: Sender | None = None
    group: UUID | None = None
    sent_key: UUID = field(default_factory=uuid4)
    is_proven: bool = True
    answers: Answers = field(default_factory=dict)

    def with_answers(self, data: Answers) -> "Origin":
        """Return a copy with those answers of a form that the registration stores."""
        return replace(self, answers=fields.split_answers(data).of_registration)


@transaction.atomic
def apply(edition: Edition, data: Answers, origin: Origin, *, at: datetime) -> None:
    """Register an applicant and mail the link; to a registered address only mail the link again.
    For a registered address, too, a registration is stored, but rolled back: statements, mails
    and keyed hashes are the same, so that the response time does not reveal the difference.
    Shapes: `data` as in `get_or_create_participant`. Errors: trainings_window_closed."""
    host, edition = edition.host, seats.lock_edition(edition.pk)
    email, answers = rules.fold_email(data["email"]), fields.split_answers(data)
    origin = replace(origin, answers=answers.of_registration)
    rows = edition.registrations.active().filter(participant__email=email)
    registered = rows.select_related("participant").order_by("pk").first()
    with commit_if(registered is None):
        used_email = f"{uuid4()}{EMPTIED_ADDRESS_SUFFIX}" if registered else email
        person = _ensure_applicant(host, used_email, answers.of_participant, at=at)
        stored = _store_once(edition, [person], origin, at=at)
    row, is_wanted = stored.rows[0], stored.is_new
    if registered is not None:  # a form that is posted twice is answered by one mail
        row = registered
        is_wanted = row.sent_key != _idempotency_key(origin, row.participant_id)
    mail.mail_link_if_wanted(row, is_wanted=is_wanted, at=at)


@transaction.atomic
def register_participant(
    edition: Edition,
    person: Participant,
    origin: Origin,
    *,
    at: datetime,
    scope: Scope | None = None,
) -> Registration:
    """Register a participant. `scope` is of the coordinator; None if the participant applies.
    Errors: PermissionDenied; trainings_window_closed; trainings_already_registered."""
    return _register_locked(seats.lock_edition(edition.pk), [person], origin, at=at, scope=scope)[0]


@transaction.atomic
def register_from_form(
    edition: Edition, data: Answers, origin: Origin, *, at: datetime, scope: Scope | None = None
) -> Registration:
    """Register the participant that a form describes. A refusal stores none of its data.
    Shapes: `data` as in `get_or_create_participant`. Errors: as `register_participant`."""
    locked = seats.lock_edition(edition.pk)  # before the participant, as for lists: no deadlock
    person = get_or_create_participant(edition.host, data, at=at, scope=scope)
    return _register_locked(locked, [person], origin.with_answers(data), at=at, scope=scope)[0]


@transaction.atomic
def register_people(
    edition: Edition,
    people: Sequence[Participant],
    origin: Origin,
    *,
    at: datetime,
    scope: Scope | None = None,
    is_together: bool = False,
) -> list[Registration]:
    """Register the people of a list, in its order. If `is_together`, all get a seat or all wait,
    and each has an audit entry; any other list is audited by the caller.
    Errors: as `register_participant`; if one of them is refused, none is registered."""
    if is_together:
        origin = replace(origin, group=origin.group or uuid4())
    locked = seats.lock_edition(edition.pk)
    return _register_locked(locked, people, origin, at=at, scope=scope, is_audited=is_together)


def is_registration_open(edition: Edition, at: datetime) -> bool:
    """Return whether people can apply or be nominated: until the last session at the latest."""
    return (
        edition.state == EditionState.OPEN
        and (edition.opens_at is None or edition.opens_at <= at)
        and (edition.closes_at is None or at < edition.closes_at)
        and not edition.has_ended(at)
    )


def can_register(scope: Scope | None, edition: Edition, at: datetime) -> bool:
    """Return whether people can be registered; by a coordinator (`scope`) even after closing."""
    if scope is None:
        return is_registration_open(edition, at)
    return edition.state in seats.SEAT_OFFERING_STATES


def _register_locked(
    edition: Edition,
    people: Sequence[Participant],
    origin: Origin,
    *,
    at: datetime,
    scope: Scope | None = None,
    is_audited: bool = True,
) -> list[Registration]:
    """Store registrations in a locked edition, mail their links, and offer its free seats."""
    stored = _store_once(edition, people, origin, at=at, scope=scope, is_audited=is_audited)
    rows = stored.rows
    if stored.is_new:
        mail.mail_new_registrations(rows, at=at)
    if stored.is_settled:  # returns early, so that the lock is short
        return rows
    offered = {row.pk: row for row in seats.offer_free_seats(edition, at=at)}
    return [offered.get(row.pk, row) for row in rows]


class _StoreResult(NamedTuple):
    """Registrations that were stored now, or earlier if the same form was posted before."""

    rows: list[Registration]
    is_new: bool  # False: the form was posted before
    is_settled: bool  # no further offer is due; True if posted before


def _store_once(
    edition: Edition,
    people: Sequence[Participant],
    origin: Origin,
    *,
    at: datetime,
    scope: Scope | None = None,
    is_audited: bool = True,
) -> _StoreResult:
    """Store and audit registrations, unless the same form was posted before."""
    audit = access.planner_or_link_context(scope, edition.host_id, at=at)
    access.must_belong_to(edition.host_id, origin.sender)
    keys = [_idempotency_key(origin, person.pk) for person in people]
    by_key = {row.sent_key: row for row in edition.registrations.filter(sent_key__in=keys)}
    if by_key.keys() == set(keys):
        return _StoreResult([by_key[key] for key in keys], is_new=False, is_settled=True)
    if not can_register(scope, edition, at):
        raise errors.TrainingRefusal("trainings_window_closed")
    _must_not_be_registered(edition, people, origin, audit)
    rows = [  # microseconds keep the order of a list
        _build_registration(edition, person, origin, at + timedelta(microseconds=position))
        for position, person in enumerate(people)
    ]
    is_settled = seats.store_registrations(edition, rows, is_proven=origin.is_proven, at=at)
    for row in rows if is_audited else ():
        audit.record("trainings.register", row)
    return _StoreResult(rows, is_new=True, is_settled=is_settled)


def _idempotency_key(origin: Origin, participant: UUID) -> UUID:
    return uuid5(origin.sent_key, str(participant))


def _build_registration(
    edition: Edition, person: Participant, origin: Origin, at: datetime
) -> Registration:
    """Return an unsaved registration, with the hash of its own link but without a state."""
    row = Registration(
        edition=edition,
        participant=person,
        sender=origin.sender,
        source=origin.source,
        group=origin.group,
        applied_at=at,
        sent_key=_idempotency_key(origin, person.pk),
        **origin.answers,
    )
    row.token_hash = hash_token(row.own_token())
    return row


def _must_not_be_registered(
    edition: Edition, people: Sequence[Participant], origin: Origin, audit: AuditContext
) -> None:
    """Refuse registered people. A proven `origin` first ends their unproven applications."""
    active = edition.registrations.active().filter(participant__in=people).order_by("pk")
    for row in active.unproven() if origin.is_proven else ():
        row.state, row.ended_at = enums.RegistrationState.WITHDRAWN, audit.at
        row.save(update_fields=["state", "ended_at"])
        audit.record("trainings.withdraw", row)
    first = active.first()
    if first is not None:
        state = str(enums.RegistrationState(first.state).label)
        raise errors.TrainingRefusal("trainings_already_registered", state=state)


def get_or_create_participant(
    host: Organisation, data: Answers, *, at: datetime, scope: Scope | None = None
) -> Participant:
    """Return the participant with this address, locked; create them if there is none. Only a
    coordinator (`scope`) changes stored data; others only add what is missing, because any visitor
    can type an address, and certificates print the name. Shapes: `data` has email, name, country,
    language, and perhaps more `fields`. Errors: PermissionDenied; TransactionManagementError."""
    if scope is not None:
        access.must_plan(scope, host.pk)
    values = fields.read_answers(fields.PARTICIPANT, data)
    person, is_new = Participant.objects.select_for_update(of=("self",)).get_or_create(
        host=host, email=rules.fold_email(data["email"]), defaults={"created": at, **values}
    )
    if not is_new:
        _overwrite_values(person, values if scope else _values_to_fill_in(person, values))
    return person


def _ensure_applicant(
    host: Organisation, email: str, values: Answers, *, at: datetime
) -> Participant:
    """Return the participant with this address, locked, as `get_or_create_participant` does. Known
    and new addresses take the same statements, so that the time does not reveal which it is."""
    new = Participant(host=host, email=email, created=at, **values)
    Participant.objects.bulk_create([new], ignore_conflicts=True)
    person = Participant.objects.select_for_update(of=("self",)).get(host=host, email=email)
    missing = _values_to_fill_in(person, values)
    for name, value in missing.items():
        setattr(person, name, value)
    person.edited += bool(missing)
    person.save(update_fields=[*fields.SAVED_ANSWER_ATTRIBUTES, "edited"])
    return person


@transaction.atomic
def get_or_create_participants(
    host: Organisation, people: Sequence[Answers], *, at: datetime
) -> list[Participant]:
    """Return the participants of a list, locked, in its order; create missing ones, fill in
    values that stored ones lack. One statement inserts all new ones, even if another list adds
    them at the same moment. Shapes: as `get_or_create_participant`, no address twice."""
    values = {
        rules.fold_email(listed["email"]): fields.read_answers(fields.PARTICIPANT, listed)
        for listed in people
    }
    rows = Participant.objects.filter(host=host, email__in=values)
    existing = {*rows.order_by("pk").values_list("email", flat=True)}
    new = {
        email: Participant(host=host, email=email, created=at, **values[email])
        for email in sorted(values.keys() - existing)  # one order for every list: no deadlock
    }
    Participant.objects.bulk_create(new.values(), ignore_conflicts=True)
    locked_rows = rows.select_for_update(of=("self",)).select_related("sender", "cohort")
    by_email = {row.email: row for row in locked_rows.order_by("email")}
    for email, person in by_email.items():
        if new.get(email) != person:
            _overwrite_values(person, _values_to_fill_in(person, values[email]))
    return [by_email[email] for email in values]


def _values_to_fill_in(person: Participant, values: Answers) -> dict[str, Any]:
    """Return the given values for which the stored participant has none."""
    missing = [name for name in values if getattr(person, name) in fields.EMPTY_VALUES]
    return {name: values[name] for name in missing}


def _overwrite_values(person: Participant, values: Answers) -> None:
    for name, value in values.items():
        setattr(person, name, value)
    if values:
        person.edited += 1
        person.save(update_fields=[*values, "edited"])
