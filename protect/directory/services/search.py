"""Search and filters of the service list, among the services that the user may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from protect.directory import access
from protect.directory import search as name_search
from protect.directory.enums import Status
from protect.directory.extension import extensions
from protect.directory.models import LanguageOffered, Service
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
class SearchResult:
    """The services that match, in order."""

    rows: QuerySet[Service]
    is_cut: bool  # more hold the words than are shown


def search(scope: Scope, chosen: Mapping[str, str], sort: str) -> SearchResult:
    """Return the services that match `chosen` (ServiceFilter.chosen). `sort`: a key of SORTS.

    A fixed number of queries, however many services there are.
    """
    rows = access.services_of(scope)
    is_cut = False
    if typed := chosen.get("q"):
        keys = name_search.find(typed)
        is_cut = len(keys) >= name_search.MOST
        rows = rows.filter(pk__in=keys)
    for name, value in chosen.items():
        if name in PLAIN:
            rows = rows.filter(**{PLAIN[name]: value})
    if chosen.get("language"):
        spoken = LanguageOffered.objects.filter(language=chosen["language"])
        rows = rows.filter(pk__in=spoken.values("service"))  # a join would show it twice
    if chosen.get("state"):
        rows = rows.filter(_has_reason(chosen["state"]))
    if chosen.get("waits"):
        rows = _mine(scope, rows)
    return SearchResult(rows.order_by(*SORTS.get(sort, SORTS["name"])), is_cut)


PLAIN = {"country": "country", "status": "status", "kind": "categories"}


def _has_reason(reason: str) -> Q:
    """Return the condition on services that wait for a reason; false for an unknown one."""
    conditions = (each.services_with_reason(reason) for each in extensions())
    return next((each for each in conditions if each is not None), Q(pk__in=()))


def _mine(scope: Scope, rows: ServiceQuerySet) -> ServiceQuerySet:
    """Keep what waits for people like this one: drafts, reviews, and what they hold."""
    edits = access.countries_where(scope, Permission.EDIT_DIRECTORY)
    releases = access.countries_where(scope, Permission.RELEASE_DIRECTORY)
    mine = Q(status=Status.DRAFT, country__in=edits) | Q(status=Status.REVIEW, country__in=releases)
    for extension in extensions():
        if (held := extension.services_held_by(scope)) is not None:
            mine |= held
    return rows.filter(mine)
