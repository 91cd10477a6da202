"""Languages of the desk and of mail."""

from django.conf import settings

from protect.notices import letters
from protect.reference import vocabulary


def desk_languages() -> dict[str, vocabulary.Language]:
    """Return the languages in which the desk is fully translated, by tag."""
    return {tag: vocabulary.languages()[tag] for tag in settings.DESK_LANGUAGES}


def languages_with_mail() -> dict[str, vocabulary.Language]:
    """Return the languages in which mail is available, by tag: the desk's languages first."""
    return desk_languages() | {tag: vocabulary.languages()[tag] for tag in letters.letter_texts()}


def desk_language_of(tag: str) -> str:
    """Return the desk language for a tag: the tag, its base language, or the source language."""
    available, base = settings.DESK_LANGUAGES, tag.partition("-")[0]
    return tag if tag in available else base if base in available else settings.LANGUAGE_CODE
