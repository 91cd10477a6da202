"""Menu entry and start page panels of users who run campaigns."""

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from protect.campaigns import log_forms
from protect.campaigns.base import rules
from protect.campaigns.base.access import campaign_countries
from protect.campaigns.country_plan import UnreadMaterial, materials_work
from protect.campaigns.distribution.access import stopped_orders, visible_orders
from protect.campaigns.distribution.models import OrderQuerySet
from protect.campaigns.plans.access import own_campaigns
from protect.campaigns.plans.models import CalendarAction
from protect.campaigns.press.models import PressFile
from protect.campaigns.press.outdated import FileState
from protect.directory.facts.sentences import language_name
from protect.kernel.text import plain_isolated_number
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
    """Yield the panels that have rows: materials that are outdated, wait for a review, are out of
    print or ordered, and the next actions."""
    if not campaign_countries(scope):
        return
    work = materials_work(scope, at)
    for panel in (
        _stopped(scope, work.outdated),
        _outdated(work.outdated),
        _unread(work.unread),
        _out_of_print(work.out_of_print),
        _orders(work.orders, at),
        _calendar(scope, at),
    ):
        if panel["rows"]:
            yield panel


def _stopped(scope: Scope, states: list[FileState]) -> Panel:
    wrong = [each.file for each in states if each.is_wrong]
    orders = stopped_orders(visible_orders(scope), wrong).select_related("material")
    rows = [
        panel_row(
            order.destination,
            f"{order.material.title} · {_('A number is no longer right')}",
            reverse("campaigns:order", args=[order.pk]),
            _("Look"),
            group="overdue",
        )
        for order in orders[:MAX_PANEL_ROWS]
    ]
    # Translators: heading: orders of posters on their way on which a number is no longer right.
    return _panel(_("Orders to stop"), rows, len(orders), "campaigns:order_list")


def _outdated(states: list[FileState]) -> Panel:
    rows = [
        panel_row(
            f"{each.file.material.title} · {log_forms.file_label(each.file)}",
            _outdated_text(each),
            reverse("campaigns:press_file", args=[each.file.pk]),
            _("Look"),
            group="overdue" if each.is_wrong or each.is_taken_down else "soon",
        )
        for each in states[:MAX_PANEL_ROWS]
    ]
    # Translators: heading: posters on which something has changed.
    return _panel(_("Outdated materials"), rows, len(states), "campaigns:number_list")


def _outdated_text(state: FileState) -> str:
    # Translators, of each: of a poster: a telephone number on it, or a text, has changed.
    if state.is_taken_down:
        return _("Taken down: collect the copies")
    if state.is_wrong:
        return _("A number is no longer right")
    if state.uncertain_numbers:
        numbers = ", ".join(map(plain_isolated_number, state.uncertain_numbers))
        return f"{_('A number must be checked again.')} {numbers}"
    if state.has_text_now:
        text = _("The text exists in {language} now.")
        return text.format(language=language_name(state.file.language_id))
    return _("Changed since printing")


def _unread_text(unread: UnreadMaterial) -> str:
    # Translators: {languages} in which texts of a poster wait, {count} such texts.
    text = ngettext("{count} text in: {languages}", "{count} texts in: {languages}", unread.texts)
    shown = text.format(count=unread.texts, languages=", ".join(map(language_name, unread.tags)))
    if unread.changed:
        # Translators: {n} texts of which the English was changed after they were translated.
        shown += " · " + _("Source changed: %(n)s") % {"n": unread.changed}
    return shown


def _unread(materials: list[UnreadMaterial]) -> Panel:
    rows = [
        panel_row(
            each.material.title,
            _unread_text(each),
            reverse("content:source", args=[each.material.template]),
            _("Look"),
            group="soon",
        )
        for each in materials[:MAX_PANEL_ROWS]
    ]
    # Translators: heading: posters with texts that others must still read.
    title = _("Materials that wait for a review")
    return _panel(title, rows, len(materials), "content:queue")


def _out_of_print(files: list[PressFile]) -> Panel:
    rows = [
        panel_row(
            f"{file.material.title} · {log_forms.file_label(file)}",
            _("By the log, no copy is left."),
            reverse("campaigns:press_file", args=[file.pk]),
            _("Look"),
            group="soon",
        )
        for file in files[:MAX_PANEL_ROWS]
    ]
    # Translators: heading: posters of which all copies were given out.
    return _panel(_("Out of print"), rows, len(files), "campaigns:material_list")


def _orders(waiting: OrderQuerySet, at: datetime) -> Panel:
    today = at.date()
    rows = [
        panel_row(
            order.destination,
            order.material.title,
            reverse("campaigns:order", args=[order.pk]),
            _("Look"),
            due=order.needed_by,
            group=(
                rules.urgency(order.needed_by, order.needed_by, today)
                if order.needed_by
                else "soon"
            ),
        )
        for order in waiting[:MAX_PANEL_ROWS]
    ]
    # Translators: heading: orders of posters that were not sent yet.
    return _panel(_("Orders to send"), rows, waiting.count(), "campaigns:order_list")


def _calendar(scope: Scope, at: datetime) -> Panel:
    today = at.date()
    actions = CalendarAction.objects.filter(
        campaign__in=own_campaigns(scope).filter(retired_at=None),
        starts_on__lte=today + rules.SOON,
        done_at=None,
        cancelled_at=None,
    ).select_related("campaign")
    rows = [
        panel_row(
            action.title,
            action.campaign.name,
            reverse("campaigns:campaign", args=[action.campaign_id]),
            _("Look"),
            due=action.ends_on if action.starts_on <= today else action.starts_on,
            group=rules.urgency(action.starts_on, action.ends_on, today),
        )
        for action in actions[:MAX_PANEL_ROWS]
    ]
    # Translators: heading: what campaigns do in the next two weeks.
    return _panel(_("Actions of campaigns"), rows, actions.count(), "campaigns:campaign_list")


def _panel(title: str, rows: list[dict[str, object]], count: int, page: str) -> Panel:
    return {"title": title, "rows": rows, "count": count, "more": reverse(page)}
