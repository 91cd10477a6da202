"""Menu entry and start page panels of users who run campaigns."""

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from protect.campaigns import forms
from protect.campaigns.base import rules
from protect.campaigns.base.access import campaign_countries
from protect.campaigns.distribution.access import visible_orders
from protect.campaigns.plans.access import own_campaigns
from protect.campaigns.plans.models import CalendarAction
from protect.campaigns.press import outdated
from protect.campaigns.press.access import visible_files
from protect.orgs.scope import Scope
from protect.ui.pages import panel_row

# Translators: in the navigation: campaigns, posters and other materials.
MENU_ENTRY = (gettext_lazy("Campaigns"), "campaigns:campaign_list")
MAX_PANEL_ROWS = 5  # on the start page
type Panel = dict[str, object]


def nav(scope: Scope) -> list[tuple[object, str]]:
    """Return the menu entry for users who run campaigns."""
    return [MENU_ENTRY] if campaign_countries(scope) else []


def panels(scope: Scope, request: HttpRequest, at: datetime) -> Iterator[Panel]:
    """Yield the panels that have rows: outdated materials, waiting orders, the next actions."""
    if not campaign_countries(scope):
        return
    for panel in (_outdated(scope, at), _orders(scope, at), _calendar(scope, at)):
        if panel["rows"]:
            yield panel


def _outdated(scope: Scope, at: datetime) -> Panel:
    states = outdated.outdated_files(visible_files(scope), at)
    rows = [
        panel_row(
            f"{each.file.material.title} · {forms.file_label(each.file)}",
            # Translators: of a poster: a telephone number on it, or a text, has changed.
            _("A number is no longer right") if each.is_wrong else _("Changed since printing"),
            reverse("campaigns:press_file", args=[each.file.pk]),
            _("Look"),
            group="overdue" if each.is_wrong else "soon",
        )
        for each in states[:MAX_PANEL_ROWS]
    ]
    # Translators: heading: posters on which something has changed.
    return _panel(_("Outdated materials"), rows, len(states), "number_list")


def _orders(scope: Scope, at: datetime) -> Panel:
    waiting = visible_orders(scope).waiting().select_related("material")
    today = at.date()
    rows = [
        panel_row(
            order.destination,
            order.material.title,
            reverse("campaigns:order", args=[order.pk]),
            _("Look"),
            due=order.needed_by,
            group=rules.urgency(order.needed_by, today) if order.needed_by else "soon",
        )
        for order in waiting[:MAX_PANEL_ROWS]
    ]
    # Translators: heading: orders of posters that were not sent yet.
    return _panel(_("Orders to send"), rows, waiting.count(), "order_list")


def _calendar(scope: Scope, at: datetime) -> Panel:
    today = at.date()
    actions = CalendarAction.objects.filter(
        campaign__in=own_campaigns(scope).filter(retired_at=None),
        day__lte=today + rules.SOON,
        done_at=None,
        cancelled_at=None,
    ).select_related("campaign")
    rows = [
        panel_row(
            action.title,
            action.campaign.name,
            reverse("campaigns:campaign", args=[action.campaign_id]),
            _("Look"),
            due=action.day,
            group=rules.urgency(action.day, today),
        )
        for action in actions[:MAX_PANEL_ROWS]
    ]
    # Translators: heading: what campaigns do in the next two weeks.
    return _panel(_("Actions of campaigns"), rows, actions.count(), "campaign_list")


def _panel(title: str, rows: list[dict[str, object]], count: int, page: str) -> Panel:
    return {"title": title, "rows": rows, "count": count, "more": reverse(f"campaigns:{page}")}
