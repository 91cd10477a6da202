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
MAX_DIGITS = 6  # of the number of a decision
ARABIC_ARTICLE = "ال"  # the desk's word for a decision has it, a user may leave it out


class DecisionSearch(NamedTuple):
    """What was found in the groups of a user, the best matches first."""

    decisions: list[Decision]
    lines: list[AgendaItem]


class TypedNumber(NamedTuple):
    """The number of a decision that was searched for, and the other words."""

    number: int
    words: str


def read_number(typed: str) -> TypedNumber | None:
    """Return the number in texts such as "4", "decision 4" and "Decision 4 night", in English or in
    the language of the desk; None without exactly one."""
    words = fold(typed).split()
    numbers = [word for word in words if word.isdecimal() and len(word) <= MAX_DIGITS]
    if len(numbers) != 1:
        return None
    shown = _("Decision %(number)s") % {"number": ""}  # as rows of minutes say it
    ignored = {numbers[0], *fold(f"decision {_('Decision')} {shown}").split()}
    others = (word for word in words if ignored.isdisjoint({word, f"{ARABIC_ARTICLE}{word}"}))
    return TypedNumber(int(numbers[0]), " ".join(others))


def search_decisions(scope: Scope, typed: str) -> DecisionSearch:
    """Return decisions and lines of minutes of the user's groups that have all typed words, after
    the decisions with a typed number; without words, all decisions."""
    visible = access.visible_decisions(scope)
    decisions = visible.prefetch_related("meeting", "group")
    lines = AgendaItem.objects.filter(meeting__in=visible_meetings(scope))
    keys = find_keys(SearchKind.DECISION, typed, visible)
    if keys is None:
        return DecisionSearch(list(decisions.order_by("-recorded_at", "-number")), [])
    keys = list(dict.fromkeys([*_keys_by_number(typed, visible), *keys]))
    line_keys = find_keys(SearchKind.MINUTES, typed, lines) or []
    found = decisions.filter(pk__in=map(UUID, keys))
    decisions_by_key = {key_of_row(row.pk): row for row in found}
    rows = lines.filter(pk__in=map(UUID, line_keys)).prefetch_related("meeting__group")
    lines_by_key = {key_of_row(row.pk): row for row in rows}
    return DecisionSearch(
        [decisions_by_key[key] for key in keys if key in decisions_by_key],
        [lines_by_key[key] for key in line_keys if key in lines_by_key],
    )


def _keys_by_number(typed: str, visible: QuerySet[Decision]) -> list[str]:
    """Return the keys of the decisions with a typed number that have the other typed words."""
    found = read_number(typed)
    if found is None:
        return []
    rows = visible.filter(number=found.number).order_by("-recorded_at", "pk")
    by_words = find_keys(SearchKind.DECISION, found.words, rows)
    return [key_of_row(row.pk) for row in rows] if by_words is None else by_words


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
