"""Lists over all groups of a user: actions, and what was decided."""

from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from protect.content.enums import SearchKind
from protect.content.search.entries import find_keys, key_of_row
from protect.coordination.groups.access import run_groups
from protect.coordination.meetings.access import visible_meetings
from protect.coordination.meetings.models import AgendaItem
from protect.coordination.minutes import access
from protect.coordination.minutes.enums import ActionState
from protect.coordination.minutes.models import ActionPoint, ActionPointQuerySet, Decision
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.reference.lookup.fold import fold
from protect.ui.pages import render_form_page

OPEN, DONE, ALL = "open", "done", "all"
MAX_DIGITS = 9  # of the number of a decision


class DecisionSearch(NamedTuple):
    """What was found in the groups of a user, the best matches first."""

    decisions: list[Decision]
    lines: list[AgendaItem]


def search_decisions(scope: Scope, typed: str) -> DecisionSearch:
    """Return decisions and lines of minutes of the user's groups that have all typed words; without
    words, all decisions. A number, such as "4" or "decision 4", finds the decisions of that number
    first."""
    visible = access.visible_decisions(scope)
    decisions = visible.prefetch_related("meeting", "group")
    lines = AgendaItem.objects.filter(meeting__in=visible_meetings(scope))
    keys = find_keys(SearchKind.DECISION, typed, visible)
    if keys is None:
        return DecisionSearch(list(decisions.order_by("-recorded_at", "-number")), [])
    line_keys = find_keys(SearchKind.MINUTES, typed, lines) or []
    found = decisions.filter(pk__in=map(UUID, keys))
    decisions_by_key = {key_of_row(row.pk): row for row in found}
    rows = lines.filter(pk__in=map(UUID, line_keys)).prefetch_related("meeting__group")
    lines_by_key = {key_of_row(row.pk): row for row in rows}
    numbered = list(_of_number(decisions, typed))
    named = [decisions_by_key[key] for key in keys if key in decisions_by_key]
    return DecisionSearch(
        numbered + [row for row in named if row not in numbered],
        [lines_by_key[key] for key in line_keys if key in lines_by_key],
    )


@require_safe
def decision_list(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "").strip()
    results = search_decisions(scope_of(request), typed)
    context = {"typed": typed, "decisions": results.decisions, "lines": results.lines}
    return render_form_page(request, "coordination/decision_list.html", None, context)


@require_safe
def action_list(request: HttpRequest) -> HttpResponse:
    """Show the user's own actions, then those of others in the user's groups: the open ones, those
    that are done, or all."""
    scope = scope_of(request)
    show = request.GET.get("show", OPEN)
    rows = _shown_actions(access.visible_actions(scope), show)
    rows = rows.select_related("owner__user", "meeting__group", "ended_by")
    own = [row for row in rows if row.owner.user_id == scope.user_id and not row.owner.left_at]
    context = {
        "own": own,
        "others": [row for row in rows if row not in own],
        "run": set(run_groups(scope).values_list("pk", flat=True)),
        "today": clock.now().date(),
        "show": show if show in (DONE, ALL) else OPEN,
    }
    return render_form_page(request, "coordination/action_list.html", None, context)


def _shown_actions(rows: ActionPointQuerySet, show: str) -> QuerySet[ActionPoint]:
    """Keep what a filter shows; what is done stands with the last first."""
    if show == DONE:
        return rows.filter(state=ActionState.DONE).order_by("-ended_at", "pk")
    return rows if show == ALL else rows.open()


def _of_number(rows: QuerySet[Decision], typed: str) -> QuerySet[Decision]:
    """Keep the decisions whose number was typed, alone or with the word for a decision."""
    found = fold(typed).split()
    numbers = [word for word in found if word.isdecimal() and len(word) <= MAX_DIGITS]
    label = _("Decision %(number)s") % {"number": ""}
    if len(numbers) != 1 or not set(found) <= {*numbers, *fold(f"decision {label}").split()}:
        return rows.none()
    return rows.filter(number=int(numbers[0])).order_by("-recorded_at")
