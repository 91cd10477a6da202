"""The procedure or guideline that a pathway follows, with its state, on pages and on paper."""

from datetime import date
from typing import NamedTuple

from django.db.models import Prefetch, Q, QuerySet

from protect.coordination.pathways.models import Pathway
from protect.coordination.procedures.models import Procedure, ProcedureTranslation
from protect.coordination.procedures.procedure_links import (
    ProcedureLink,
    procedure_links,
    readable_procedures,
)
from protect.orgs.scope import Scope


class FollowedProcedure(NamedTuple):
    """A procedure as a paper names it. `overdue_since`: the day of its review, once it is past."""

    title: str
    number: int  # of the version
    overdue_since: date | None


def choosable_procedures(pathway: Pathway, day: date) -> QuerySet[Procedure]:
    """Return the procedures in force on a day, of the group of a pathway, of groups of its country,
    and of groups of the whole region."""
    near = Q(group=pathway.group) | Q(group__country=pathway.country_id) | Q(group__country=None)
    in_force = Procedure.objects.filter(versions__in_force_from__lte=day)
    rows = Procedure.objects.filter(near, pk__in=in_force.values("pk"))
    return rows.select_related("group").prefetch_related("versions")


def procedure_label(procedure: Procedure, day: date) -> str:
    """Return title, state and group of a procedure in a list of choices. Needs its group and
    versions loaded."""
    version = procedure.in_force_on(day)
    title = version.title if version else ""
    return f"{title} · {procedure.state_on(day).label} · {procedure.group.name}"


def followed_link(scope: Scope, pathway: Pathway, day: date) -> ProcedureLink | None:
    """Return the procedure of a pathway with its state on a day; None if none was named, or if the
    user may not read it."""
    if pathway.procedure_id is None:
        return None
    rows = readable_procedures(scope).filter(pk=pathway.procedure_id)
    return next(iter(procedure_links(rows, day)), None)


def followed_on_paper(pathway: Pathway, day: date, tag: str) -> FollowedProcedure | None:
    """Return the procedure of a pathway as a paper in a language names it; None without a version
    in force."""
    translations = Prefetch(
        "versions__translations", ProcedureTranslation.objects.filter(language=tag)
    )
    if pathway.procedure_id is None:
        return None
    rows = Procedure.objects.prefetch_related("versions", translations)
    procedure = rows.get(pk=pathway.procedure_id)
    version = procedure.in_force_on(day)
    if version is None:
        return None
    translated = next(iter(version.translations.all()), None)
    overdue_since = version.review_by if procedure.is_past_review(day) else None
    return FollowedProcedure(
        translated.title if translated else version.title, version.number, overdue_since
    )
