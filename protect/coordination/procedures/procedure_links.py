"""Procedures as other pages link them: each says whether it is in force or past its review."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet

from protect.coordination.procedures.access import visible_procedures, visible_versions
from protect.coordination.procedures.enums import VersionState
from protect.coordination.procedures.models import Procedure, ProcedureVersion
from protect.orgs.scope import Scope


class ProcedureLink(NamedTuple):
    """A procedure for `procedures/_procedure_link.html`: the version in force, else the newest one
    that the user may read."""

    procedure: Procedure
    version: ProcedureVersion
    state: VersionState
    draft: ProcedureVersion | None  # the next version, if the user may read it


def readable_procedures(scope: Scope) -> QuerySet[Procedure]:
    """Return the procedures that the user may read, with the versions that the user may read."""
    readable = Prefetch("versions", visible_versions(scope))
    rows = visible_procedures(scope).select_related("group__organisation")
    return rows.prefetch_related(readable)


def procedure_links(procedures: Iterable[Procedure], day: date) -> list[ProcedureLink]:
    """Return procedures of `readable_procedures` with their states on a day, those past their
    review first."""
    order = [VersionState.PAST_REVIEW, *VersionState]
    links = [_link(procedure, day) for procedure in procedures]
    return sorted(links, key=lambda link: (order.index(link.state), link.version.title))


def _link(procedure: Procedure, day: date) -> ProcedureLink:
    newest = procedure.versions.all()[0]
    version = procedure.in_force_on(day) or newest
    draft = newest if newest.is_open and newest != version else None
    return ProcedureLink(procedure, version, procedure.state_on(day), draft)
