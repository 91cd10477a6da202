"""Publish the forms of the data files. Published content never changes."""

from collections.abc import Callable
from datetime import date

from django.db import transaction

from protect.questionnaires import access, errors, sources
from protect.questionnaires.models import FormVersion, FormWords
from protect.reference.actions import LoadResult

ADDED, CHANGED, SAME = range(3)  # positions in the counts of `load_forms`


def canonical_content(source: sources.Source) -> str:
    """Return a form's JSON to be hashed, without defaults: a new schema field changes no hash."""
    definition = source.definition.model_dump(mode="json", exclude_defaults=True)
    return access.canonical_json({"definition": definition, "words": dict(source.own_words)})


@transaction.atomic
def load_forms(report_table: Callable[[LoadResult], None]) -> None:
    """Publish new versions and translations, update review dates; skip drafts. All or nothing.
    Report the counts of each table. Errors: questionnaire_version_changed; DataError."""
    counts = {"formversion": [0, 0, 0], "formwords": [0, 0, 0]}
    for source in sources.load_sources().values():
        if source.published_on is None:
            continue
        version, change = _publish_version(source, source.published_on)
        counts["formversion"][change] += 1
        for tag, translation in source.translations.items():
            if tag != source.definition.source:
                counts["formwords"][_publish_words(version, tag, translation)] += 1
    for table, (added, changed, same) in counts.items():
        report_table(LoadResult(table, added, changed, same))


def _publish_version(source: sources.Source, published_on: date) -> tuple[FormVersion, int]:
    """Store a version, refuse other content; return it, and ADDED, CHANGED (date) or SAME."""
    form, content = source.definition, canonical_content(source)
    translation = source.translations[form.source]
    defaults = {"kind": form.kind.value, "published_on": published_on}
    version, is_new = FormVersion.objects.get_or_create(
        code=form.code, number=form.number, defaults=defaults | _stored_fields(content, translation)
    )
    if version.content_hash != access.sha256_hex(content):
        raise errors.QuestionnaireRefusal(
            "questionnaire_version_changed", form=form.code, number=form.number, part=form.source
        )
    return version, ADDED if is_new else _update_review_date(version, translation)


def _publish_words(version: FormVersion, tag: str, translation: sources.Translation) -> int:
    """Store a translation, refuse other words; return ADDED, CHANGED (review date) or SAME."""
    content = access.canonical_json(dict(translation.words))
    words, is_new = FormWords.objects.get_or_create(
        version=version, language_id=tag, defaults=_stored_fields(content, translation)
    )
    if words.content_hash != access.sha256_hex(content):
        raise errors.QuestionnaireRefusal(
            "questionnaire_version_changed", form=version.code, number=version.number, part=tag
        )
    return ADDED if is_new else _update_review_date(words, translation)


def _stored_fields(content: str, translation: sources.Translation) -> dict[str, object]:
    content_hash, reviewed_on = access.sha256_hex(content), translation.reviewed_on
    return {"content": content, "content_hash": content_hash, "reviewed_on": reviewed_on}


def _update_review_date(row: FormVersion | FormWords, translation: sources.Translation) -> int:
    """Update the review date, all that may change once published; return SAME or CHANGED."""
    if row.reviewed_on == translation.reviewed_on:
        return SAME
    row.reviewed_on = translation.reviewed_on
    row.save(update_fields=["reviewed_on"])
    return CHANGED
