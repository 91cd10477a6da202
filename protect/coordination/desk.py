"""Menu entry and start page panels of users who coordinate or belong to a working group."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from protect.coordination.base.access import coordinated_countries
from protect.coordination.groups.access import visible_groups
from protect.coordination.groups.models import Member
from protect.coordination.meetings.models import Meeting
from protect.coordination.minutes import rules
from protect.coordination.minutes.access import own_actions
from protect.coordination.pathways import home_panels
from protect.orgs.scope import Scope
from protect.ui.moments import exact_text
from protect.ui.pages import panel_row

# Translators: in the navigation: working groups, their meetings and decisions.
MENU_ENTRY = (gettext_lazy("Working groups"), "coordination:group_list")
MAX_PANEL_ROWS = 5  # on the start page
MEETINGS_WITHIN = timedelta(days=30)
type Panel = dict[str, object]


def nav(scope: Scope) -> list[tuple[object, str]]:
    """Return the menu entry for users who coordinate a country or belong to a group."""
    is_shown = bool(coordinated_countries(scope)) or visible_groups(scope).exists()
    return [MENU_ENTRY] if is_shown else []


def panels(scope: Scope, request: HttpRequest, at: datetime) -> Iterator[Panel]:
    """Yield the panels that have rows: the user's own actions, invitations to answer, pathways, and
    the groups, because the navigation leaves out its last items."""
    panels = (
        _actions(scope, at),
        _invitations(scope, at),
        home_panels.pathways_to_agree(scope),
        home_panels.pathways_to_look_at(scope, at),
        home_panels.whom_to_call(scope),
        _groups(scope),
    )
    for panel in panels:
        if panel["rows"]:
            yield panel


def _actions(scope: Scope, at: datetime) -> Panel:
    today, actions = at.date(), own_actions(scope)
    shown = actions.select_related("meeting__group")[:MAX_PANEL_ROWS]
    rows = [
        panel_row(
            action.text,
            action.meeting.group.name,
            reverse("coordination:action_list"),
            _("Look"),
            due=action.due_on,
            group=rules.urgency(action.due_on, today),
        )
        for action in shown
    ]
    # Translators: heading: what a working group has agreed on with the user.
    return _panel(_("My actions"), rows, actions.count(), "coordination:action_list")


def _invitations(scope: Scope, at: datetime) -> Panel:
    own = Member.objects.current().filter(user=scope.user_id, group__in=visible_groups(scope))
    meetings = Meeting.objects.filter(
        group__in=own.values("group"),
        starts_at__gt=at,
        starts_at__lte=at + MEETINGS_WITHIN,
        cancelled_at=None,
        invited_at__isnull=False,
    ).exclude(answers__member__in=own)
    rows = [
        panel_row(
            meeting.group.name,
            exact_text(meeting.starts_at),
            reverse("coordination:meeting", args=[meeting.pk]),
            _("Answer"),
            group="soon",
        )
        for meeting in meetings.select_related("group").order_by("starts_at")[:MAX_PANEL_ROWS]
    ]
    # Translators: heading: meetings of working groups that wait for an answer.
    title = _("Invitations to meetings")
    return _panel(title, rows, meetings.count(), "coordination:group_list")


def _groups(scope: Scope) -> Panel:
    groups = visible_groups(scope).filter(closed_at=None).select_related("organisation")
    rows = [
        panel_row(
            group.name,
            group.organisation.name,
            reverse("coordination:group", args=[group.pk]),
            _("Open"),
        )
        for group in groups[:MAX_PANEL_ROWS]
    ]
    return _panel(_("Working groups"), rows, groups.count(), "coordination:group_list")


def _panel(title: str, rows: list[dict[str, object]], count: int, page: str) -> Panel:
    return {"title": title, "rows": rows, "count": count, "more": reverse(page)}
