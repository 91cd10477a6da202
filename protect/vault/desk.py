"""The vault's part of the desk: its navigation entries and its panels of waiting work."""

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from protect.kernel.text import plain_isolated_name
from protect.orgs import alarms, enums
from protect.orgs.history import lines, sentences
from protect.orgs.scope import Scope
from protect.ui import moments, pages
from protect.vault.access import reachable_teams
from protect.vault.organisations import panel as organisations
from protect.vault.sessions import drafts
from protect.vault.sessions.unlocked import Unlocked, get_unlocked
from protect.vault.teams import panel as teams

NAV = [
    # Translators: in the navigation: the teams that a user works in.
    (gettext_lazy("Teams"), "vault:team_list"),
    # Translators: in the navigation: the organisation that a user works for.
    (gettext_lazy("Organisation"), "vault:organisation_list"),
]
TASK_GROUP_ORDER = ("alarm", "overdue", "today", "soon")  # the most urgent first

type Panel = dict[str, object]
MAX_ALARM_ROWS = 20  # unanswered alarms that the home page shows among the tasks


def panels(scope: Scope, request: HttpRequest, at: datetime) -> Iterator[Panel]:
    """Yield home page panels: the user's unsent forms, if any; tasks, always; and teams, if any."""
    unlocked = get_unlocked(request)
    draft_rows = list(_draft_rows(unlocked, at))
    if draft_rows:
        yield _build_panel(_("Forms not sent"), draft_rows)
    tasks = [
        *_alarm_rows(scope),
        *teams.home_panel_rows(scope, unlocked, at),
        *organisations.home_panel_rows(scope, at),
    ]
    tasks.sort(key=lambda row: TASK_GROUP_ORDER.index(row["group"]))
    yield _build_panel(_("Your tasks"), tasks)
    team_rows = list(_own_team_rows(scope))
    if team_rows:
        yield _build_panel(_("Your teams"), team_rows, reverse("vault:team_list"))


def _build_panel(title: str, rows: list[dict[str, object]], more_url: str = "") -> Panel:
    return {"title": title, "rows": rows, "count": len(rows), "more": more_url}


def _draft_rows(unlocked: Unlocked, at: datetime) -> Iterator[dict[str, object]]:
    text, detail = _("Form that was not sent"), _("Only you can read it.")
    for draft in drafts.waiting_drafts(unlocked, at=at):
        url, due = reverse("vault:draft", args=[draft.pk]), draft.expires
        yield pages.panel_row(text, detail, url, _("View"), due=due, group="today")


def _own_team_rows(scope: Scope) -> Iterator[dict[str, object]]:
    rows = reachable_teams(scope).filter(pk__in=scope.teams).select_related("organisation")
    for team in rows.order_by("name", "pk"):
        url = reverse("vault:note_list", args=[team.pk])
        yield pages.panel_row(team.name, team.organisation.name, url, _("Open notes"))


def _alarm_rows(scope: Scope) -> Iterator[dict[str, object]]:
    """Yield a task for each unanswered alarm of organisations whose history the user may read."""
    organisation_ids = scope.organisations_where(enums.Permission.READ_AUDIT)
    if not organisation_ids:
        return
    for alarm in alarms.unanswered_alarms(organisation_ids)[:MAX_ALARM_ROWS]:
        name = lines.target_name(alarm.target_kind, alarm.target_id, organisation_ids)
        detail = _("{what} Last detected: {moment}")  # For translators: {what} is a full sentence
        what, moment = sentences.refusal_sentence(alarm.outcome), moments.exact_text(alarm.at)
        detail = detail.format(what=what, moment=moment)
        text = f"{sentences.target_label(alarm.target_kind)} {plain_isolated_name(name)}"
        url = alarms.alarms_url(alarm.organisation)
        yield pages.panel_row(text, detail, url, _("View"), group="alarm")
