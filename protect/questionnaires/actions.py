"""Publishes the forms of the files. Safe to run again; what was published never changes."""

from collections.abc import Callable
from datetime import date

from django.db import transaction

from protect.questionnaires import access, errors
from protect.questionnaires.models import FormVersion, FormWords
from protect.questionnaires.sources import Source, Translation, sources
from protect.reference.actions import Loaded

ADDED, CHANGED, SAME = range(3)


def content_of(source: Source) -> str:
    """Return the document that is hashed; without defaults, so that a later key changes no hash."""
    definition = source.definition.model_dump(mode="json", exclude_defaults=True)
    return access.canonical({"definition": definition, "words": dict(source.own_words)})


@transaction.atomic
def load_forms(say: Callable[[Loaded], None]) -> None:
    """Publish new versions and translations, or nothing.
    Errors: questionnaire_version_changed; DataError."""
    counts = {"formversion": [0, 0, 0], "formwords": [0, 0, 0]}
    for source in sources().values():
        if source.published_on is None:
            continue
        version, change = _version(source, source.published_on)
        counts["formversion"][change] += 1
        for tag, translation in source.translations.items():
            if tag != source.definition.source:
                counts["formwords"][_words(version, tag, translation)] += 1
    for table, (added, changed, same) in counts.items():
        say(Loaded(table, added, changed, same))


def _version(source: Source, published_on: date) -> tuple[FormVersion, int]:
    form, content = source.definition, content_of(source)
    translation = source.translations[form.source]
    defaults = {"kind": form.kind.value, "published_on": published_on}
    version, is_new = FormVersion.objects.get_or_create(
        code=form.code, number=form.number, defaults=defaults | _stored(content, translation)
    )
    if version.content_hash != access.fingerprint(content):
        raise errors.QuestionnaireRefusal(
            "questionnaire_version_changed", form=form.code, number=form.number, part=form.source
        )
    return version, ADDED if is_new else _reviewed(version, translation)


def _words(version: FormVersion, tag: str, translation: Translation) -> int:
    content = access.canonical(dict(translation.words))
    words, is_new = FormWords.objects.get_or_create(
        version=version, language_id=tag, defaults=_stored(content, translation)
    )
    if words.content_hash != access.fingerprint(content):
        raise errors.QuestionnaireRefusal(
            "questionnaire_version_changed", form=version.code, number=version.number, part=tag
        )
    return ADDED if is_new else _reviewed(words, translation)


def _stored(content: str, translation: Translation) -> dict[str, object]:
    content_hash, reviewed_on = access.fingerprint(content), translation.reviewed_on
    return {"content": content, "content_hash": content_hash, "reviewed_on": reviewed_on}


def _reviewed(row: FormVersion | FormWords, translation: Translation) -> int:
    """Store the date of review of the words: the only change allowed."""
    if row.reviewed_on == translation.reviewed_on:
        return SAME
    row.reviewed_on = translation.reviewed_on
    row.save(update_fields=["reviewed_on"])
    return CHANGED
