"""Actions on versions of modules and courses, from the draft to the hand-over. A published version
never changes, because past editions were taught from it. Another organisation can propose a version
of a module, translate it, or adapt it as a module of its own, with credit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from protect.audit.context import AuditContext
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.base.errors import TrainingRefusal
from protect.trainings.curricula import access, course_forms, enums, models, rules
from protect.trainings.curricula.access import VERSION_MODELS, AnyVersion

# The editable fields of both kinds, of modules only, and of courses only.
SHARED_FIELDS = ("title", "short_title", "objectives")
MODULE_FIELDS = ("minutes", "licence", "content_notes", "credits", "files")
COURSE_FIELDS = ("tier", "audience", "forms", "attendance_percent", "assessment", "pass_percent")
CREDITS_LENGTH = 400  # characters
VERSION_FIELDS = {
    models.ModuleVersion: SHARED_FIELDS + MODULE_FIELDS,
    models.CourseVersion: SHARED_FIELDS + COURSE_FIELDS,
}
type Fields = Mapping[str, Any]


class NewModuleOrCourse(NamedTuple):
    """The kind, the permanent code and the first language of a new module or course."""

    kind: str  # module or course
    code: str
    language: str


@transaction.atomic
def create_module_or_course(
    scope: Scope, owner: Organisation, start: NewModuleOrCourse, fields: Fields, *, at: datetime
) -> AnyVersion:
    """Create a module or course, and return its first draft. Errors: PermissionDenied;
    trainings_code_taken; AssessmentsNotComparable."""
    if owner.pk not in access.must_plan_or_train(scope):
        raise PermissionDenied
    model: type[models.CurriculumItem] = models.Module if start.kind == "module" else models.Course
    item, is_new = model._default_manager.get_or_create(code=start.code, defaults={"owner": owner})
    if not is_new:
        raise TrainingRefusal("trainings_code_taken")
    return _create_draft(scope, item, start.language, fields, at=at)


@transaction.atomic
def draft_next_version(scope: Scope, version: AnyVersion, *, at: datetime) -> AnyVersion:
    """Draft the next version. Errors: PermissionDenied; trainings_version_not_published."""
    return _draft_copy(scope, version, version.language_id, "based_on", at)


@transaction.atomic
def draft_translation(scope: Scope, version: AnyVersion, tag: str, *, at: datetime) -> AnyVersion:
    """Draft a translation. Errors: PermissionDenied; trainings_version_not_published."""
    return _draft_copy(scope, version, tag, "translates", at)


@transaction.atomic
def adapt_module(
    scope: Scope, version: models.ModuleVersion, owner: Organisation, code: str, *, at: datetime
) -> AnyVersion:
    """Create an organisation's own module from a published or retired version, with credit.
    Errors: PermissionDenied; trainings_version_not_published; trainings_code_taken."""
    _must_be_once_published(scope, version)
    source = f"{version.title} ({version.module.owner.name}, {version.licence})"
    credits_text = "; ".join(filter(None, (version.credits, source)))[:CREDITS_LENGTH]
    fields = _field_values(version) | {"based_on": version, "credits": credits_text}
    start = NewModuleOrCourse("module", code, version.language_id)
    return create_module_or_course(scope, owner, start, fields, at=at)


@transaction.atomic
def edit_draft(
    scope: Scope,
    version: AnyVersion,
    fields: Fields,
    *,
    edited: int,
    at: datetime,
    modules: Sequence[UUID] | None = None,
) -> AnyVersion:
    """Change a draft. `edited`: the edit number that the form's page showed. `modules`: the module
    versions of a course, in order; None keeps them. Errors: PermissionDenied;
    trainings_version_published, if no draft; trainings_edit_conflict; AssessmentsNotComparable."""
    row = _lock_version(version)
    access.must_be_allowed_to_move(scope, row, enums.VersionMove.SUBMIT)
    if row.state != enums.VersionState.DRAFT:
        raise TrainingRefusal("trainings_version_published")
    if row.edited != edited:
        raise TrainingRefusal("trainings_edit_conflict")
    names = [name for name in VERSION_FIELDS[type(row)] if name in fields]
    for name in names:
        setattr(row, name, fields[name])
    _must_have_comparable_tests(row)
    row.edited += 1
    row.save(update_fields=[*names, "edited"])
    if isinstance(row, models.CourseVersion) and modules is not None:
        _pin_modules(row, modules)
    scope.audit(row.item.owner_id, at=at).record("trainings.version_edit", row)
    return row


@transaction.atomic
def move_version(
    scope: Scope, version: AnyVersion, step: enums.VersionMove, *, at: datetime, reason: str = ""
) -> AnyVersion:
    """Submit, return, publish or retire a version. Errors: PermissionDenied; VersionMoveNotAllowed;
    trainings_reason_missing, for a return; trainings_version_not_published and
    trainings_course_empty, for a course to be published."""
    row = _lock_version(version)
    access.must_be_allowed_to_move(scope, row, step)
    row.state = rules.next_version_state(enums.VersionState(row.state), step)
    if step is enums.VersionMove.RETURN and not reason:
        raise TrainingRefusal("trainings_reason_missing")
    if step is enums.VersionMove.PUBLISH:
        _must_have_published_modules(row)
        row.published_at = at
    row.note = reason
    row.save(update_fields=["state", "note", "published_at"])
    scope.audit(row.item.owner_id, at=at).record(f"trainings.version_{step.value}", row)
    return row


@transaction.atomic
def hand_over(item: models.CurriculumItem, owner: Organisation, *, audit: AuditContext) -> None:
    """Make another organisation the owner of a module or course."""
    row = type(item)._default_manager.select_for_update(of=("self",)).get(pk=item.pk)
    row.owner = owner
    row.save(update_fields=["owner"])
    audit.record("trainings.hand_over", row)


def _create_draft(
    scope: Scope, item: models.CurriculumItem, language: str, fields: Fields, *, at: datetime
) -> AnyVersion:
    """Create a draft. Its module or course is locked, so that no two drafts get one number."""
    type(item)._default_manager.select_for_update(of=("self",)).get(pk=item.pk)
    kind = "module" if isinstance(item, models.Module) else "course"
    rows = VERSION_MODELS[kind]._default_manager.filter(**{kind: item.pk}, language=language)
    number = (rows.aggregate(n=Max("number"))["n"] or 0) + 1
    identity = {kind: item, "language_id": language, "number": number, "author_id": scope.user_id}
    row: AnyVersion = VERSION_MODELS[kind]._default_manager.create(**identity, created=at, **fields)
    _must_have_comparable_tests(row)
    scope.audit(row.item.owner_id, at=at).record("trainings.version_draft", row)
    return row


def _draft_copy(scope: Scope, source: AnyVersion, tag: str, link: str, at: datetime) -> AnyVersion:
    """Draft a copy of a published or retired version; a module's field `link` is the source."""
    _must_be_once_published(scope, source)
    fields = _field_values(source)
    fields |= {link: source} if isinstance(source, models.ModuleVersion) else {}
    row = _create_draft(scope, source.item, tag, fields, at=at)
    if isinstance(source, models.CourseVersion) and isinstance(row, models.CourseVersion):
        pinned = source.pinned.order_by("position")
        _pin_modules(row, pinned.values_list("module_version", flat=True))
    return row


