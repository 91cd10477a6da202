"""Languages of the desk, and languages that have mail."""

from django.conf import settings

from protect.notices import letters
from protect.reference import vocabulary


def of_desk() -> dict[str, vocabulary.Language]:
    """Return the languages in which the desk is complete, by tag."""
    return {tag: vocabulary.languages()[tag] for tag in settings.DESK_LANGUAGES}


def of_mail() -> dict[str, vocabulary.Language]:
    """Return the languages in which there is mail, by tag: those of the desk first."""
    return of_desk() | {tag: vocabulary.languages()[tag] for tag in letters.words()}


def spoken(tag: str) -> str:
    """Return a desk language for a tag: it, its base, or the source. A page has one direction."""
    has = settings.DESK_LANGUAGES
    return next((t for t in (tag, tag.partition("-")[0]) if t in has), settings.LANGUAGE_CODE)
