"""Home panel rows about teams: people to admit, keys to make or renew, kits to finish or test."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from protect.kernel.text import plain_isolated_name
from protect.orgs.enums import Permission
from protect.orgs.models import Membership
from protect.orgs.scope import Scope
from protect.ui.pages import panel_row
from protect.vault.access import reachable_teams
from protect.vault.sessions.unlocked import Unlocked
from protect.vault.teams import wording
from protect.vault.teams.team_info import TeamInfo, TeamStep, get_team_info, own_words, waits_since

ADMISSION_DUE_AFTER = timedelta(days=2)  # since the member began to wait
DRILL_NOTICE_PERIOD = timedelta(days=30)  # before the drill is due
ALARM, OVERDUE, TODAY, SOON = "alarm", "overdue", "today", "soon"  # groups of tasks
KIT_STEPS = (TeamStep.OFFICERS, TeamStep.FINISH_KIT, TeamStep.AWAIT_KIT)  # of the recovery kit
# The group of the home panel by step; READ_WORDS, ADMIT and DRILL have own rows, others none.
GROUP_BY_STEP = {
    TeamStep.STOPPED: ALARM,
    **dict.fromkeys((TeamStep.MAKE_KEY, TeamStep.INVITE, TeamStep.RESTORE, TeamStep.ROTATE), TODAY),
    **dict.fromkeys(KIT_STEPS, SOON),
}
ORGANISATION_STEPS = {TeamStep.OFFICERS, TeamStep.DRILL}  # shown once for all its teams

type Row = dict[str, object]


def home_panel_rows(scope: Scope, unlocked: Unlocked, at: datetime) -> list[Row]:
    """Return the viewer's tasks in teams, as rows for the desk's home page."""
    waiting: list[Row] = []
    shown = set[tuple[UUID, TeamStep]]()  # organisation and step: its teams share the officers
    for team in reachable_teams(scope).select_related("organisation").order_by("name", "pk"):
        waiting += _team_task_rows(get_team_info(scope, team, at=at), unlocked, shown)
    return waiting


def _team_task_rows(
    info: TeamInfo, unlocked: Unlocked, shown: set[tuple[UUID, TeamStep]]
) -> Iterator[Row]:
    for step in info.steps:
        if step is TeamStep.READ_WORDS:
            yield _own_waiting_row(info, unlocked)
        elif step is TeamStep.ADMIT:
            yield from (_let_in_task_row(info, member) for member in info.admittable_members)
        elif step in GROUP_BY_STEP and _is_shown_here(step, info, shown):
            yield _step_row(info, step)
    is_drill_near = info.is_drill_due(within=DRILL_NOTICE_PERIOD)
    if is_drill_near and _is_shown_here(TeamStep.DRILL, info, shown):
        yield _drill_task_row(info)


def _is_shown_here(step: TeamStep, info: TeamInfo, shown: set[tuple[UUID, TeamStep]]) -> bool:
    """Return whether to show a step; add an organisation's step to `shown`, to show it once."""
    if step is TeamStep.STOPPED:
        return Permission.READ_AUDIT not in info.permissions  # officers see the alarm instead
    if step not in ORGANISATION_STEPS:
        return True
    organisation_step = (info.team.organisation_id, step)
    is_first = organisation_step not in shown
    shown.add(organisation_step)
    return is_first


def _own_waiting_row(info: TeamInfo, unlocked: Unlocked) -> Row:
    # Translators: {names} is one name or several, {words} are six English words.
    detail = _("Read these six words to {names}: {words}").format(
        names=wording.join_member_names(info.admitters),
        words=plain_isolated_name(own_words(unlocked)),
    )
    step = wording.describe_step(info)
    team = plain_isolated_name(info.team.name)
    text = _("You are waiting to be let into {team}").format(team=team)
    return panel_row(text, detail, step.url, step.verb, group=TODAY)


def _let_in_task_row(info: TeamInfo, membership: Membership) -> Row:
    due = waits_since(membership) + ADMISSION_DUE_AFTER
    name = plain_isolated_name(membership.user.name)
    text = _("{name} is waiting to be let in").format(name=name)  # For translators: into a team
    more = {"due": due, "group": _due_group_of(due, info.at)}
    url = reverse("vault:team_admit", args=[membership.pk])
    return panel_row(text, info.team.name, url, _("Let in"), **more)


def _due_group_of(due: datetime, at: datetime) -> str:
    if due <= at:
        return OVERDUE
    return TODAY if timezone.localdate(due) == timezone.localdate(at) else SOON


def _drill_task_row(info: TeamInfo) -> Row:
    url = reverse("vault:team_kit", args=[info.team.pk]) + "#drill"
    group = OVERDUE if info.is_drill_due() else SOON
    text = _("Test the codes of two recovery officers")
    detail = info.team.organisation.name
    return panel_row(text, detail, url, _("Test the codes"), due=info.drill_due_at, group=group)


def _step_row(info: TeamInfo, step: TeamStep) -> Row:
    next_step, team = wording.describe_step(info, step), info.team
    owner = team.organisation if step in ORGANISATION_STEPS else team
    is_here = next_step.posts or not next_step.verb
    url = reverse("vault:team", args=[team.pk]) if is_here else next_step.url
    group = TODAY if step in KIT_STEPS and info.is_at_risk else GROUP_BY_STEP[step]
    verb = next_step.verb or _("View")
    return panel_row(owner.name, next_step.text, url, verb, group=group)
