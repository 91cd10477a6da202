"""The history that officers read: audit entries of an organisation, or of one thing."""

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
from protect.kernel.ids import grouped, short_code, squeezed
from protect.orgs import access, enums
from protect.orgs.history import lines, sentences, sign_ins
from protect.orgs.models import Membership, Organisation, User
from protect.orgs.scope import Scope
from protect.ui import moments

SYSTEM = "system"  # filters for entries without a person
LONGEST_NUMBER = 12  # letters: twice what a number has
CHUNK = 2000  # entries fetched at a time
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)  # of a search


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Filters of a history. An unreadable value filters nothing."""

    person: str = ""
    action: str = ""
    day: date | None = None
    number: str = ""  # of a note, as read out on the phone
    before: int | None = None

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> "HistoryFilter":
        action, before = fields.get("action", ""), fields.get("before", "")
        groups = {code for _, group in sentences.GROUPS for code in group}
        codes = groups | sentences.ACTIONS.keys() | sentences.OUTCOMES.keys()
        return cls(
            person=_person(fields.get("person", "")),
            action=action if action in codes else "",
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

    entries: list[lines.HistoryLine]
    older: int | None


def page_of(scope: Scope, organisation: Organisation, history_filter: HistoryFilter) -> Page:
    """Return a page of what was done in an organisation, or of its people's sign-ins.
    A line that stands for several entries counts all of them, also those beyond the page.
    Errors: PermissionDenied."""
    access.must(scope, enums.Permission.READ_AUDIT, organisation=organisation)
    find = _sign_ins if history_filter.is_about_sign_ins else _done_entries
    groups = _groups(find(organisation, history_filter), history_filter.before)
    older = groups[PAGE - 1][0].n if len(groups) > PAGE else None
    return Page(lines.lines_of_groups(groups[:PAGE], {organisation.pk}), older)


def exported_entries(
    organisation: Organisation, history_filter: HistoryFilter, *, upto: int
) -> Iterator[Entry]:
    """Yield what an export holds, oldest first. Sign-ins are not an organisation's to hand on."""
    entries, last = _done_entries(organisation, history_filter), 0
    while rows := list(entries.filter(n__gt=last, n__lte=upto).order_by("n")[:CHUNK]):
        yield from rows
        last = rows[-1].n


def trail(scope: Scope, kind: str, pk: UUID) -> EntryQuerySet:
    """Return the readable entries about a thing. Errors: Http404, also for foreign ones."""
    mine = scope.organisations_where(enums.Permission.READ_AUDIT)
    rows = Entry.objects.about(f"{kind}:{pk}").filter(organisation__in=mine)
    if not rows.exists():
        raise Http404
    return rows.newest_first()


def colleagues(organisation: Organisation) -> list[tuple[str, str]]:
    rows = Membership.objects.filter(organisation=organisation).values("user")
    people = User.objects.filter(pk__in=rows).exclude(name="").order_by("name", "pk")
    return [(str(pk), name) for pk, name in people.values_list("pk", "name")]


def looked_for(history_filter: HistoryFilter, people: Mapping[str, str]) -> list[str]:
    """Return the filters in words: a printed extract says what it leaves out."""
    terms = []
    if history_filter.person == SYSTEM:
        terms.append(_("the system"))
    elif history_filter.person:
        terms.append(people.get(history_filter.person, history_filter.person[: lines.SHORT]))
    if history_filter.action:
        groups = sentences.FAMILIES | sentences.OUTCOMES
        action = history_filter.action
        terms.append(str(groups.get(action, sentences.sentence(action))))
    if history_filter.day:
        terms.append(moments.exact(history_filter.day))
    return [*terms, grouped(history_filter.number)] if history_filter.number else terms


def choices() -> list[tuple[Promise, list[tuple[str, Promise]]]]:
    """Return the choices of the action filter, by group; each sentence once."""
    choices = []
    for name, group in sentences.GROUPS:
        first: dict[str, tuple[str, Promise]] = {}
        for code, text in group.items():
            first.setdefault(str(text), (code, text))
        choices.append((name, list(first.values())))
    return choices


