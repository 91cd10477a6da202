"""Possible duplicates: proposed each night, decided by a coordinator.
Participants are not merged: only counts use the decision, and it can be changed."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import combinations
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from protect.orgs.scope import Scope
from protect.trainings.base import access
from protect.trainings.registrations import enums, facts, rules
from protect.trainings.registrations.models import CountedPerson, Participant, PersonDoubt

MOST = 5  # people with one name in one host's trainings: beyond, a name says nothing


@transaction.atomic
def propose_doubts(*, at: datetime) -> int:
    """Propose pairs of one host with one name and one more sign, once; return how many are new."""
    named: defaultdict[tuple[UUID, tuple[str, ...]], list[Participant]] = defaultdict(list)
    for person in Participant.objects.filter(erased_at=None).exclude(name="").order_by("pk"):
        named[person.host_id, rules.name_key(person.name)].append(person)
    existing = set(PersonDoubt.objects.order_by("pk").values_list("first", "second"))
    pairs = [
        PersonDoubt(first=first, second=second, signs=[sign.value for sign in signs])
        for group in named.values()
        if len(group) <= MOST
        for first, second in combinations(group, 2)
        if (signs := [*signs_of(first, second)]) and (first.pk, second.pk) not in existing
    ]
    PersonDoubt.objects.bulk_create(pairs)
    return len(pairs)


def signs_of(first: Participant, second: Participant) -> Iterator[enums.Sign]:
    """Yield what speaks for two people of one name being one."""
    if first.sender_id is not None and first.sender_id == second.sender_id:
        yield enums.Sign.SENDER
    if first.profession and first.profession == second.profession:
        yield enums.Sign.PROFESSION
    if first.email.partition("@")[0] == second.email.partition("@")[0]:
        yield enums.Sign.ADDRESS


@transaction.atomic
def decide(scope: Scope, doubt: PersonDoubt, *, is_same: bool, at: datetime) -> PersonDoubt:
    """Say whether two are one; two are counted in the next night. Errors: PermissionDenied."""
    row = PersonDoubt.objects.select_for_update(of=("self",)).get(pk=doubt.pk)
    audit = access.planner_context(scope, row.first.host_id, at=at)
    row.is_same = is_same
    row.save(update_fields=["is_same"])
    if is_same:
        _count_once(keys_of([row.first])[row.first.pk], row.first.host_id)
    audit.record("trainings.decide_same" if is_same else "trainings.decide_different", row)
    return row


def keys_of(people: Collection[Participant]) -> dict[UUID, frozenset[str]]:
    """Return by participant the keys under which they may be counted. Errors: match_key_missing."""
    emails = {person.pk: person.email for person in people}
    group_of = {pk: {pk} for pk in emails}  # one set for all members of a chain of pairs
    ask = set(emails)
    while ask:
        rows = PersonDoubt.objects.filter(Q(first__in=ask) | Q(second__in=ask), is_same=True)
        pairs = rows.order_by("pk").values_list("first", "second", "first__email", "second__email")
        seen = set(emails)
        for first, second, first_email, second_email in pairs:
            emails = {first: first_email, second: second_email} | emails
            group = group_of.setdefault(first, {first}) | group_of.setdefault(second, {second})
            group_of |= dict.fromkeys(group, group)
        ask = set(emails) - seen
    return {
        person.pk: frozenset(
            facts.person_key(emails[pk]) for pk in group_of[person.pk] if emails[pk]
        )
        for person in people
    }


def _count_once(keys: Collection[str], host: UUID) -> None:
    """Keep the first count of each measure under these keys.
    Counts of other hosts stay: a coordinator can write any address, but decides for one."""
    kept = set()
    for row in CountedPerson.objects.filter(person__in=keys).order_by("counted_on", "pk"):
        if row.measure in kept and row.organisation_id == host:
            row.delete()
        kept.add(row.measure)
