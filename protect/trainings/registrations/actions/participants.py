"""Participants of a host: one row for an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.base import access
from protect.trainings.registrations.enums import Sex
from protect.trainings.registrations.models import Participant

TOLD = ("name", "sender", "cohort", "profession", "sector", "sex", "age_band")
UNSAID = (None, "", Sex.UNDISCLOSED)


def folded(email: str) -> str:
    """Return an address as it is stored: folded, so that capitals make no second participant."""
    return email.strip().casefold()


def known_or_new(
    host: Organisation, data: Mapping[str, Any], *, at: datetime, scope: Scope | None = None
) -> Participant:
    """Return the participant with this address, locked. Data that is missing so far is added.

    `scope` is of a coordinator: they alone change existing data. Any visitor can type an address
    into a form, and certificates print the name.
    Shapes: `data` has email, name, country, language, and perhaps more of TOLD; what it leaves out
    stays as it was. Errors: PermissionDenied; TransactionManagementError outside a transaction.
    """
    if scope is not None:
        access.must_plan(scope, host.pk)
    values = _field_values(data)
    person, is_new = Participant.objects.select_for_update(of=("self",)).get_or_create(
        host=host, email=folded(data["email"]), defaults={"created": at, **values}
    )
    if not is_new:
        _write(person, values if scope else _unsaid(person, values))
    return person


def applicant(host: Organisation, data: Mapping[str, Any], *, at: datetime) -> Participant:
    """Return the participant with this address, locked, as `known_or_new` without a scope.

    The statements are the same for an address that is known and one that is new: the time that an
    application takes does not tell which it is.
    Errors: TransactionManagementError outside a transaction.
    """
    values, email = _field_values(data), folded(data["email"])
    new = Participant(host=host, email=email, created=at, **values)
    Participant.objects.bulk_create([new], ignore_conflicts=True)
    person = Participant.objects.select_for_update(of=("self",)).get(host=host, email=email)
    unsaid = _unsaid(person, values)
    for name, value in unsaid.items():
        setattr(person, name, value)
    person.edited += bool(unsaid)
    person.save(update_fields=[*TOLD, "edited"])
    return person


@transaction.atomic
def many_known_or_new(
    host: Organisation, people: Sequence[Mapping[str, Any]], *, at: datetime
) -> list[Participant]:
    """Return the participants of a list in its order. Shapes: as `known_or_new`, no address twice.

    One statement inserts the new ones, also when another list brings them at the same moment.
    """
    values = {folded(each["email"]): _field_values(each) for each in people}
    rows = Participant.objects.filter(host=host, email__in=values)
    existing = {*rows.order_by("pk").values_list("email", flat=True)}
    new = [
        Participant(host=host, email=email, created=at, **values[email])
        for email in sorted(values.keys() - existing)  # one order for all lists: no deadlock
    ]
    Participant.objects.bulk_create(new, ignore_conflicts=True)
    mine = {each.pk for each in new}
    locked = rows.select_for_update(of=("self",)).select_related("sender", "cohort")
    by_email = {row.email: row for row in locked.order_by("email")}
    for email, person in by_email.items():
        if person.pk not in mine:
            _write(person, _unsaid(person, values[email]))
    return [by_email[email] for email in values]


def _field_values(data: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: data[name] for name in TOLD if data.get(name) not in UNSAID}
    return values | {"country_id": data["country"], "language_id": data["language"]}


def _unsaid(person: Participant, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if getattr(person, name) in UNSAID}


def _write(person: Participant, values: Mapping[str, Any]) -> None:
    if not values:
        return
    for name, value in values.items():
        setattr(person, name, value)
    person.edited += 1
    person.save(update_fields=[*(name.removesuffix("_id") for name in values), "edited"])
