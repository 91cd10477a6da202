"""History pages that officers read: the audit entries of an organisation or of one target."""

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
from protect.audit.queries import PAGE_SIZE, EntryQuerySet
from protect.kernel.ids import format_short_code, normalise_code, short_code
from protect.orgs import access, enums
from protect.orgs.history import lines, sentences, sign_ins
from protect.orgs.models import Membership, Organisation, User
from protect.orgs.scope import Scope
from protect.ui import moments

SYSTEM_FILTER = "system"  # filter value for entries without an actor, except those of visitors
MAX_NUMBER_LENGTH = 12  # characters of a typed number: twice the length of a stored one
CHUNK = 2000  # entries fetched at a time
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)  # other days have no entries


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Filters of a history, read from the query of its page. Invalid values are ignored."""

    person: str = ""  # a user id or SYSTEM_FILTER
    action: str = ""  # an audit code, a prefix of codes, or a code of OUTCOME_FILTERS
    day: date | None = None
    number: str = ""  # number of a note, as read out on the phone
    before: int | None = None  # only entries with lower numbers

    @classmethod
    def from_query(cls, fields: Mapping[str, str]) -> "HistoryFilter":
        action, before = fields.get("action", ""), fields.get("before", "")
        groups = {code for _, group in sentences.ACTION_GROUPS for code in group}
        codes = groups | sentences.ACTION_SENTENCES.keys() | sentences.OUTCOME_FILTERS.keys()
        return cls(
            person=_parse_person(fields.get("person", "")),
            action=action if action in codes else "",
            day=_parse_day(fields.get("day", "")),
            number=normalise_code(fields.get("number", ""))[:MAX_NUMBER_LENGTH],
            before=int(before) if before.isascii() and before.isdigit() else None,
        )

    @property
    def is_narrow(self) -> bool:
        """Return whether a filter is set, besides `before`, which only chooses the page."""
        return bool(self.person or self.action or self.day or self.number)

    @property
    def is_about_sign_ins(self) -> bool:
        """Return whether the sign-in chain is read instead of the organisation's own chain."""
        return self.action == sentences.SIGN_INS_FILTER


class HistoryPage(NamedTuple):
    """Lines of a history, and the entry number that leads to the next older page, if any."""

    entries: list[lines.Line]
    older: int | None


def history_page(scope: Scope, organisation: Organisation, filters: HistoryFilter) -> HistoryPage:
    """Return a page of an organisation's history, or of its members' sign-ins. A line that groups
    several entries counts all of them, also those beyond the page. Errors: PermissionDenied."""
    access.must(scope, enums.Permission.READ_AUDIT, organisation=organisation)
    load_entries = _filtered_sign_ins if filters.is_about_sign_ins else _filtered_entries
    groups = _groups_of_page(load_entries(organisation, filters), filters.before)
    older = groups[PAGE_SIZE - 1][0].n if len(groups) > PAGE_SIZE else None
    return HistoryPage(lines.lines_of_groups(groups[:PAGE_SIZE], {organisation.pk}), older)


def entries_to_export(
    organisation: Organisation, filters: HistoryFilter, *, last_entry: int
) -> Iterator[Entry]:
    """Yield the filtered entries up to number `last_entry`, oldest first, never sign-ins."""
    entries, last_number = _filtered_entries(organisation, filters), 0
    while rows := list(entries.filter(n__gt=last_number, n__lte=last_entry).order_by("n")[:CHUNK]):
        yield from rows
        last_number = rows[-1].n


def get_target_entries(scope: Scope, kind: str, pk: UUID) -> EntryQuerySet:
    """Return the entries about a target that the user may read, newest first.
    Errors: Http404, also for targets of other organisations."""
    organisation_ids = scope.organisations_where(enums.Permission.READ_AUDIT)
    rows = Entry.objects.of_target(f"{kind}:{pk}").filter(organisation__in=organisation_ids)
    if not rows.exists():
        raise Http404
    return rows.newest_first()


def colleague_choices(organisation: Organisation) -> list[tuple[str, str]]:
    """Return id and name of each member, also of former ones, in the order of names."""
    rows = Membership.objects.filter(organisation=organisation).values("user")
    people = User.objects.filter(pk__in=rows).exclude(name="").order_by("name", "pk")
    return [(str(pk), name) for pk, name in people.values_list("pk", "name")]


def describe_filters(filters: HistoryFilter, people: Mapping[str, str]) -> list[str]:
    """Return the active filters in words, so that a printout states what it leaves out."""
    terms = []
    if filters.person == SYSTEM_FILTER:
        terms.append(_("the system"))
    elif filters.person:
        terms.append(people.get(filters.person, filters.person[: lines.SHORT_ID_DIGITS]))
    if filters.action:
        groups = sentences.PREFIX_SENTENCES | sentences.OUTCOME_FILTERS
        action = filters.action
        terms.append(str(groups.get(action, sentences.action_sentence(action))))
    if filters.day:
        terms.append(moments.exact_text(filters.day))
    return [*terms, format_short_code(filters.number)] if filters.number else terms


