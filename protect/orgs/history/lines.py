"""Lines of the history: actor, sentence, target, place and, for a refusal, its reason.

Entries hold codes and ids; names are added here, only those of the reader's organisations.
Similar entries share one line on the page alone: exports and checks have every entry.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _, ngettext

from protect.audit.models import Entry
from protect.audit.rules import ALARMS, ANSWER, DONE
from protect.kernel import ids
from protect.kernel.text import plain_name
from protect.orgs import enums, roles
from protect.orgs.history import sentences
from protect.orgs.models import Invitation, Membership, Organisation, Team
from protect.ui import moments

SHORT = 8  # digits of an id that tell it from others on a page
TOGETHER = timedelta(minutes=10)  # readings of one thing by one person that are one line
ALARMS_TOGETHER = timedelta(days=1)  # alarms about one thing that are one line
NEVER = timedelta(-1)
READINGS = {"vault.open", "vault.open_version", "vault.open_file", "vault.read", "vault.scan"}
ABOUT_ALARMS = Q(outcome__in=sorted(ALARMS)) | Q(action__startswith=ANSWER)  # and their answers
ENDED = "orgs.end_membership"
NUMBERED = frozenset({"note", "file"})  # identified by a number that can be read out on the phone

type Names = Mapping[str, str]  # by target


class HistoryLine(NamedTuple):
    """One line of the history: an entry, or several alike.
    `kind` and `pk` lead to what else was done to the thing; "" where that is nothing of ours."""

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
    why: Promise | str = ""  # the same in a sentence
    where: tuple[str, ...] = ()  # of a place: its role then, its team, why it ended
    times: int = 1  # how many entries this line stands for
    since: datetime | None = None  # when the first of several was written
    is_alarm: bool = False  # `who` saw it, and need not have caused it
    reason: str = ""  # why an alarm is cleared up, in the officer's words

    @property
    def detail(self) -> str:
        if self.since is None:
            return ""
        # Translators: under a line of the history that stands for several entries about one thing.
        text = ngettext("{count} time, first {moment}", "{count} times, first {moment}", self.times)
        return text.format(count=self.times, moment=moments.exact(self.since))


class Places(NamedTuple):
    """The memberships and invitations that entries concern, and later changes of their roles."""

    rows: Mapping[str, Membership | Invitation]
    promotions: Mapping[str, Sequence[tuple[int, str]]]

    def where(self, entry: Entry) -> tuple[str, ...]:
        """Return role, team and end reason of the membership that an entry concerns."""
        row = self.rows.get(entry.target)
        if row is None:
            return ()
        role = self._role(entry, row.role)
        words = [roles.role_name(role) if role else "", row.team.name if row.team else ""]
        if entry.action == ENDED and isinstance(row, Membership) and row.end_reason:
            words.append(str(enums.EndReason(row.end_reason).label))
        return tuple(each for each in words if each)

    def _role(self, entry: Entry, today: str) -> str:
        changes = self.promotions.get(entry.target, ())
        before = [role for n, role in changes if n <= entry.n]
        return before[-1] if before else "" if changes else today


def lines_of_entries(
    entries: Iterable[Entry], organisations: Collection[UUID]
) -> list[HistoryLine]:
    """Return entries as lines, with the names that members of these organisations may know.
    Give the newest first: several readings within minutes, and what several people noticed of one
    thing within a day, become one line, at its newest moment."""
    return lines_of_groups(grouped(entries), organisations)


def lines_of_groups(
    groups: Sequence[Sequence[Entry]], organisations: Collection[UUID]
) -> list[HistoryLine]:
    rows = [group[0] for group in groups]
    actors = {entry.actor_id for group in groups for entry in group if entry.actor_id}
    members = Membership.objects.filter(user__in=actors, organisation__in=organisations)
    people = dict(members.order_by("pk").values_list("user", "user__name"))
    targets = _by_kind(each.target for each in rows)
    names, places = _things(targets, organisations), _places(targets, organisations)
    return [_line(group, people, names, places) for group in groups]


def grouped(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Group readings of a thing within minutes, alarms of a day up to an answer, newest first."""
    groups: list[list[Entry]] = []
    latest: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        shared, within = _line_key(entry)
        group = latest.get(shared)
        if group and abs(group[0].at - entry.at) <= within:
            group.append(entry)
        else:
            latest[shared] = [entry]
            groups.append(latest[shared])
        if entry.action.startswith(ANSWER):
            latest.pop((entry.chain_id, entry.target, entry.action.removeprefix(ANSWER)), None)
    return groups


def may_continue(start: datetime) -> Q:
    """Return which entries before a moment may belong to a line that begins there or later."""
    return Q(at__gte=start - TOGETHER) | (ABOUT_ALARMS & Q(at__gte=start - ALARMS_TOGETHER))


def may_begin(end: datetime) -> Q:
    """Return which entries after a moment decide to which line those before it belong.
    All alarms and their answers: they may follow each other for weeks. Readings of a day: longer
    readings of one thing always have a pause of ten minutes."""
    return Q(at__lte=end + ALARMS_TOGETHER) | ABOUT_ALARMS


def _line_key(entry: Entry) -> tuple[tuple[object, ...], timedelta]:
    """Return what entries of one line have in common, and how far they may be apart."""
    if entry.outcome in ALARMS:
        return (entry.chain_id, entry.target, entry.outcome), ALARMS_TOGETHER
    is_reading = sentences.without_file(entry.action)[0] in READINGS
    shared = (entry.chain_id, entry.action, entry.actor_id, entry.target, entry.consent)
    return (*shared, entry.outcome), TOGETHER if is_reading else NEVER