def _pin_modules(row: models.CourseVersion, version_ids: Sequence[UUID] | Any) -> None:
    """Replace the module versions that a course version contains by these, in this order."""
    row.pinned.all().delete()
    models.CourseModule.objects.bulk_create(
        models.CourseModule(course_version=row, module_version_id=pk, position=position)
        for position, pk in enumerate(dict.fromkeys(version_ids), 1)
    )


def _field_values(version: AnyVersion) -> dict[str, Any]:
    return {name: getattr(version, name) for name in VERSION_FIELDS[type(version)]}


def _lock_version(version: AnyVersion) -> AnyVersion:
    rows = type(version)._default_manager.select_for_update(of=("self",))
    row: AnyVersion = rows.select_related(f"{version.KIND}__owner").get(pk=version.pk)
    return row


def _must_be_once_published(scope: Scope, version: AnyVersion) -> None:
    """Refuse users who neither plan nor train, and versions that were never published."""
    access.must_plan_or_train(scope)
    if version.state not in access.READABLE_STATES:
        raise TrainingRefusal("trainings_version_not_published")


def _must_have_comparable_tests(row: AnyVersion) -> None:
    if isinstance(row, models.CourseVersion):
        course_forms.must_be_comparable(course_forms.suggested_questionnaires(row))


def _must_have_published_modules(row: AnyVersion) -> None:
    """Refuse a course without modules, or with a module that was never published."""
    if isinstance(row, models.CourseVersion):
        if not row.pinned.exists():
            raise TrainingRefusal("trainings_course_empty")
        if row.modules.exclude(state__in=access.READABLE_STATES).exists():
            raise TrainingRefusal("trainings_version_not_published")
