"""Pages of modules and courses: the newest version, and translations that are behind."""

from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import get_language

from protect.orgs.scope import Scope
from protect.questionnaires.access import form_of, published
from protect.trainings.base import enums, labels
from protect.trainings.curricula import rules, vocabulary
from protect.trainings.curricula.access import AnyVersion, may_do, versions_of
from protect.trainings.curricula.enums import VersionMove, VersionState
from protect.trainings.curricula.models import CourseVersion, ModuleVersion

MOST = 1000  # versions of a list
version_state = labels.labelled(
    {
        VersionState.DRAFT: "plain",
        VersionState.IN_REVIEW: "open",
        VersionState.PUBLISHED: "good",
        VersionState.RETIRED: "ended",
    }
)


class VersionLine(NamedTuple):
    """A version in a list. `is_behind`: its source has a newer version than it was made from."""

    version: AnyVersion
    said: labels.StateLabel
    is_behind: bool


def lines_of(scope: Scope, kind: str) -> list[VersionLine]:
    """Return, per module or course and language, the newest published version and the drafts."""
    rows = list(versions_of(scope, kind).exclude(state=VersionState.RETIRED)[:MOST])
    return [
        _line(row, rows)
        for row in rows
        if row.state != VersionState.PUBLISHED or rules.newest(rows, row) is None
    ]


def sheet_of(scope: Scope, kind: str, version: AnyVersion) -> dict[str, Any]:
    """Return what the page of a version shows. `source`: newer than what it translates."""
    same = versions_of(scope, kind).filter(**{kind: version.thing_id})
    rows = list(same.order_by("language", "-number"))
    state = VersionState(version.state)
    moves = [move for move in VersionMove if (state, move) in rules.VERSION_MOVES]
    moves = [move for move in moves if may_do(scope, version, move)]
    codes = version.content_notes if isinstance(version, ModuleVersion) else []
    return {
        "said": version_state(version.state),
        "moves": moves,
        "may_edit": VersionMove.SUBMIT in moves,
        "newer": rules.newest(rows, version),
        "source": _source(version, rows),
        "others": [_line(row, rows) for row in rows if row.pk != version.pk],
        "modules": modules_of(version),
        "notes": [vocabulary.CONTENT_NOTES.get(code, code) for code in codes],
        "forms": forms_of(version),
    }


def modules_of(version: AnyVersion) -> list[ModuleVersion]:
    """Return the modules of a course in their order; none of a module."""
    if not isinstance(version, CourseVersion):
        return []
    rows = version.pinned.select_related("module_version__module").order_by("position")
    return [row.module_version for row in rows]


def forms_of(version: AnyVersion) -> list[tuple[str | Promise, str]]:
    """Return the phases of a course with their questionnaires, in order; nothing for a module."""
    if not isinstance(version, CourseVersion):
        return []
    by_code = {each.code: each for each in published()}
    language = get_language() or "en"
    codes = [(phase, version.forms.get(phase.value, "")) for phase in enums.Phase]
    return [
        (phase.label, form_of(by_code[code], language).title.text if code in by_code else code)
        for phase, code in codes
        if code
    ]


def newer_than(version: CourseVersion) -> CourseVersion | None:
    """Return the newest published version of a course in the same language, if one is newer."""
    rows = CourseVersion.objects.published().filter(
        course=version.course_id, language=version.language_id, number__gt=version.number
    )
    newer: CourseVersion | None = rows.order_by("-number").first()
    return newer


def _line(version: AnyVersion, rows: list[AnyVersion]) -> VersionLine:
    return VersionLine(version, version_state(version.state), _source(version, rows) is not None)


def _source(version: AnyVersion, rows: list[AnyVersion]) -> AnyVersion | None:
    """Return the newest version in the language that was translated from, if it is newer."""
    key = version.translates_id if isinstance(version, ModuleVersion) else None
    return next((rules.newest(rows, row) for row in rows if row.pk == key), None)
