"""What the pages of modules and courses show: what is newest, and what is behind."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language

from protect.orgs.scope import Scope
from protect.questionnaires.access import form_of, published
from protect.trainings.base.enums import Phase
from protect.trainings.base.labels import Said
from protect.trainings.curricula import labels
from protect.trainings.curricula.access import AnyVersion, may_do, thing_of, versions_of
from protect.trainings.curricula.enums import VersionMove, VersionState
from protect.trainings.curricula.labels import CONTENT_NOTES
from protect.trainings.curricula.models import CourseVersion, ModuleVersion
from protect.trainings.curricula.rules import VERSION_MOVES, Told, newest

MOST = 1000  # versions of a list


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in a list. `is_behind`: its source has a newer version than it was made from."""

    version: AnyVersion
    said: Said
    is_behind: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A version at a glance. `newer` replaces it, `source` is newer than what it translates."""

    version: AnyVersion
    said: Said
    moves: list[VersionMove]
    may_edit: bool
    newer: AnyVersion | None
    source: AnyVersion | None
    others: list[VersionLine]
    modules: list[ModuleVersion]
    notes: list[str | Promise]  # what it talks about
    forms: list[tuple[str | Promise, str]]  # what a course asks: when, and which questionnaire


def lines_of(scope: Scope, kind: str) -> list[VersionLine]:
    """Return of each thing and language the newest published version, and what is being written."""
    rows = list(versions_of(scope, kind).exclude(state=VersionState.RETIRED)[:MOST])
    known = {told(row): row for row in rows}
    rows = [
        row
        for row in rows
        if row.state != VersionState.PUBLISHED or newest(known, told(row)) is None
    ]
    return [_line(row, known) for row in rows]


def sheet_of(scope: Scope, kind: str, version: AnyVersion) -> Sheet:
    """Return what the page of a version shows."""
    same = versions_of(scope, kind).filter(**{kind: thing_of(version).pk})
    rows = list(same.order_by("language", "-number"))
    known = {told(row): row for row in rows}
    moves = [
        move
        for move in VersionMove
        if (VersionState(version.state), move) in VERSION_MOVES and may_do(scope, version, move)
    ]
    return Sheet(
        version=version,
        said=labels.version_state(version.state),
        moves=moves,
        may_edit=VersionMove.SUBMIT in moves,
        newer=_newest(version, known),
        source=_source(version, known),
        others=[_line(row, known) for row in rows if row.pk != version.pk],
        modules=modules_of(version),
        notes=notes_of(version),
        forms=forms_of(version),
    )


def modules_of(version: AnyVersion) -> list[ModuleVersion]:
    """Return the modules of a course in their order; none of a module."""
    if not isinstance(version, CourseVersion):
        return []
    rows = version.pinned.select_related("module_version__module").order_by("position")
    return [row.module_version for row in rows]


def notes_of(version: AnyVersion) -> list[str | Promise]:
    """Return what a module talks about, in words."""
    codes = version.content_notes if isinstance(version, ModuleVersion) else []
    return [CONTENT_NOTES.get(code, code) for code in codes]


def forms_of(version: AnyVersion) -> list[tuple[str | Promise, str]]:
    """Return what a course asks, in the order of a course; nothing of a module."""
    if not isinstance(version, CourseVersion):
        return []
    known = {each.code: each for each in published()}
    language = get_language() or "en"
    asked = [(phase, version.forms.get(phase.value, "")) for phase in Phase]
    return [
        (phase.label, form_of(known[code], language).title.text if code in known else code)
        for phase, code in asked
        if code
    ]


def newer_than(version: CourseVersion) -> CourseVersion | None:
    """Return the newest published version of a course in the same language, if one is newer."""
    rows = CourseVersion.objects.published().filter(
        course=version.course_id, language=version.language_id, number__gt=version.number
    )
    found: CourseVersion | None = rows.order_by("-number").first()
    return found


def told(version: AnyVersion) -> Told:
    """Return a version as it is compared with others."""
    return Told(
        str(thing_of(version).pk),
        version.language_id,
        version.number,
        VersionState(version.state),
    )


def _line(version: AnyVersion, known: dict[Told, AnyVersion]) -> VersionLine:
    is_behind = _source(version, known) is not None
    return VersionLine(version, labels.version_state(version.state), is_behind)


def _source(version: AnyVersion, known: dict[Told, AnyVersion]) -> AnyVersion | None:
    """Return what stands now of the language from which something was translated, if newer."""
    key = version.translates_id if isinstance(version, ModuleVersion) else None
    return next((_newest(row, known) for row in known.values() if row.pk == key), None)


def _newest(version: AnyVersion, known: dict[Told, AnyVersion]) -> AnyVersion | None:
    found = newest(known, told(version))
    return known[found] if found else None
