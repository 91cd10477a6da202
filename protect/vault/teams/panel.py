"""What waits in teams: people to let in, keys to make or renew, kits to finish and to try."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from protect.kernel.text import plain_name
from protect.orgs.enums import Permission
from protect.orgs.models import Membership
from protect.orgs.scope import Scope
from protect.ui.pages import panel_row
from protect.vault.access import teams_of
from protect.vault.sessions.unlocked import Unlocked
from protect.vault.teams import wording
from protect.vault.teams.standing import Next, Standing, own_words, standing, waits_since

LET_IN_WITHIN = timedelta(days=2)
DRILL_SOON = timedelta(days=30)
ALARM, OVERDUE, TODAY, SOON = "alarm", "overdue", "today", "soon"
OF_KIT = (Next.OFFICERS, Next.FINISH_KIT, Next.AWAIT_KIT)
# In which group of the home each next thing stands; the others are rows of their own.
GROUPS = {
    Next.STOPPED: ALARM,
    **dict.fromkeys((Next.MAKE_KEY, Next.INVITE, Next.RESTORE, Next.ROTATE), TODAY),
    **dict.fromkeys(OF_KIT, SOON),
}
OF_ORGANISATION = {Next.OFFICERS, Next.DRILL}

type Row = dict[str, object]


def rows(scope: Scope, unlocked: Unlocked, at: datetime) -> list[Row]:
    waiting: list[Row] = []
    shown = set[tuple[UUID, Next]]()  # by organisation: its officers are those of all its teams
    for team in teams_of(scope).select_related("organisation").order_by("name", "pk"):
        waiting += _of_team(standing(scope, team, at=at), unlocked, shown)
    return waiting


def _of_team(
    team_standing: Standing, unlocked: Unlocked, shown: set[tuple[UUID, Next]]
) -> Iterator[Row]:
    for step in team_standing.to_do:
        if step is Next.READ_WORDS:
            yield _own_place(team_standing, unlocked)
        elif step is Next.ADMIT:
            yield from (_to_let_in(team_standing, place) for place in team_standing.to_let_in)
        elif step in GROUPS and _is_shown_here(step, team_standing, shown):
            yield _row(team_standing, step)
    is_drill_near = team_standing.is_drill_due(within=DRILL_SOON)
    if is_drill_near and _is_shown_here(Next.DRILL, team_standing, shown):
        yield _drill(team_standing)


def _is_shown_here(step: Next, team_standing: Standing, shown: set[tuple[UUID, Next]]) -> bool:
    """Return whether a row belongs here; rows about officers stand once for an organisation."""
    if step is Next.STOPPED:
        return Permission.READ_AUDIT not in team_standing.mine  # readers see it in `alarms`
    if step not in OF_ORGANISATION:
        return True
    thing = (team_standing.team.organisation_id, step)
    is_first = thing not in shown
    shown.add(thing)
    return is_first


def _own_place(team_standing: Standing, unlocked: Unlocked) -> Row:
    # Translators: {names} is one name or several, {words} are six English words.
    detail = _("Read these six words to {names}: {words}").format(
        names=wording.names(team_standing.admitters), words=plain_name(own_words(unlocked))
    )
    step = wording.describe_step(team_standing)
    text = _("You wait to be let into {team}").format(team=plain_name(team_standing.team.name))
    return panel_row(text, detail, step.url, step.verb, group=TODAY)


def _to_let_in(team_standing: Standing, place: Membership) -> Row:
    due = waits_since(place) + LET_IN_WITHIN
    # Translators: a person waits until a colleague gives them the key of the team.
    text = _("{name} waits to be let in").format(name=plain_name(place.user.name))
    more = {"due": due, "group": _group_of(due, team_standing.at)}
    url = reverse("vault:team_admit", args=[place.pk])
    return panel_row(text, team_standing.team.name, url, _("Let in"), **more)


def _group_of(due: datetime, at: datetime) -> str:
    if due <= at:
        return OVERDUE
    return TODAY if timezone.localdate(due) == timezone.localdate(at) else SOON


def _drill(team_standing: Standing) -> Row:
    url = reverse("vault:team_kit", args=[team_standing.team.pk]) + "#drill"
    group = OVERDUE if team_standing.is_drill_due() else SOON
    text = _("Let two recovery officers try their codes")
    detail = team_standing.team.organisation.name
    return panel_row(text, detail, url, _("Try the codes"), due=team_standing.drill, group=group)


def _row(team_standing: Standing, step: Next) -> Row:
    next_step, team = wording.describe_step(team_standing, step), team_standing.team
    owner = team.organisation if step in OF_ORGANISATION else team
    is_here = next_step.posts or not next_step.verb
    url = reverse("vault:team", args=[team.pk]) if is_here else next_step.url
    group = TODAY if step in OF_KIT and team_standing.is_at_risk else GROUPS[step]
    verb = next_step.verb or _("Look at it")
    return panel_row(owner.name, next_step.text, url, verb, group=group)
