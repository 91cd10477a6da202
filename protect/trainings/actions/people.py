"""Participants of a host: one row for an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from protect.orgs.models import Organisation
from protect.trainings.enums import Sex
from protect.trainings.models import Participant

# What a later registration says anew of somebody who is known.
TOLD = ("name", "sender", "cohort", "profession", "sector", "sex", "age_band")


def folded(email: str) -> str:
    """Return an address as it is kept: who writes it with capitals is the same person."""
    return email.strip().casefold()


@transaction.atomic
def known_or_new(host: Organisation, told: Mapping[str, Any], *, at: datetime) -> Participant:
    """Return the participant with this address, with what is said of them now.

    Shapes: `told` has email, name, country, language, and perhaps more of TOLD; what it leaves out
    stays as it was.
    """
    given = _given(told)
    person, is_new = Participant.objects.select_for_update(of=("self",)).get_or_create(
        host=host, email=folded(told["email"]), defaults={"created": at, **given}
    )
    if not is_new:
        if given.get("sex") == Sex.UNDISCLOSED:
            del given["sex"]  # nobody said it this time
        for name, value in given.items():
            setattr(person, name, value)
        person.save(update_fields=[name.removesuffix("_id") for name in given])
    return person


@transaction.atomic
def many_known_or_new(
    host: Organisation, told: Sequence[Mapping[str, Any]], *, at: datetime
) -> list[Participant]:
    """Return the participants of a list in its order. Shapes: as `known_or_new`, no address twice.

    Who is known is written anew one by one; the others come in one statement.
    """
    emails = [folded(each["email"]) for each in told]
    rows = Participant.objects.filter(host=host, email__in=emails).values_list("email", flat=True)
    known = {*rows.order_by("pk")}
    new = [
        Participant(host=host, email=email, created=at, **_given(each))
        for email, each in zip(emails, told, strict=True)
        if email not in known
    ]
    found = {row.email: row for row in Participant.objects.bulk_create(new)}
    for email, each in zip(emails, told, strict=True):
        if email in known:
            found[email] = known_or_new(host, each, at=at)
    return [found[email] for email in emails]


def _given(told: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: told[name] for name in TOLD if told.get(name) not in (None, "")}
    return given | {"country_id": told["country"], "language_id": told["language"]}
