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
    """Return an address as it is kept: who writes it with capitals is the same person."""
    return email.strip().casefold()


def known_or_new(
    host: Organisation, told: Mapping[str, Any], *, at: datetime, scope: Scope | None = None
) -> Participant:
    """Return the participant with this address, locked. What is not known of them yet is added.

    `scope` is of whoever plans: they alone change what is known. Anybody can write an address into
    a form, and certificates print the name.
    Shapes: `told` has email, name, country, language, and perhaps more of TOLD; what it leaves out
    stays as it was. Errors: PermissionDenied; TransactionManagementError outside a transaction.
    """
    if scope is not None:
        access.must_plan(scope, host.pk)
    given = _given(told)
    person, is_new = Participant.objects.select_for_update(of=("self",)).get_or_create(
        host=host, email=folded(told["email"]), defaults={"created": at, **given}
    )
    if not is_new:
        _write(person, given if scope else _unsaid(person, given))
    return person


def applicant(host: Organisation, told: Mapping[str, Any], *, at: datetime) -> Participant:
    """Return the participant with this address, locked, as `known_or_new` without a scope.

    The statements are the same for an address that is known and one that is new: the time that an
    application takes does not tell which it is.
    Errors: TransactionManagementError outside a transaction.
    """
    given, email = _given(told), folded(told["email"])
    new = Participant(host=host, email=email, created=at, **given)
    Participant.objects.bulk_create([new], ignore_conflicts=True)
    person = Participant.objects.select_for_update(of=("self",)).get(host=host, email=email)
    unsaid = _unsaid(person, given)
    for name, value in unsaid.items():
        setattr(person, name, value)
    person.edited += bool(unsaid)
    person.save(update_fields=[*TOLD, "edited"])
    return person


@transaction.atomic
def many_known_or_new(
    host: Organisation, told: Sequence[Mapping[str, Any]], *, at: datetime
) -> list[Participant]:
    """Return the participants of a list in its order. Shapes: as `known_or_new`, no address twice.

    Who is new comes in one statement, also when another list brings them at the same moment.
    """
    said = {folded(each["email"]): _given(each) for each in told}
    rows = Participant.objects.filter(host=host, email__in=said)
    known = {*rows.order_by("pk").values_list("email", flat=True)}
    new = [
        Participant(host=host, email=email, created=at, **said[email])
        for email in sorted(said.keys() - known)  # all lists in one order: none waits for another
    ]
    Participant.objects.bulk_create(new, ignore_conflicts=True)
    mine = {each.pk for each in new}
    locked = rows.select_for_update(of=("self",)).select_related("sender", "cohort")
    found = {row.email: row for row in locked.order_by("email")}
    for email, person in found.items():
        if person.pk not in mine:
            _write(person, _unsaid(person, said[email]))
    return [found[email] for email in said]


def _given(told: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: told[name] for name in TOLD if told.get(name) not in UNSAID}
    return given | {"country_id": told["country"], "language_id": told["language"]}


def _unsaid(person: Participant, given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if getattr(person, name) in UNSAID}


def _write(person: Participant, given: Mapping[str, Any]) -> None:
    if not given:
        return
    for name, value in given.items():
        setattr(person, name, value)
    person.edited += 1
    person.save(update_fields=[*(name.removesuffix("_id") for name in given), "edited"])