def name_of(kind: str, pk: UUID, organisations: Collection[UUID]) -> str:
    """Return the name of a thing, else its number."""
    target = f"{kind}:{pk}"
    return _things(_by_kind([target]), organisations).get(target) or number_of(kind, str(pk))


def number_of(kind: str, pk: str) -> str:
    """Return the number of a thing without a name: for most kinds the beginning of its id."""
    if kind in NUMBERED and pk:
        return ids.grouped(ids.short_code(kind, pk))
    return pk[:SHORT]


def _line(
    group: Sequence[Entry], people: Mapping[UUID, str], names: Names, places: Places
) -> HistoryLine:
    entry = group[0]
    kind, _colon, pk = entry.target.partition(":")
    is_ours = entry.organisation is not None  # else it stands in no organisation's history
    refused = "" if entry.outcome == DONE else entry.outcome
    is_alarm = entry.outcome in ALARMS
    return HistoryLine(
        n=entry.n,
        at=entry.at,
        text=_text(entry),
        who=_people_of_line(group, people),
        thing=sentences.thing(kind),
        name=names.get(entry.target) or number_of(kind, pk),
        kind=kind if is_ours else "",
        pk=pk if is_ours else "",
        consent=str(entry.consent)[:SHORT] if entry.consent else "",
        by_role=is_ours and entry.actor_id is not None and not (entry.consent or refused),
        refused=refused,
        why=sentences.why(refused) if refused and not is_alarm else "",
        where=places.where(entry),
        times=len(group),
        since=group[-1].at if len(group) > 1 else None,
        is_alarm=is_alarm,
        reason=entry.reason or "",
    )


def _text(entry: Entry) -> Promise | str:
    if entry.outcome in ALARMS:
        return sentences.why(entry.outcome)
    if entry.outcome == DONE:
        return sentences.sentence(entry.action)
    return sentences.tried(entry.action, entry.outcome)


def _people_of_line(group: Sequence[Entry], people: Mapping[UUID, str]) -> str:
    if group[0].outcome not in ALARMS:
        return _who(group[0], people)
    # Translators: stands between the names of people in a list.
    names = _(", ").join(dict.fromkeys(plain_name(_who(each, people)) for each in group))
    # Translators: in the history, of an alarm: {names} are those whose pages showed it.
    return _("noticed by {names}").format(names=names)


def _who(entry: Entry, people: Mapping[UUID, str]) -> str:
    if entry.actor_id is None and entry.outcome not in {DONE, *ALARMS}:
        # Translators: who did it, in the history: a wrong passphrase was given, so it is not known.
        return _("a person who was not signed in")
    if entry.actor_id is None and entry.action in sentences.BY_VISITORS:
        # Translators: who did it, in the history: by a link that was mailed, or on a public page.
        return _("a person without an account")
    if entry.actor_id is None:
        # Translators: who did it, in the history: no person, but the clock or a command.
        return _("the system")
    if entry.actor_id not in people:
        # Translators: who did it, in the history.
        return _("a person of another organisation")
    # Translators: who did it, in the history: the name was erased three years after they left.
    return people[entry.actor_id] or _("a person who left long ago")


def _by_kind(targets: Iterable[str]) -> Mapping[str, set[UUID]]:
    ids: defaultdict[str, set[UUID]] = defaultdict(set)
    for target in targets:
        kind, _colon, pk = target.partition(":")
        if pk:
            ids[kind].add(UUID(pk))
    return ids


def _things(ids: Mapping[str, set[UUID]], organisations: Collection[UUID]) -> dict[str, str]:
    here = {"organisation__in": organisations}
    teams = Team.objects.filter(pk__in=ids.get("team", ()), **here)
    places = Membership.objects.filter(pk__in=ids.get("membership", ()), **here)
    people = Membership.objects.filter(user__in=ids.get("user", ()), **here)
    own = Organisation.objects.filter(pk__in=ids.get("organisation", set()) & set(organisations))
    rows_by_kind = {
        "team": teams.order_by("pk").values_list("pk", "name"),
        "membership": places.order_by("pk").values_list("pk", "user__name"),
        "user": people.order_by("pk").values_list("user", "user__name"),
        "organisation": own.order_by("pk").values_list("pk", "name"),
    }
    asked = [(kind, rows) for kind, rows in rows_by_kind.items() if ids.get(kind)]
    return {f"{kind}:{pk}": name for kind, rows in asked for pk, name in rows if name}


def _places(ids: Mapping[str, set[UUID]], organisations: Collection[UUID]) -> Places:
    rows: dict[str, Membership | Invitation] = {}
    for kind, model in (("membership", Membership), ("invitation", Invitation)):
        if ids.get(kind):
            places = model.objects.filter(pk__in=ids[kind], organisation__in=organisations)
            loaded = places.select_related("team").order_by("pk")
            rows |= {f"{kind}:{each.pk}": each for each in loaded}
    return Places(rows, _promotions([each for each in rows if each.startswith("membership:")]))


def _promotions(targets: Collection[str]) -> Mapping[str, Sequence[tuple[int, str]]]:
    promotions: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    if targets:
        rows = Entry.objects.filter(target__in=targets, action__startswith=sentences.PROMOTED)
        for target, n, action in rows.order_by("n").values_list("target", "n", "action"):
            promotions[target].append((n, action.removeprefix(sentences.PROMOTED)))
    return promotions
