"""Which services somebody at the desk looks for, among those that they may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from protect.directory import access, lookup
from protect.directory.enums import QueueState, Status
from protect.directory.models import LanguageOffered, QueueItem, Service
from protect.directory.queries import ServiceQuerySet
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope

MINE = "mine"
# What the columns of the table sort by.
SORTS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "pk"),
    "-name": ("-name", "-pk"),
    "country": ("country", "name", "pk"),
    "-country": ("-country", "name", "pk"),
    "status": ("status", "name", "pk"),
    "-status": ("-status", "name", "pk"),
    "changed": ("last_modified", "pk"),
    "-changed": ("-last_modified", "-pk"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """The services that somebody may see and looked for, in order."""

    rows: QuerySet[Service]
    is_cut: bool  # more hold the words than are shown


def search(scope: Scope, chosen: Mapping[str, str], sort: str) -> Found:
    """Return what somebody looked for, as `forms.searching` reads it. `sort`: a key of SORTS.

    A fixed number of queries, however many services there are.
    """
    rows = access.services_of(scope)
    is_cut = False
    if typed := chosen.get("q"):
        keys = lookup.found(typed)
        is_cut = len(keys) >= lookup.MOST
        rows = rows.filter(pk__in=keys)
    for name, value in chosen.items():
        if name in PLAIN:
            rows = rows.filter(**{PLAIN[name]: value})
    if chosen.get("language"):
        spoken = LanguageOffered.objects.filter(language=chosen["language"])
        rows = rows.filter(pk__in=spoken.values("service"))  # a join would show it twice
    if chosen.get("state"):
        rows = rows.filter(pk__in=_waiting_for(chosen["state"]).values("service"))
    if chosen.get("waits"):
        rows = _mine(scope, rows)
    return Found(rows.order_by(*SORTS.get(sort, SORTS["name"])), is_cut)


PLAIN = {
    "country": "country",
    "status": "status",
    "kind": "categories",
}


def _waiting_for(reason: str) -> QuerySet[QueueItem]:
    """Return what waits to be checked for a reason: the queue knows what is old."""
    rows = QueueItem.objects.waiting().annotate(said=Cast("reasons", TextField()))
    return rows.filter(said__contains=f'"{reason}"')


def _mine(scope: Scope, rows: ServiceQuerySet) -> ServiceQuerySet:
    """Keep what only somebody like this person can bring on: drafts, reviews, what they took."""
    held = QueueItem.objects.filter(state=QueueState.CLAIMED, claimed_by=scope.user_id)
    edits = access.countries_where(scope, Permission.EDIT_DIRECTORY)
    releases = access.countries_where(scope, Permission.RELEASE_DIRECTORY)
    return rows.filter(
        Q(status=Status.DRAFT, country__in=edits)
        | Q(status=Status.REVIEW, country__in=releases)
        | Q(pk__in=held.values("service"))
    )
