"""Which entries of the audit somebody reads who may: an organisation's, or those of one thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from protect.audit.models import Entry
from protect.audit.queries import PAGE, EntryQuerySet
from protect.audit.rules import ALARMS, ANSWER
from protect.kernel.ids import grouped, short_code, squeezed
from protect.orgs import sentences, sign_ins
from protect.orgs.access import must
from protect.orgs.enums import Permission
from protect.orgs.models import Membership, Organisation, User
from protect.orgs.scope import Scope
from protect.orgs.telling import SHORT, Told, may_begin, may_continue, tell_groups
from protect.orgs.telling import grouped as in_lines
from protect.ui import moments

SYSTEM = "system"  # whoever looks for what no person did
LONGEST_NUMBER = 12  # letters: twice what a number has
CHUNK = 2000  # entries fetched at a time
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)  # of a search


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for. What cannot be read is not looked for."""

    person: str = ""
    action: str = ""
    day: date | None = None
    number: str = ""  # of a note, as somebody said it
    before: int | None = None

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Asked:
        """Return what stands in an address."""
        action, before = fields.get("action", ""), fields.get("before", "")
        groups = {code for _, group in sentences.GROUPS for code in group}
        known = groups | sentences.ACTIONS.keys() | sentences.OUTCOMES.keys()
        return cls(
            person=_person(fields.get("person", "")),
            action=action if action in known else "",
            day=_day(fields.get("day", "")),
            number=squeezed(fields.get("number", ""))[:LONGEST_NUMBER],
            before=int(before) if before.isascii() and before.isdigit() else None,
        )

    @property
    def is_narrow(self) -> bool:
        """Return whether some entries are left out."""
        return bool(self.person or self.action or self.day or self.number)

    @property
    def is_about_sign_ins(self) -> bool:
        """Return whether another chain is read: the organisation's own holds no sign-in."""
        return self.action == sentences.SIGN_INS


class Page(NamedTuple):
    """Some entries, and the number under which the next older ones stand, None at the end."""

    entries: list[Told]
    older: int | None


def page_of(scope: Scope, organisation: Organisation, asked: Asked) -> Page:
    """Return a page of what was done in an organisation, or of its people's sign-ins.

    A line that stands for several entries counts all of them, also those beyond the page.
    Errors: PermissionDenied.
    """
    must(scope, Permission.READ_AUDIT, organisation=organisation)
    find = _sign_ins if asked.is_about_sign_ins else _done
    groups = _groups(find(organisation, asked), asked.before)
    older = groups[PAGE - 1][0].n if len(groups) > PAGE else None
    return Page(tell_groups(groups[:PAGE], {organisation.pk}), older)


def lines(organisation: Organisation, asked: Asked, *, upto: int) -> Iterator[Entry]:
    """Yield what an export holds, the oldest first, a few thousand in memory at a time.

    Nothing of sign-ins: they stand in a chain that is not the organisation's to hand on.
    """
    found, last = _done(organisation, asked), 0
    while rows := list(found.filter(n__gt=last, n__lte=upto).order_by("n")[:CHUNK]):
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
        groups = sentences.FAMILIES | sentences.OUTCOMES
        found.append(str(groups.get(asked.action, sentences.sentence(asked.action))))
    if asked.day:
        found.append(moments.exact(asked.day))
    return [*found, grouped(asked.number)] if asked.number else found


def choices() -> list[tuple[Promise, list[tuple[str, Promise]]]]:
    """Return what a reader of the history can look for, by group; each sentence once."""
    found = []
    for name, group in sentences.GROUPS:
        first: dict[str, tuple[str, Promise]] = {}
        for code, said in group.items():
            first.setdefault(str(said), (code, said))
        found.append((name, list(first.values())))
    return found


def same_sentence(action: str) -> set[str]:
    """Return the codes that read as this one does."""
    said = sentences.ACTIONS.get(action)
    return {action} | {
        code for code, each in sentences.ACTIONS.items() if said and str(each) == str(said)
    }


