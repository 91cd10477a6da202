"""Panels of the start page: whom to call, pathways to agree on, and pathways to look at again."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from protect.coordination.groups import access as groups
from protect.coordination.pathways import access, agreed, pathway_pages
from protect.coordination.pathways.models import Pathway
from protect.coordination.pathways.place_names import pathway_name
from protect.directory.access import home_country
from protect.orgs.scope import Scope
from protect.ui.pages import panel_row

MAX_ROWS = 5
type Panel = dict[str, object]


def whom_to_call(scope: Scope) -> Panel:
    """Return the question whom to call, and the published pathways of the user's country."""
    country = home_country(scope)
    in_force = Pathway.objects.in_force().filter(country=country).values("pk")
    rows = access.visible_pathways(scope).filter(pk__in=in_force)
    shown = [_row(row, "", _("Open")) for row in rows[: MAX_ROWS - 1]]
    if shown:
        # Translators: a line on the start page: it leads to a question for whom, and when.
        text, url = _("For a person, now or at night"), reverse("coordination:pathway_call")
        shown.insert(0, panel_row(text, "", url, _("Ask")))
    return _panel(_("Whom do I call?"), shown, len(shown), "coordination:pathway_list")


def pathways_to_agree(scope: Scope) -> Panel:
    """Return proposed pathways on which the user's organisation has not agreed."""
    rows = []
    for row in _of_groups(scope).exclude(proposed_at=None):
        own = access.own_organisation(scope, row.group)
        agreements = row.agreements.filter(version=row.version, organisation_name=own)
        if own is not None and not agreements.exists():
            rows.append(_row(row, row.group.name, _("Look"), "pathway_arrange", group="soon"))
    # Translators: heading: pathways on which the user's organisation is to agree.
    title = _("Pathways to agree on")
    return _panel(title, rows[:MAX_ROWS], len(rows), "coordination:pathway_list")


def pathways_to_look_at(scope: Scope, at: datetime) -> Panel:
    """Return published pathways that the user runs, and that the directory has changed or that are
    to be tested again."""
    run = groups.run_groups(scope).values("pk")
    rows = []
    for row in _of_groups(scope).filter(group__in=run):
        edition = access.edition_in_force(row)
        if edition is None:
            continue
        tests = pathway_pages.test_state(row, at.date())
        if agreed.is_marked(edition):
            rows.append(_row(row, _("Changed since agreed"), _("Look"), group="overdue"))
        elif tests.is_old:
            rows.append(_row(row, _("Last test is older than a year"), _("Look"), group="soon"))
    # Translators: heading: pathways that a change in the directory touches, or with an old test.
    title = _("Pathways to look at")
    return _panel(title, rows[:MAX_ROWS], len(rows), "coordination:pathway_list")


def _of_groups(scope: Scope) -> QuerySet[Pathway]:
    rows = Pathway.objects.filter(group__in=groups.visible_groups(scope), ended_at=None)
    return rows.select_related("group")


def _row(
    row: Pathway, detail: str, verb: str, page: str = "pathway", **more: object
) -> dict[str, object]:
    url = reverse(f"coordination:{page}", args=[row.pk])
    return panel_row(pathway_name(row), detail, url, verb, **more)


def _panel(title: str, rows: list[dict[str, object]], count: int, page: str) -> Panel:
    return {"title": title, "rows": rows, "count": count, "more": reverse(page)}
