"""Publication of the modules and courses in the data files, for the organisation that owns them."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from protect.orgs.models import Organisation
from protect.trainings.curricula import enums, models, vocabulary
from protect.trainings.curricula.vocabulary import TranslatedRecord

STARTER_LICENCE = "CC-BY-4.0"


@transaction.atomic
def publish_starter_curriculum(owner: Organisation, *, at: datetime) -> list[str]:
    """Publish missing supplied versions as number 1; return a message per supplied version."""
    return [*_publish_modules(owner, at), *_publish_courses(owner, at)]


def _publish_modules(owner: Organisation, at: datetime) -> Iterator[str]:
    """Publish missing module versions; yield a message for each supplied one, new or not."""
    for code, record in vocabulary.modules().items():
        module, _ = models.Module.objects.get_or_create(code=code, defaults={"owner": owner})
        original = None
        for tag, words in record.words.items():
            fields = _published_fields(record, tag, at) | {
                "objectives": words.objectives,
                "minutes": record.minutes,
                "content_notes": record.content_notes,
                "licence": STARTER_LICENCE,
                "translates": original,
            }
            version, is_new = models.ModuleVersion.objects.get_or_create(
                module=module, language_id=tag, number=1, defaults=fields
            )
            original = original or version
            yield f"{code} {tag}: {'published' if is_new else 'stands'}"


def _publish_courses(owner: Organisation, at: datetime) -> Iterator[str]:
    """Publish missing course versions; yield a message for each supplied one, new or not."""
    for code, record in vocabulary.courses().items():
        course, _ = models.Course.objects.get_or_create(code=code, defaults={"owner": owner})
        rule = record.model_dump(include={"attendance_percent", "pass_percent", "assessment"})
        forms = {phase.value: form for phase, form in record.forms.items()}
        for tag, words in record.words.items():
            fields = _published_fields(record, tag, at) | rule
            fields |= {"tier": record.tier, "audience": words.audience, "forms": forms}
            version, is_new = models.CourseVersion.objects.get_or_create(
                course=course, language_id=tag, number=1, defaults=fields
            )
            if is_new:
                _pin_modules(version, record, tag)
            yield f"{code} {tag}: {'published' if is_new else 'stands'}"


def _published_fields(record: TranslatedRecord, tag: str, at: datetime) -> dict[str, object]:
    state = {"state": enums.VersionState.PUBLISHED, "created": at, "published_at": at}
    return {"title": record.words[tag].title, "short_title": record.short, **state}


def _pin_modules(version: models.CourseVersion, record: vocabulary.CourseRecord, tag: str) -> None:
    """Store the module versions of a course, in its language or else in English."""
    for position, code in enumerate(record.modules, 1):
        rows = models.ModuleVersion.objects.published().filter(module__code=code, number=1)
        pinned_version = rows.filter(language=tag).first() or rows.get(language="en")
        models.CourseModule.objects.create(
            course_version=version, module_version=pinned_version, position=position
        )
