"""Possible duplicate participants: proposed each night, decided by a coordinator. The two
participants are not merged: only counts use the decision, and it can be changed."""

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

MAX_SAME_NAME = 5  # people: a name that more people share is too common to be a sign


@transaction.atomic
def propose_duplicates(*, at: datetime) -> int:
    """Propose pairs at one host with the same name and another shared sign; return how many."""
    people_by_name: defaultdict[tuple[UUID, tuple[str, ...]], list[Participant]] = defaultdict(list)
    for person in Participant.objects.filter(erased_at=None).exclude(name="").order_by("pk"):
        people_by_name[person.host_id, rules.name_key(person.name)].append(person)
    existing = set(PersonDoubt.objects.order_by("pk").values_list("first", "second"))
    pairs = [
        PersonDoubt(first=first, second=second, signs=[sign.value for sign in signs])
        for group in people_by_name.values()
        if len(group) <= MAX_SAME_NAME
        for first, second in combinations(group, 2)
        if (signs := [*shared_signs(first, second)]) and (first.pk, second.pk) not in existing
    ]
    PersonDoubt.objects.bulk_create(pairs)
    return len(pairs)


def shared_signs(first: Participant, second: Participant) -> Iterator[enums.Sign]:
    """Yield the signs that two participants share: sender, profession, address before the “@”."""
    if first.sender_id is not None and first.sender_id == second.sender_id:
        yield enums.Sign.SENDER
    if first.profession and first.profession == second.profession:
        yield enums.Sign.PROFESSION
    if first.email.partition("@")[0] == second.email.partition("@")[0]:
        yield enums.Sign.ADDRESS


@transaction.atomic
def decide_pair(scope: Scope, doubt: PersonDoubt, *, is_same: bool, at: datetime) -> PersonDoubt:
    """Record if two participants are one person, counted once if so. Errors: PermissionDenied."""
    row = PersonDoubt.objects.select_for_update(of=("self",)).get(pk=doubt.pk)
    audit = access.planner_context(scope, row.first.host_id, at=at)
    row.is_same = is_same
    row.save(update_fields=["is_same"])
    if is_same:
        _delete_double_counts(counting_keys([row.first])[row.first.pk], row.first.host_id)
    audit.record("trainings.decide_same" if is_same else "trainings.decide_different", row)
    return row


def counting_keys(people: Collection[Participant]) -> dict[UUID, frozenset[str]]:
    """Return by id the `person_key`s of own and decided duplicates. Errors: match_key_missing."""
    emails = {person.pk: person.email for person in people}
    groups = {pk: {pk} for pk in emails}  # linked participants share one set
    unexplored = set(emails)
    while unexplored:
        is_linked = Q(first__in=unexplored) | Q(second__in=unexplored)
        rows = PersonDoubt.objects.filter(is_linked, is_same=True)
        pairs = rows.order_by("pk").values_list("first", "second", "first__email", "second__email")
        explored = set(emails)
        for first, second, first_email, second_email in pairs:
            emails = {first: first_email, second: second_email} | emails
            group = groups.setdefault(first, {first}) | groups.setdefault(second, {second})
            groups |= dict.fromkeys(group, group)
        unexplored = set(emails) - explored
    keys = {pk: facts.person_key(email) for pk, email in emails.items() if email}
    return {
        person.pk: frozenset(keys[pk] for pk in groups[person.pk] if pk in keys)
        for person in people
    }


def _delete_double_counts(keys: Collection[str], host_id: UUID) -> None:
    """Delete what this host organisation counted again of each measure under these keys. Counts of
    other organisations stay: a coordinator can type any address, but decides for one host."""
    counted_measures = set()
    for row in CountedPerson.objects.filter(person__in=keys).order_by("counted_on", "pk"):
        if row.measure in counted_measures and row.organisation_id == host_id:
            row.delete()
        counted_measures.add(row.measure)
