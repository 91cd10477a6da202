"""What the vault brings to the desk: its words in the navigation, and what waits."""

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from protect.kernel.text import plain_name
from protect.orgs import alarms, enums
from protect.orgs.history import lines, sentences
from protect.orgs.scope import Scope
from protect.ui import moments
from protect.ui.pages import panel_row
from protect.vault.access import teams_of
from protect.vault.organisations import panel as organisations
from protect.vault.sessions import drafts
from protect.vault.sessions.unlocked import Unlocked, unlocked
from protect.vault.teams import panel as teams

NAV = [
    # Translators: in the navigation: the teams that a user works in.
    (gettext_lazy("Teams"), "vault:team_list"),
    # Translators: in the navigation: the organisation that a user works for.
    (gettext_lazy("Organisation"), "vault:organisation_list"),
]
ORDER = ("alarm", "overdue", "today", "soon")

type Panel = dict[str, object]
MOST = 20  # rows


def panels(scope: Scope, request: HttpRequest, at: datetime) -> Iterator[Panel]:
    """Yield what waits for a user, and the way to their teams' work."""
    opens = unlocked(request)
    kept = list(_kept(opens, at))
    if kept:
        yield {"title": _("Typed and not sent"), "rows": kept, "count": len(kept), "more": ""}
    waits = [*_alarm_rows(scope), *teams.rows(scope, opens, at), *organisations.rows(scope, at)]
    waits.sort(key=lambda row: ORDER.index(row["group"]))
    yield {"title": _("What waits for you"), "rows": waits, "count": len(waits), "more": ""}
    mine = list(_teams(scope))
    if mine:
        more = reverse("vault:team_list")
        yield {"title": _("Your teams"), "rows": mine, "count": len(mine), "more": more}


def _kept(opens: Unlocked, at: datetime) -> Iterator[dict[str, object]]:
    text, detail = _("A form that was not sent"), _("Only you can read it.")
    for draft in drafts.waiting(opens, at=at):
        url, due = reverse("vault:draft", args=[draft.pk]), draft.expires
        yield panel_row(text, detail, url, _("Look at it"), due=due, group="today")


def _teams(scope: Scope) -> Iterator[dict[str, object]]:
    rows = teams_of(scope).filter(pk__in=scope.teams).select_related("organisation")
    for team in rows.order_by("name", "pk"):
        url = reverse("vault:note_list", args=[team.pk])
        yield panel_row(team.name, team.organisation.name, url, _("Open notes"))


def _alarm_rows(scope: Scope) -> Iterator[dict[str, object]]:
    mine = scope.organisations_where(enums.Permission.READ_AUDIT)
    if not mine:
        return
    for alarm in alarms.unanswered(mine)[:MOST]:
        name = plain_name(lines.name_of(alarm.kind, alarm.pk, mine))
        # Translators: {what} is a sentence that says what was found, {moment} when.
        detail = _("{what} Last noticed: {moment}").format(
            what=sentences.why(alarm.outcome), moment=moments.exact(alarm.at)
        )
        text, url = f"{sentences.thing(alarm.kind)} {name}", alarms.alarms_url(alarm.organisation)
        yield panel_row(text, detail, url, _("Look at it"), group="alarm")
