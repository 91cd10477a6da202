"""What the audit says to those who may read it: whose deed, in a sentence, to what.

Entries hold codes and ids. Names are put beside them here, those of one's own organisations alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from protect.audit.models import Entry
from protect.audit.queries import PAGE, EntryQuerySet
from protect.audit.rules import DONE
from protect.orgs import sentences
from protect.orgs.access import must
from protect.orgs.enums import Permission
from protect.orgs.models import Membership, Organisation, Team, User
from protect.orgs.scope import Scope
from protect.ui import moments

SYSTEM = "system"  # whoever looks for what no person did
CHUNK = 2000  # entries fetched at a time
SHORT = 8  # digits of an id that tell it from others on a page

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)  # of a search


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for. What cannot be read is not looked for."""

    person: str = ""
    action: str = ""
    day: date | None = None
    before: int | None = None

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Asked:
        """Return what stands in an address."""
        action, before = fields.get("action", ""), fields.get("before", "")
        known = {code for _, group in sentences.GROUPS for code in group} | set(sentences.ACTIONS)
        return cls(
            person=_person(fields.get("person", "")),
            action=action if action in known else "",
            day=_day(fields.get("day", "")),
            before=int(before) if before.isascii() and before.isdigit() else None,
        )

    @property
    def is_narrow(self) -> bool:
        """Return whether some entries are left out."""
        return bool(self.person or self.action or self.day)


class Told(NamedTuple):
    """An entry as somebody reads it. `kind` and `pk` lead to what else was done to the thing."""

    n: int
    at: datetime
    text: Promise | str
    who: str
    thing: Promise | str  # what kind it is, in words
    name: str
    kind: str
    pk: str
    consent: str  # the beginning of its id, "" for what needs none
    by_role: bool  # a person's role was the basis
    refused: str  # the code of a refusal, "" for what was done


class Page(NamedTuple):
    """Some entries, and the number under which the next older ones stand, None at the end."""

    entries: list[Told]
    older: int | None


def page_of(scope: Scope, organisation: Organisation, asked: Asked) -> Page:
    """Return a page of what was done in an organisation. Errors: PermissionDenied."""
    must(scope, Permission.READ_AUDIT, organisation=organisation)
    rows = list(_asked(organisation, asked).page(before=asked.before, size=PAGE + 1))
    older = rows[PAGE - 1].n if len(rows) > PAGE else None
    return Page(tell(rows[:PAGE], {organisation.pk}), older)


def lines(organisation: Organisation, asked: Asked, *, upto: int) -> Iterator[Entry]:
    """Yield what an export holds, the oldest first, a few thousand in memory at a time."""
    last = 0
    while rows := list(
        _asked(organisation, asked).filter(n__gt=last, n__lte=upto).order_by("n")[:CHUNK]
    ):
        yield from rows
        last = rows[-1].n


def trail(scope: Scope, kind: str, pk: UUID) -> EntryQuerySet:
    """Return what was done to one thing, as far as one may read it, the newest first.

    Errors: Http404 where that is nothing: foreign and missing look the same.
    """
    mine = scope.organisations_where(Permission.READ_AUDIT)
    rows = Entry.objects.about(f"{kind}:{pk}").filter(org__in=mine)
    if not rows.exists():
        raise Http404
    return rows.newest_first()


def tell(entries: Iterable[Entry], organisations: Collection[UUID]) -> list[Told]:
    """Say entries in sentences, with the names that members of these organisations may know."""
    rows = list(entries)
    people = _people({each.actor_id for each in rows if each.actor_id}, organisations)
    things = _things([each.target for each in rows], organisations)
    return [_told(each, people, things) for each in rows]


def colleagues(organisation: Organisation) -> list[tuple[str, str]]:
    """Return id and name of everybody who had a place there, to look for what they did."""
    rows = Membership.objects.filter(organisation=organisation).values("user")
    people = User.objects.filter(pk__in=rows).exclude(name="").order_by("name", "pk")
    return [(str(pk), name) for pk, name in people.values_list("pk", "name")]