def same_sentence(action: str) -> set[str]:
    text = str(sentences.ACTIONS.get(action, ""))
    return {action, *(code for code, each in sentences.ACTIONS.items() if str(each) == text)}


def numbered(organisation: Organisation, kind: str, number: str) -> list[str]:
    """Return the targets of a kind with a number, in an organisation's history.
    Shapes: targets of entries, `<kind>:<uuid>`; several when two things share a number by accident.
    Looks at every target of the kind: a number is computed from an id, and stored nowhere."""
    entries = Entry.objects.of_organisation(organisation.pk).filter(target__startswith=f"{kind}:")
    targets = entries.order_by("target").values_list("target", flat=True).distinct()
    code = squeezed(number)
    return [each for each in targets if short_code(kind, each.partition(":")[2]) == code]


def _groups(rows: EntryQuerySet, before: int | None) -> list[list[Entry]]:
    """Return the lines that begin under a number, whole: one more than a page has, if there are."""
    begun: list[list[Entry]] = []
    entries, last = _newer(rows, before), before
    while len(begun) <= PAGE and (chunk := list(rows.page(before=last, size=2 * PAGE))):
        entries, last = [*entries, *chunk], chunk[-1].n
        begun = _begun_under(entries, before)
    if len(begun) > PAGE and last is not None:
        rest = rows.filter(lines.may_continue(begun[PAGE - 1][0].at), n__lt=last)
        begun = _begun_under([*entries, *rest.order_by("-n")], before)
    return begun


def _newer(rows: EntryQuerySet, before: int | None) -> list[Entry]:
    first = None if before is None else rows.page(before=before, size=1).first()
    if first is None:
        return []
    return list(rows.filter(lines.may_begin(first.at), n__gte=before).order_by("-n"))


def _begun_under(entries: Iterable[Entry], before: int | None) -> list[list[Entry]]:
    groups = lines.grouped(entries)
    return groups if before is None else [group for group in groups if group[0].n < before]


def _done_entries(organisation: Organisation, history_filter: HistoryFilter) -> EntryQuerySet:
    rows = _by(Entry.objects.of_organisation(organisation.pk), history_filter.person)
    if history_filter.is_about_sign_ins:
        return rows.none()
    if history_filter.number:
        rows = rows.filter(target__in=numbered(organisation, "note", history_filter.number))
    if history_filter.action == sentences.REFUSED:
        rows = rows.refused()
    elif history_filter.action == sentences.ALARMS:
        rows = rows.filter(lines.ABOUT_ALARMS)
    elif history_filter.action in sentences.FAMILIES:
        rows = rows.filter(action__startswith=history_filter.action)
    elif history_filter.action:
        same = Q(action__in=sorted(same_sentence(history_filter.action)))
        rows = rows.filter(same | Q(action__startswith=f"{history_filter.action}."))
    return _on_day(rows, history_filter.day)


def _by(rows: EntryQuerySet, person: str) -> EntryQuerySet:
    if person == SYSTEM:
        return rows.filter(actor=None).exclude(action__in=sentences.BY_VISITORS)
    return rows.filter(actor=UUID(person)) if person else rows


def _sign_ins(organisation: Organisation, history_filter: HistoryFilter) -> EntryQuerySet:
    """Return sign-ins of people with a place there. A refused one names its account, no actor."""
    rows = sign_ins.of_organisation(organisation)
    if history_filter.person:
        rows = rows.filter(target=sign_ins.target_of(history_filter.person))
    return _on_day(rows, history_filter.day)


def _on_day(rows: EntryQuerySet, day: date | None) -> EntryQuerySet:
    if day is None:
        return rows
    if not FIRST_DAY <= day <= LAST_DAY:
        return rows.none()
    begins = timezone.make_aware(datetime.combine(day, time.min))
    ends = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return rows.filter(at__gte=begins, at__lt=ends)


def _person(value: str) -> str:
    try:
        return value if value == SYSTEM else str(UUID(value))
    except ValueError:
        return ""


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
