"""Pages of modules and courses: the newest version, and translations that are behind."""

from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import get_language

from protect.orgs.scope import Scope
from protect.questionnaires.access import build_form, list_published_forms
from protect.trainings.base import enums, labels
from protect.trainings.curricula import models, rules, vocabulary
from protect.trainings.curricula.access import AnyVersion, has_move_permission, versions_of
from protect.trainings.curricula.enums import VersionMove, VersionState

LIST_LIMIT = 1000  # versions in one list
version_state = labels.make_state_labeller(
    {
        VersionState.DRAFT: "plain",
        VersionState.IN_REVIEW: "open",
        VersionState.PUBLISHED: "good",
        VersionState.RETIRED: "ended",
    }
)


class VersionLine(NamedTuple):
    """A version in a list; an outdated translation has an original with a newer version."""

    version: AnyVersion
    status: labels.StateLabel
    is_outdated_translation: bool


def list_versions(scope: Scope, kind: str) -> list[VersionLine]:
    """Return each newest published version by language, and readable unpublished versions."""
    rows = list(versions_of(scope, kind).exclude(state=VersionState.RETIRED)[:LIST_LIMIT])
    published = [row for row in rows if row.state == VersionState.PUBLISHED]
    outdated = {row.pk for row in published if rules.find_newest_version(rows, row) is not None}
    return [_version_line(row, rows) for row in rows if row.pk not in outdated]


def version_context(scope: Scope, kind: str, version: AnyVersion) -> dict[str, Any]:
    """Return a version's page context. `source`: a newer published version of its original."""
    rows = versions_of(scope, kind).filter(**{kind: version.item_id})
    siblings = list(rows.order_by("language", "-number"))
    state = VersionState(version.state)
    moves = [move for move in VersionMove if (state, move) in rules.VERSION_MOVES]
    moves = [move for move in moves if has_move_permission(scope, version, move)]
    note_codes = version.content_notes if isinstance(version, models.ModuleVersion) else []
    return {
        "said": version_state(version.state),
        "moves": moves,
        "may_edit": VersionMove.SUBMIT in moves,
        "newer": rules.find_newest_version(siblings, version),
        "source": _newer_source(version, siblings),
        "others": [_version_line(row, siblings) for row in siblings if row.pk != version.pk],
        "modules": modules_of(version),
        "notes": [vocabulary.CONTENT_NOTE_LABELS.get(code, code) for code in note_codes],
        "forms": questionnaires_of(version),
    }


def modules_of(version: AnyVersion) -> list[models.ModuleVersion]:
    """Return the module versions of a course version in order; none for a module."""
    if not isinstance(version, models.CourseVersion):
        return []
    rows = version.pinned.select_related("module_version__module").order_by("position")
    return [row.module_version for row in rows]


def questionnaires_of(version: AnyVersion) -> list[tuple[str | Promise, str]]:
    """Return phases with questionnaire titles, or codes if not published; none for a module."""
    if not isinstance(version, models.CourseVersion):
        return []
    tag, by_code = get_language() or "en", {form.code: form for form in list_published_forms()}
    codes = [(phase, version.forms.get(phase.value, "")) for phase in enums.Phase]
    rows = [(phase.label, by_code.get(code), code) for phase, code in codes if code]
    return [(name, build_form(form, tag).title.text if form else code) for name, form, code in rows]


def newer_course_version(version: models.CourseVersion) -> models.CourseVersion | None:
    """Return the newest published version of a course in the same language, if one is newer."""
    rows = models.CourseVersion.objects.published().filter(
        course=version.course_id, language=version.language_id, number__gt=version.number
    )
    newer: models.CourseVersion | None = rows.order_by("-number").first()
    return newer


def _version_line(version: AnyVersion, rows: list[AnyVersion]) -> VersionLine:
    is_outdated_translation = _newer_source(version, rows) is not None
    return VersionLine(version, version_state(version.state), is_outdated_translation)


def _newer_source(version: AnyVersion, rows: list[AnyVersion]) -> AnyVersion | None:
    """Return the newest published version of a module version's original, if newer."""
    key = version.translates_id if isinstance(version, models.ModuleVersion) else None
    return next((rules.find_newest_version(rows, row) for row in rows if row.pk == key), None)
