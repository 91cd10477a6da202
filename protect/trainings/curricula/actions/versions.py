"""Versions of modules and courses: drafted, proposed, returned, published, retired, handed over.
A published version never changes: past editions were taught from it. Another organisation can
propose a version of a module, translate it, or adapt it as a module of its own, with credit."""

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
from protect.trainings.curricula.access import KINDS, AnyVersion

# What a form may say of both, of a module, and of a course.
OF_ALL = ("title", "short_title", "objectives")
OF_MODULES = ("minutes", "licence", "content_notes", "credits", "files")
OF_COURSES = ("tier", "audience", "forms", "attendance_percent", "assessment", "pass_percent")
CREDITS_LENGTH = 400
COPIED = {models.ModuleVersion: OF_ALL + OF_MODULES, models.CourseVersion: OF_ALL + OF_COURSES}


class Start(NamedTuple):
    """The start of a module or course: its kind, its permanent code, and its first language."""

    kind: str
    code: str
    language: str


@transaction.atomic
def begin(
    scope: Scope, owner: Organisation, start: Start, fields: Mapping[str, Any], *, at: datetime
) -> AnyVersion:
    """Begin a module or course. Errors: PermissionDenied; trainings_code_taken; SetsDiffer."""
    if owner.pk not in access.must_take_part(scope):
        raise PermissionDenied
    things: type[models.Thing] = models.Module if start.kind == "module" else models.Course
    thing, is_new = things._default_manager.get_or_create(
        code=start.code, defaults={"owner": owner}
    )
    if not is_new:
        raise TrainingRefusal("trainings_code_taken")
    return _draft(scope, thing, start.language, fields, at=at)


@transaction.atomic
def renew(scope: Scope, version: AnyVersion, *, at: datetime) -> AnyVersion:
    """Draft the next version. Errors: PermissionDenied; trainings_version_not_published."""
    return _copy(scope, version, version.language_id, "based_on", at)


@transaction.atomic
def translate(scope: Scope, version: AnyVersion, language: str, *, at: datetime) -> AnyVersion:
    """Draft a translation. Errors: PermissionDenied; trainings_version_not_published."""
    return _copy(scope, version, language, "translates", at)


@transaction.atomic
def adapt(
    scope: Scope, version: models.ModuleVersion, owner: Organisation, code: str, *, at: datetime
) -> AnyVersion:
    """Begin a module of one's own from another organisation's module, which it credits.
    Errors: PermissionDenied; trainings_version_not_published; trainings_code_taken."""
    _must_stand(scope, version)
    source = f"{version.title} ({version.module.owner.name}, {version.licence})"
    named = "; ".join(filter(None, (version.credits, source)))[:CREDITS_LENGTH]
    fields = _copied(version) | {"based_on": version, "credits": named}
    return begin(scope, owner, Start("module", code, version.language_id), fields, at=at)


@transaction.atomic
def edit(
    scope: Scope,
    version: AnyVersion,
    fields: Mapping[str, Any],
    *,
    edited: int,
    at: datetime,
    modules: Sequence[UUID] | None = None,
) -> AnyVersion:
    """Change a draft. `edited` is the number that its page showed; `modules` of a course, in order.
    Errors: PermissionDenied; trainings_version_published, also for what is in review;
    trainings_edit_conflict; SetsDiffer."""
    row = _locked(version)
    access.must_do(scope, row, enums.VersionMove.SUBMIT)
    if row.state != enums.VersionState.DRAFT:
        raise TrainingRefusal("trainings_version_published")
    if row.edited != edited:
        raise TrainingRefusal("trainings_edit_conflict")
    names = [name for name in COPIED[type(row)] if name in fields]
    for name in names:
        setattr(row, name, fields[name])
    _must_match(row)
    row.edited += 1
    row.save(update_fields=[*names, "edited"])
    if isinstance(row, models.CourseVersion) and modules is not None:
        _pin(row, modules)
    _audit_context(scope, row, at).record("trainings.version_edit", row)
    return row