def looked_for(asked: Asked, people: Mapping[str, str]) -> list[str]:
    """Return in words what is looked for: a printed extract says what it leaves out."""
    found = []
    if asked.person == SYSTEM:
        found.append(_("the system"))
    elif asked.person:
        found.append(people.get(asked.person, asked.person[:SHORT]))
    if asked.action:
        found.append(str(sentences.FAMILIES.get(asked.action, sentences.sentence(asked.action))))
    return [*found, moments.exact(asked.day)] if asked.day else found


def name_of(kind: str, pk: UUID, organisations: Collection[UUID]) -> str:
    """Return what a thing is called, else the beginning of its id."""
    return _things([f"{kind}:{pk}"], organisations).get(f"{kind}:{pk}", str(pk)[:SHORT])


def _asked(organisation: Organisation, asked: Asked) -> EntryQuerySet:
    rows = Entry.objects.of_organisation(organisation.pk)
    if asked.person:
        rows = rows.filter(actor=None if asked.person == SYSTEM else UUID(asked.person))
    if asked.action in sentences.FAMILIES:
        rows = rows.filter(action__startswith=asked.action)
    elif asked.action:
        rows = rows.filter(action=asked.action)
    if asked.day and not FIRST_DAY <= asked.day <= LAST_DAY:
        return rows.none()
    if asked.day:
        begins = timezone.make_aware(datetime.combine(asked.day, time.min))
        ends = timezone.make_aware(datetime.combine(asked.day + timedelta(days=1), time.min))
        rows = rows.filter(at__gte=begins, at__lt=ends)
    return rows


def _told(entry: Entry, people: Mapping[UUID, str], things: Mapping[str, str]) -> Told:
    kind, _colon, pk = entry.target.partition(":")
    return Told(
        n=entry.n,
        at=entry.at,
        text=sentences.sentence(entry.action),
        who=_who(entry.actor_id, people),
        thing=sentences.thing(kind),
        name=things.get(entry.target, pk[:SHORT]),
        kind=kind,
        pk=pk,
        consent=str(entry.consent)[:SHORT] if entry.consent else "",
        by_role=entry.actor_id is not None and entry.consent is None,
        refused="" if entry.outcome == DONE else entry.outcome,
    )


def _who(actor: UUID | None, people: Mapping[UUID, str]) -> str:
    if actor is None:
        # Translators: who did it, in the history: no person, but the clock or a command.
        return _("the system")
    if actor not in people:
        # Translators: who did it, in the history.
        return _("somebody of another organisation")
    # Translators: who did it, in the history: the name was erased three years after they left.
    return people[actor] or _("somebody who left long ago")


def _people(ids: Collection[UUID], organisations: Collection[UUID]) -> dict[UUID, str]:
    rows = Membership.objects.filter(user__in=ids, organisation__in=organisations)
    return dict(rows.order_by("pk").values_list("user", "user__name"))


def _things(targets: Iterable[str], organisations: Collection[UUID]) -> dict[str, str]:
    """Return names by target: of teams, people and organisations that one may know."""
    ids: dict[str, set[UUID]] = {"team": set(), "membership": set(), "user": set()}
    for each in targets:
        kind, _colon, pk = each.partition(":")
        if pk:
            ids.setdefault(kind, set()).add(UUID(pk))
    here = {"organisation__in": organisations}
    teams = Team.objects.filter(pk__in=ids["team"], **here)
    places = Membership.objects.filter(pk__in=ids["membership"], **here)
    people = Membership.objects.filter(user__in=ids["user"], **here)
    own = Organisation.objects.filter(pk__in=ids.get("organisation", set()) & set(organisations))
    found = {
        "team": teams.order_by("pk").values_list("pk", "name"),
        "membership": places.order_by("pk").values_list("pk", "user__name"),
        "user": people.order_by("pk").values_list("user", "user__name"),
        "organisation": own.order_by("pk").values_list("pk", "name"),
    }
    return {
        f"{kind}:{pk}": name
        for kind, rows in found.items()
        if ids.get(kind)
        for pk, name in rows
        if name
    }


def _person(said: str) -> str:
    try:
        return said if said == SYSTEM else str(UUID(said))
    except ValueError:
        return ""


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