def numbered(organisation: Organisation, kind: str, said: str) -> list[str]:
    """Return which things of a kind, in an organisation's history, have a number that is said.

    Shapes: targets of entries, `<kind>:<uuid>`; several when two things share a number by accident.
    Looks at every thing of the kind once: a number is worked out from an id, and stored nowhere.
    """
    entries = Entry.objects.of_organisation(organisation.pk).filter(target__startswith=f"{kind}:")
    targets = entries.order_by("target").values_list("target", flat=True).distinct()
    code = squeezed(said)
    return [each for each in targets if short_code(kind, each.partition(":")[2]) == code]


def _groups(rows: EntryQuerySet, before: int | None) -> list[list[Entry]]:
    """Return the lines that begin under a number, whole: one more than a page has, if there are.

    What newer lines have taken up already stands in none of them.
    """
    begun: list[list[Entry]] = []
    found, last = _newer(rows, before), before
    while len(begun) <= PAGE and (chunk := list(rows.page(before=last, size=2 * PAGE))):
        found, last = [*found, *chunk], chunk[-1].n
        begun = _begun_under(found, before)
    if len(begun) > PAGE and last is not None:
        rest = rows.filter(may_continue(begun[PAGE - 1][0].at), n__lt=last)
        begun = _begun_under([*found, *rest.order_by("-n")], before)
    return begun


def _newer(rows: EntryQuerySet, before: int | None) -> list[Entry]:
    """Return the newer entries, the newest first, to whose lines some under a number may belong."""
    first = None if before is None else rows.page(before=before, size=1).first()
    if first is None:
        return []
    return list(rows.filter(may_begin(first.at), n__gte=before).order_by("-n"))


def _begun_under(entries: Iterable[Entry], before: int | None) -> list[list[Entry]]:
    groups = in_lines(entries)
    return groups if before is None else [group for group in groups if group[0].n < before]


def _done(organisation: Organisation, asked: Asked) -> EntryQuerySet:
    rows = _by(Entry.objects.of_organisation(organisation.pk), asked.person)
    if asked.is_about_sign_ins:
        return rows.none()
    if asked.number:
        rows = rows.filter(target__in=numbered(organisation, "note", asked.number))
    if asked.action == sentences.REFUSED:
        rows = rows.refused()
    elif asked.action == sentences.ALARMS:
        rows = rows.filter(Q(outcome__in=sorted(ALARMS)) | Q(action__startswith=ANSWER))
    elif asked.action in sentences.FAMILIES:
        rows = rows.filter(action__startswith=asked.action)
    elif asked.action:
        codes = same_sentence(asked.action)
        rows = rows.filter(Q(action__in=sorted(codes)) | Q(action__startswith=f"{asked.action}."))
    return _on_day(rows, asked.day)


def _by(rows: EntryQuerySet, person: str) -> EntryQuerySet:
    """Return the entries of a person, or of the system; all of them for ""."""
    if person == SYSTEM:
        return rows.filter(actor=None).exclude(action__in=sentences.BY_VISITORS)
    return rows.filter(actor=UUID(person)) if person else rows


def _sign_ins(organisation: Organisation, asked: Asked) -> EntryQuerySet:
    """Return sign-ins of people with a place there. A refused one names its account, no actor."""
    rows = sign_ins.of_organisation(organisation)
    if asked.person:
        rows = rows.filter(target=sign_ins.target_of(asked.person))
    return _on_day(rows, asked.day)


def _on_day(rows: EntryQuerySet, day: date | None) -> EntryQuerySet:
    if day is None:
        return rows
    if not FIRST_DAY <= day <= LAST_DAY:
        return rows.none()
    begins = timezone.make_aware(datetime.combine(day, time.min))
    ends = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return rows.filter(at__gte=begins, at__lt=ends)


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