@transaction.atomic
def move(
    scope: Scope, version: AnyVersion, step: enums.VersionMove, *, at: datetime, reason: str = ""
) -> AnyVersion:
    """Submit, return, publish or retire a version.
    Errors: PermissionDenied; VersionMoveNotAllowed; trainings_reason_missing, when it is returned;
    trainings_version_not_published and trainings_course_empty, for a course that is published."""
    row = _locked(version)
    access.must_do(scope, row, step)
    row.state = rules.step_version(enums.VersionState(row.state), step)
    if step is enums.VersionMove.RETURN and not reason:
        raise TrainingRefusal("trainings_reason_missing")
    if step is enums.VersionMove.PUBLISH:
        _must_hold(row)
        row.published_at = at
    row.note = reason
    row.save(update_fields=["state", "note", "published_at"])
    _audit_context(scope, row, at).record(f"trainings.version_{step.value}", row)
    return row


@transaction.atomic
def hand_over(thing: models.Thing, owner: Organisation, *, audit: AuditContext) -> None:
    """Give a module or course to another organisation: its owner leaves, or wants it so."""
    row = type(thing)._default_manager.select_for_update(of=("self",)).get(pk=thing.pk)
    row.owner = owner
    row.save(update_fields=["owner"])
    audit.record("trainings.hand_over", row)


def _draft(
    scope: Scope, thing: models.Thing, language: str, fields: Mapping[str, Any], *, at: datetime
) -> AnyVersion:
    """Create a draft. Locking its module or course makes the number the next one."""
    type(thing)._default_manager.select_for_update(of=("self",)).get(pk=thing.pk)
    kind = "module" if isinstance(thing, models.Module) else "course"
    rows = KINDS[kind]._default_manager.filter(**{kind: thing.pk}, language=language)
    number = (rows.aggregate(n=Max("number"))["n"] or 0) + 1
    identity = {kind: thing, "language_id": language, "number": number, "author_id": scope.user_id}
    row: AnyVersion = KINDS[kind]._default_manager.create(**identity, created=at, **fields)
    _must_match(row)
    _audit_context(scope, row, at).record("trainings.version_draft", row)
    return row


def _copy(scope: Scope, version: AnyVersion, language: str, link: str, at: datetime) -> AnyVersion:
    """Draft a copy with the modules of a course; `link` is the field that names its original."""
    _must_stand(scope, version)
    more = {link: version} if isinstance(version, models.ModuleVersion) else {}
    row = _draft(scope, version.thing, language, _copied(version) | more, at=at)
    if isinstance(version, models.CourseVersion) and isinstance(row, models.CourseVersion):
        _pin(row, version.pinned.order_by("position").values_list("module_version", flat=True))
    return row


def _pin(row: models.CourseVersion, modules: Sequence[UUID] | Any) -> None:
    row.pinned.all().delete()
    models.CourseModule.objects.bulk_create(
        models.CourseModule(course_version=row, module_version_id=pk, position=position)
        for position, pk in enumerate(dict.fromkeys(modules), 1)
    )


def _copied(version: AnyVersion) -> dict[str, Any]:
    return {name: getattr(version, name) for name in COPIED[type(version)]}


def _locked(version: AnyVersion) -> AnyVersion:
    rows = type(version)._default_manager.select_for_update(of=("self",))
    row: AnyVersion = rows.select_related(f"{version.KIND}__owner").get(pk=version.pk)
    return row


def _must_stand(scope: Scope, version: AnyVersion) -> None:
    access.must_take_part(scope)
    if version.state not in access.SHOWN:
        raise TrainingRefusal("trainings_version_not_published")


def _must_match(row: AnyVersion) -> None:
    if isinstance(row, models.CourseVersion):
        course_forms.must_match(course_forms.suggested(row))


def _must_hold(row: AnyVersion) -> None:
    if isinstance(row, models.CourseVersion):
        if not row.pinned.exists():
            raise TrainingRefusal("trainings_course_empty")
        if row.modules.exclude(state__in=access.SHOWN).exists():
            raise TrainingRefusal("trainings_version_not_published")


def _audit_context(scope: Scope, row: AnyVersion, at: datetime) -> AuditContext:
    return AuditContext(at=at, actor=scope.user_id, organisation=row.thing.owner_id)