def action_choices() -> list[tuple[Promise, list[tuple[str, Promise]]]]:
    """Return the choices of the action filter by group; actions with equal sentences are one."""
    choices = []
    for name, group in sentences.ACTION_GROUPS:
        first_codes: dict[str, tuple[str, Promise]] = {}
        for code, text in group.items():
            first_codes.setdefault(str(text), (code, text))
        choices.append((name, list(first_codes.values())))
    return choices


def actions_with_same_sentence(action: str) -> set[str]:
    """Return the codes of `action` and of all actions that have the same sentence."""
    texts = {code: str(sentence) for code, sentence in sentences.ACTION_SENTENCES.items()}
    return {action, *(code for code, text in texts.items() if text == texts.get(action))}


def find_targets_by_number(organisation: Organisation, kind: str, number: str) -> list[str]:
    """Return the targets of a kind with the short number `number`, in an organisation's history.
    Shape: `<kind>:<uuid>`. Several targets may have the same number. The function reads
    every target of the kind, because numbers are computed from ids and stored nowhere."""
    entries = Entry.objects.of_organisation(organisation.pk).filter(target__startswith=f"{kind}:")
    targets = entries.order_by("target").values_list("target", flat=True).distinct()
    code = normalise_code(number)
    return [target for target in targets if short_code(kind, target.partition(":")[2]) == code]


def _groups_of_page(rows: EntryQuerySet, before: int | None) -> list[list[Entry]]:
    """Return complete groups of entries below number `before`: a page, and more if there are."""
    groups: list[list[Entry]] = []
    entries, last = _newer_entries(rows, before), before
    while len(groups) <= PAGE_SIZE and (chunk := list(rows.page(before=last, size=2 * PAGE_SIZE))):
        entries, last = [*entries, *chunk], chunk[-1].n
        groups = _groups_below(entries, before)
    if len(groups) > PAGE_SIZE and last is not None:
        line_start = groups[PAGE_SIZE - 1][0].at
        older = rows.filter(lines.entries_that_may_continue(line_start), n__lt=last)
        groups = _groups_below([*entries, *older.order_by("-n")], before)
    return groups


def _newer_entries(rows: EntryQuerySet, before: int | None) -> list[Entry]:
    """Return entries from `before` upwards that may share a line with lower ones; None: []."""
    first_below = None if before is None else rows.page(before=before, size=1).first()
    if first_below is None:
        return []
    newer = rows.filter(lines.entries_that_may_begin(first_below.at), n__gte=before)
    return list(newer.order_by("-n"))


def _groups_below(entries: Iterable[Entry], before: int | None) -> list[list[Entry]]:
    """Group entries; keep groups with a newest number below `before` (None: all)."""
    groups = lines.group_entries(entries)
    return groups if before is None else [group for group in groups if group[0].n < before]


def _filtered_entries(organisation: Organisation, filters: HistoryFilter) -> EntryQuerySet:
    rows = _filter_by_actor(Entry.objects.of_organisation(organisation.pk), filters.person)
    if filters.is_about_sign_ins:
        return rows.none()
    if filters.number:
        rows = rows.filter(target__in=find_targets_by_number(organisation, "note", filters.number))
    if filters.action == sentences.REFUSED_FILTER:
        rows = rows.refused()
    elif filters.action == sentences.ALARMS_FILTER:
        rows = rows.filter(lines.ALARM_ENTRIES)
    elif filters.action in sentences.PREFIX_SENTENCES:
        rows = rows.filter(action__startswith=filters.action)
    elif filters.action:
        same_sentence = Q(action__in=sorted(actions_with_same_sentence(filters.action)))
        rows = rows.filter(same_sentence | Q(action__startswith=f"{filters.action}."))
    return _filter_by_day(rows, filters.day)


def _filter_by_actor(rows: EntryQuerySet, person_id_or_system: str) -> EntryQuerySet:
    if person_id_or_system == SYSTEM_FILTER:
        return rows.filter(actor=None).exclude(action__in=sentences.VISITOR_ACTIONS)
    return rows.filter(actor=UUID(person_id_or_system)) if person_id_or_system else rows


def _filtered_sign_ins(organisation: Organisation, filters: HistoryFilter) -> EntryQuerySet:
    """Return sign-ins of members. A refused one has the account as target and no actor."""
    rows = sign_ins.sign_ins_of_members(organisation)
    if filters.person:
        rows = rows.filter(target=sign_ins.user_target(filters.person))
    return _filter_by_day(rows, filters.day)


def _filter_by_day(rows: EntryQuerySet, day: date | None) -> EntryQuerySet:
    if day is None:
        return rows
    if not FIRST_DAY <= day <= LAST_DAY:
        return rows.none()
    start = timezone.make_aware(datetime.combine(day, time.min))
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return rows.filter(at__gte=start, at__lt=end)


def _parse_person(value: str) -> str:
    """Return the id of a person, SYSTEM_FILTER, or "" for another text."""
    try:
        return value if value == SYSTEM_FILTER else str(UUID(value))
    except ValueError:
        return ""


def _parse_day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
