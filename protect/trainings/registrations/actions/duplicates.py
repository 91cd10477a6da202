"""Possible duplicates: proposed each night, decided by a coordinator, counted accordingly.

Participants are not merged: both addresses stay, and only counts use the decision. It can be
changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import combinations
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from protect.orgs.scope import Scope
from protect.trainings.base import access
from protect.trainings.registrations.enums import Sign
from protect.trainings.registrations.facts import person_key
from protect.trainings.registrations.models import CountedPerson, Participant, PersonDoubt
from protect.trainings.registrations.rules import name_key

MOST = 5  # people with one name in one host's trainings: beyond, a name says nothing


@transaction.atomic
def propose_doubts(*, at: datetime) -> int:
    """Propose pairs of one host with one name and one more sign; return how many are new.

    What was decided before is not proposed again.
    """
    named: defaultdict[tuple[UUID, tuple[str, ...]], list[Participant]] = defaultdict(list)
    rows = Participant.objects.filter(erased_at=None).exclude(name="")
    for each in rows.order_by("pk"):
        named[each.host_id, name_key(each.name)].append(each)
    existing = set(PersonDoubt.objects.order_by("pk").values_list("first", "second"))
    pairs = [
        PersonDoubt(first=first, second=second, signs=[sign.value for sign in signs])
        for group in named.values()
        if len(group) <= MOST
        for first, second in combinations(sorted(group, key=lambda each: each.pk), 2)
        if (signs := [*signs_of(first, second)]) and (first.pk, second.pk) not in existing
    ]
    PersonDoubt.objects.bulk_create(pairs)
    return len(pairs)


def signs_of(first: Participant, second: Participant) -> Iterator[Sign]:
    """Yield what speaks for two people of one name being one."""
    if first.sender_id is not None and first.sender_id == second.sender_id:
        yield Sign.SENDER
    if first.profession and first.profession == second.profession:
        yield Sign.PROFESSION
    if first.email.partition("@")[0] == second.email.partition("@")[0]:
        yield Sign.ADDRESS


@transaction.atomic
def decide(scope: Scope, doubt: PersonDoubt, *, is_same: bool, at: datetime) -> PersonDoubt:
    """Say whether two are one. One counts once from now on, two are counted in the next night.

    Errors: PermissionDenied.
    """
    row = PersonDoubt.objects.select_for_update(of=("self",)).get(pk=doubt.pk)
    audit = access.planner_context(scope, row.first.host_id, at=at)
    row.is_same = is_same
    row.save(update_fields=["is_same"])
    if is_same:
        _count_once(keys_of([row.first])[row.first.pk], row.first.host_id)
    audit.record("trainings.decide_same" if is_same else "trainings.decide_different", row)
    return row


def keys_of(people: Iterable[Participant]) -> dict[UUID, frozenset[str]]:
    """Return by participant all keys under which they may be counted, those of duplicates included.

    Errors: match_key_missing.
    """
    own_emails = {each.pk: each.email for each in people}
    same, emails = _same_as(own_emails)
    emails |= own_emails
    return {
        pk: frozenset(person_key(emails[key]) for key in _reached(pk, same) if emails.get(key))
        for pk in own_emails
    }


def _same_as(people: Collection[UUID]) -> tuple[dict[UUID, set[UUID]], dict[UUID, str]]:
    """Return duplicates by participant, along chains of pairs, and the addresses of all of them."""
    same: defaultdict[UUID, set[UUID]] = defaultdict(set)
    emails: dict[UUID, str] = {}
    ask = set(people)
    while ask:
        rows = PersonDoubt.objects.filter(Q(first__in=ask) | Q(second__in=ask), is_same=True)
        pairs = rows.order_by("pk").values_list("first", "second", "first__email", "second__email")
        seen = set(same) | set(people)
        for first, second, one, other in pairs:
            same[first].add(second)
            same[second].add(first)
            emails |= {first: one, second: other}
        ask = set(same) - seen
    return same, emails


def _reached(pk: UUID, same: dict[UUID, set[UUID]]) -> set[UUID]:
    reached, ask = {pk}, [pk]
    while ask:
        new = same.get(ask.pop(), set()) - reached
        reached |= new
        ask += new
    return reached


def _count_once(keys: Collection[str], host: UUID) -> None:
    """Keep the first count of each measure under these keys.

    Counts of other hosts stay: a coordinator can write any address, and must not decide about
    participants counted elsewhere.
    """
    kept = set()
    for row in CountedPerson.objects.filter(person__in=keys).order_by("counted_on", "pk"):
        if row.measure in kept and row.organisation_id == host:
            row.delete()
        kept.add(row.measure)
