"""Lines of the history: actor, sentence, target, membership and the reason for a refusal. Entries
have only codes and ids; names are added here, only of the reader's organisations. Similar entries
share a line on the page only: exports and checks have every entry."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _, ngettext

from protect.audit.models import Entry
from protect.audit.rules import ALARM_ANSWER_PREFIX, ALARM_OUTCOMES, DONE
from protect.kernel import ids
from protect.kernel.text import plain_isolated_name
from protect.orgs import enums, roles
from protect.orgs.history import sentences
from protect.orgs.models import Invitation, Membership, Organisation, Team
from protect.ui import moments

SHORT_ID_DIGITS = 8  # digits of an id that distinguish targets on a page
READINGS_WINDOW = timedelta(minutes=10)  # readings of one target by one user within it share a line
ALARMS_WINDOW = timedelta(days=1)  # alarms about one target within it share a line
NEVER_GROUPED = timedelta(-1)  # a window into which no second entry can fall
# Entries of one user about one target share a line if they follow within READINGS_WINDOW.
READ_ACTIONS = {"vault.open", "vault.open_version", "vault.open_file", "vault.read", "vault.scan"}
ALARM_ANSWERS = Q(action__startswith=ALARM_ANSWER_PREFIX)
ALARM_ENTRIES = Q(outcome__in=sorted(ALARM_OUTCOMES)) | ALARM_ANSWERS
END_MEMBERSHIP_ACTION = "orgs.end_membership"
KINDS_WITH_NUMBERS = frozenset({"note", "file"})  # targets with a number to read out by phone

type Group = Sequence[Entry]  # the entries of a line, the newest first
type Names = Mapping[str, str]  # names by target
type People = Mapping[UUID, str]  # names by user id
type IdsByKind = Mapping[str, set[UUID]]  # ids of targets


class Line(NamedTuple):
    """One line of the history: an audit entry, or several similar ones.
    `kind` and `pk` link to the target's history; "" if the entry has no organisation."""

    n: int
    at: datetime
    text: Promise | str
    who: str  # the actor, or all users who detected an alarm
    thing: Promise | str  # the kind of the target, in words
    name: str  # of the target, or its number
    kind: str
    pk: str
    consent: str  # first digits of the consent's id, "" without a consent
    by_role: bool  # the actor's role was the basis
    refused: str  # code of the refusal or alarm, "" for a completed action
    why: Promise | str = ""  # the refusal as a sentence; "" for an alarm
    where: tuple[str, ...] = ()  # of a membership: its role then, its team, why it ended
    times: int = 1  # how many entries this line stands for
    since: datetime | None = None  # when the first of several was written
    is_alarm: bool = False  # `who` noticed it, and need not have caused it
    reason: str = ""  # why an alarm is resolved, in the officer's words

    @property
    def detail(self) -> str:
        """Return how many entries the line stands for and the time of the first; "" for one."""
        if self.since is None:
            return ""
        # Translators: under a line of the history that stands for several entries about one thing.
        text = ngettext("{count} time, first {moment}", "{count} times, first {moment}", self.times)
        return text.format(count=self.times, moment=moments.exact_text(self.since))


class MembershipDetails(NamedTuple):
    """The memberships and invitations that entries concern, and the memberships' role changes."""

    rows: Mapping[str, Membership | Invitation]  # by target
    role_changes: Mapping[str, Sequence[tuple[int, str]]]  # as from _load_role_changes

    def role_and_team(self, entry: Entry) -> tuple[str, ...]:
        """Return, as names, the role at the time of an entry, the team and, if the entry ended the
        membership, the reason. Return () if the entry is about no membership or invitation."""
        row = self.rows.get(entry.target)
        if row is None:
            return ()
        role = self._role_at_entry(entry, row.role)
        names = [roles.role_name(role) if role else "", row.team.name if row.team else ""]
        if entry.action == END_MEMBERSHIP_ACTION and isinstance(row, Membership) and row.end_reason:
            names.append(str(enums.EndReason(row.end_reason).label))
        return tuple(name for name in names if name)

    def _role_at_entry(self, entry: Entry, current_role: str) -> str:
        """Return the role at the time of an entry, "" if only later changes are known."""
        changes = self.role_changes.get(entry.target, ())
        roles_before = [role for n, role in changes if n <= entry.n]
        return roles_before[-1] if roles_before else "" if changes else current_role


