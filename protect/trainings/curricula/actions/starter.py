"""The modules and courses of the data files, published as versions that an organisation owns."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from protect.orgs.models import Organisation
from protect.trainings.curricula import enums, models, vocabulary

LICENCE = "CC-BY-4.0"


@transaction.atomic
def load(owner: Organisation, *, at: datetime) -> list[str]:
    """Publish what is not there yet, as number 1; return a line for each version."""
    return [*_modules(owner, at), *_courses(owner, at)]


def _modules(owner: Organisation, at: datetime) -> Iterator[str]:
    for code, record in vocabulary.modules().items():
        module, _ = models.Module.objects.get_or_create(code=code, defaults={"owner": owner})
        original = None
        for tag, words in record.words.items():
            fields = _shared(record, tag, at) | {
                "objectives": words.objectives,
                "minutes": record.minutes,
                "content_notes": record.content_notes,
                "licence": LICENCE,
                "translates": original,
            }
            version, is_new = models.ModuleVersion.objects.get_or_create(
                module=module, language_id=tag, number=1, defaults=fields
            )
            original = original or version
            yield f"{code} {tag}: {'published' if is_new else 'stands'}"


def _courses(owner: Organisation, at: datetime) -> Iterator[str]:
    for code, record in vocabulary.courses().items():
        course, _ = models.Course.objects.get_or_create(code=code, defaults={"owner": owner})
        rule = record.model_dump(include={"attendance_percent", "pass_percent", "assessment"})
        forms = {phase.value: form for phase, form in record.forms.items()}
        for tag, words in record.words.items():
            fields = _shared(record, tag, at) | rule
            fields |= {"tier": record.tier, "audience": words.audience, "forms": forms}
            version, is_new = models.CourseVersion.objects.get_or_create(
                course=course, language_id=tag, number=1, defaults=fields
            )
            if is_new:
                _pin(version, record, tag)
            yield f"{code} {tag}: {'published' if is_new else 'stands'}"


def _shared(record: vocabulary.Titled, tag: str, at: datetime) -> dict[str, object]:
    state = {"state": enums.VersionState.PUBLISHED, "created": at, "published_at": at}
    return {"title": record.words[tag].title, "short_title": record.short, **state}


def _pin(version: models.CourseVersion, record: vocabulary.CourseRecord, tag: str) -> None:
    """Pin the modules in the course's language, in English where there is none."""
    for position, code in enumerate(record.modules, 1):
        rows = models.ModuleVersion.objects.published().filter(module__code=code, number=1)
        own = rows.filter(language=tag).first() or rows.get(language="en")
        models.CourseModule.objects.create(
            course_version=version, module_version=own, position=position
        )