def lines_of_entries(entries: Iterable[Entry], organisations: Collection[UUID]) -> list[Line]:
    """Return entries as lines, with the names that members of these organisations may know.
    Pass the newest entry first: readings within minutes, and alarms about one target within
    a day, become one line at the newest moment."""
    return lines_of_groups(group_entries(entries), organisations)


def lines_of_groups(groups: Sequence[Group], organisations: Collection[UUID]) -> list[Line]:
    rows = [group[0] for group in groups]
    actors = {entry.actor_id for group in groups for entry in group if entry.actor_id}
    members = Membership.objects.filter(user__in=actors, organisation__in=organisations)
    people = dict(members.order_by("pk").values_list("user", "user__name"))
    ids = _ids_by_kind(entry.target for entry in rows)
    names = _load_target_names(ids, organisations)
    details = _load_membership_details(ids, organisations)
    return [_build_line(group, people, names, details) for group in groups]


def group_entries(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Group a user's readings of a target within minutes; its alarms of a day up to an answer."""
    groups: list[list[Entry]] = []
    open_groups: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        key, window = _grouping_key(entry)
        group = open_groups.get(key)
        if group and abs(group[0].at - entry.at) <= window:
            group.append(entry)
        else:
            open_groups[key] = [entry]
            groups.append(open_groups[key])
        if entry.action.startswith(ALARM_ANSWER_PREFIX):
            outcome = entry.action.removeprefix(ALARM_ANSWER_PREFIX)
            open_groups.pop((entry.chain_id, entry.target, outcome), None)
    return groups


def entries_that_may_continue(line_start: datetime) -> Q:
    """Return a condition for earlier entries that may share a line beginning at `line_start`."""
    is_alarm = ALARM_ENTRIES & Q(at__gte=line_start - ALARMS_WINDOW)
    return Q(at__gte=line_start - READINGS_WINDOW) | is_alarm


def entries_that_may_begin(line_end: datetime) -> Q:
    """Return a condition for later entries that may share a line with entries up to `line_end`.
    These are all alarms and answers, because they may follow each other for weeks, and the
    readings of one day, because a longer series always has a pause of ten minutes."""
    return Q(at__lte=line_end + ALARMS_WINDOW) | ALARM_ENTRIES


def _grouping_key(entry: Entry) -> tuple[tuple[object, ...], timedelta]:
    """Return the values that entries of one line share, and the time within which they fall."""
    if entry.outcome in ALARM_OUTCOMES:
        return (entry.chain_id, entry.target, entry.outcome), ALARMS_WINDOW
    is_reading = sentences.split_file_number(entry.action)[0] in READ_ACTIONS
    common_values = (entry.chain_id, entry.action, entry.actor_id, entry.target, entry.consent)
    return (*common_values, entry.outcome), READINGS_WINDOW if is_reading else NEVER_GROUPED


def target_name(kind: str, pk: UUID, organisations: Collection[UUID]) -> str:
    """Return the name of a target, or its number if it has no name."""
    names = _load_target_names({kind: {pk}}, organisations)
    return names.get(f"{kind}:{pk}") or target_number(kind, str(pk))


def target_number(kind: str, pk: str) -> str:
    """Return the number of a target: a short code, or the first digits of its id."""
    if kind in KINDS_WITH_NUMBERS and pk:
        return ids.format_short_code(ids.short_code(kind, pk))
    return pk[:SHORT_ID_DIGITS]


def _build_line(group: Group, people: People, names: Names, details: MembershipDetails) -> Line:
    """Return the line for a group of entries. `details`: of memberships and invitations."""
    entry = group[0]
    kind, _colon, pk = entry.target.partition(":")
    has_organisation = entry.organisation is not None  # else it is in no organisation's history
    refusal_code = "" if entry.outcome == DONE else entry.outcome
    is_alarm = entry.outcome in ALARM_OUTCOMES
    by_role = entry.actor_id is not None and not (entry.consent or refusal_code)
    return Line(
        n=entry.n,
        at=entry.at,
        text=_entry_sentence(entry),
        who=_actor_phrase(group, people),
        thing=sentences.target_label(kind),
        name=names.get(entry.target) or target_number(kind, pk),
        kind=kind if has_organisation else "",
        pk=pk if has_organisation else "",
        consent=str(entry.consent)[:SHORT_ID_DIGITS] if entry.consent else "",
        by_role=has_organisation and by_role,
        refused=refusal_code,
        why=sentences.refusal_sentence(refusal_code) if refusal_code and not is_alarm else "",
        where=details.role_and_team(entry),
        times=len(group),
        since=group[-1].at if len(group) > 1 else None,
        is_alarm=is_alarm,
        reason=entry.reason or "",
    )


def _entry_sentence(entry: Entry) -> Promise | str:
    if entry.outcome in ALARM_OUTCOMES:
        return sentences.refusal_sentence(entry.outcome)
    if entry.outcome == DONE:
        return sentences.action_sentence(entry.action)
    return sentences.refused_action_sentence(entry.action, entry.outcome)


def _actor_phrase(group: Group, people: People) -> str:
    """Return the name of the actor; for an alarm, “detected by” and the names of all actors."""
    if group[0].outcome not in ALARM_OUTCOMES:
        return _actor_name(group[0], people)
    actors = dict.fromkeys(plain_isolated_name(_actor_name(entry, people)) for entry in group)
    names = _(", ").join(actors)  # For translators: stands between the names of people in a list
    # Translators: in the history, of an alarm: {names} are those whose pages showed it.
    return _("detected by {names}").format(names=names)


def _actor_name(entry: Entry, people: People) -> str:
    if entry.actor_id is None and entry.outcome not in {DONE, *ALARM_OUTCOMES}:
        return _("a person who was not signed in")  # For translators: who did it, in the history
    if entry.actor_id is None and entry.action in sentences.VISITOR_ACTIONS:
        return _("a person without an account")  # For translators: who did it, in the history
    if entry.actor_id is None:
        return _("the system")  # For translators: who did it, in the history: a clock or command
    if entry.actor_id not in people:
        return _("a person of another organisation")  # For translators: who did it, in the history
    # Translators: who did it, in the history: the name was erased three years after they left.
    return people[entry.actor_id] or _("a former member")


def _ids_by_kind(targets: Iterable[str]) -> IdsByKind:
    ids: defaultdict[str, set[UUID]] = defaultdict(set)
    for target in targets:
        kind, _colon, pk = target.partition(":")
        if pk:
            ids[kind].add(UUID(pk))
    return ids


def _load_target_names(ids: IdsByKind, organisations: Collection[UUID]) -> dict[str, str]:
    in_organisations = {"organisation__in": organisations}
    teams = Team.objects.filter(pk__in=ids.get("team", ()), **in_organisations)
    memberships = Membership.objects.filter(pk__in=ids.get("membership", ()), **in_organisations)
    people = Membership.objects.filter(user__in=ids.get("user", ()), **in_organisations)
    own_ids = ids.get("organisation", set()) & set(organisations)
    own_organisations = Organisation.objects.filter(pk__in=own_ids)
    rows_by_kind = {
        "team": teams.order_by("pk").values_list("pk", "name"),
        "membership": memberships.order_by("pk").values_list("pk", "user__name"),
        "user": people.order_by("pk").values_list("user", "user__name"),
        "organisation": own_organisations.order_by("pk").values_list("pk", "name"),
    }
    rows_to_load = [(kind, rows) for kind, rows in rows_by_kind.items() if ids.get(kind)]
    return {f"{kind}:{pk}": name for kind, rows in rows_to_load for pk, name in rows if name}


def _load_membership_details(ids: IdsByKind, organisations: Collection[UUID]) -> MembershipDetails:
    """Load the memberships and invitations in `ids` of these organisations, and role changes."""
    rows: dict[str, Membership | Invitation] = {}
    for kind, model in (("membership", Membership), ("invitation", Invitation)):
        if ids.get(kind):
            related = model.objects.filter(pk__in=ids[kind], organisation__in=organisations)
            loaded = related.select_related("team").order_by("pk")
            rows |= {f"{kind}:{row.pk}": row for row in loaded}
    memberships = [target for target in rows if target.startswith("membership:")]
    return MembershipDetails(rows, _load_role_changes(memberships))


def _load_role_changes(targets: Collection[str]) -> Mapping[str, Sequence[tuple[int, str]]]:
    """Return by target its role changes, oldest first: entry number and new role."""
    changes: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    prefix = sentences.ROLE_CHANGE_PREFIX
    if targets:
        rows = Entry.objects.filter(target__in=targets, action__startswith=prefix).order_by("n")
        for target, n, action in rows.values_list("target", "n", "action"):
            changes[target].append((n, action.removeprefix(prefix)))
    return changes
