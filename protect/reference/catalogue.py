"""Find out whether a text exists in a language, and which language replaces it if not."""

import gettext as files
import logging
import struct
from contextlib import AbstractContextManager, nullcontext
from functools import cache, lru_cache
from pathlib import Path

from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from protect.reference import vocabulary

logger = logging.getLogger(__name__)
SOURCE_LANGUAGE = "en"  # language of the source texts
MAX_SOURCES = 4096  # cached texts with their English; a full cache drops all

_sources: dict[int, tuple[Promise, str]] = {}


class _EmptyTranslations(files.NullTranslations):
    """Translations that have only empty texts, so that a missing translation can be noticed."""

    def gettext(self, message: str) -> str:
        return ""

    def pgettext(self, context: str, message: str) -> str:
        return ""


def translation_with_language(text: str | Promise, tag: str, meaning: str = "") -> tuple[str, str]:
    """Return a public text and its language: the first of the fallback chain that has the text.
    `meaning` is the gettext context."""
    return _translate(text if isinstance(text, str) else _source_of(text), tag, meaning)


def _source_of(text: Promise) -> str:
    """Return the English of a text. The cache keeps the text, so that its id() is not reused."""
    cached = _sources.get(id(text))
    if cached is None:
        if len(_sources) >= MAX_SOURCES:
            _sources.clear()
        with active_language(SOURCE_LANGUAGE):
            cached = _sources[id(text)] = text, str(text)
    return cached[1]


def active_language(tag: str) -> AbstractContextManager[None]:
    """Return a context in which a language is active. An active language is not activated again:
    that takes ten times as long as the comparison, and pages do it for each card."""
    return nullcontext() if translation.get_language() == tag else translation.override(tag)


@lru_cache(maxsize=20_000)  # all public texts, in all languages
def _translate(source: str, tag: str, meaning: str) -> tuple[str, str]:
    for candidate in vocabulary.fallback_chain(tag):
        texts = _translations_without_fallback(candidate)
        translated = texts.pgettext(meaning, source) if meaning else texts.gettext(source)
        if translated or candidate == SOURCE_LANGUAGE:
            return translated or source, candidate
    return source, SOURCE_LANGUAGE


@cache
def is_complete(tag: str) -> bool:
    """Return whether every text of the public site is translated into a language."""
    if tag == SOURCE_LANGUAGE:
        return True
    with (settings.LOCALE_PATHS[0] / "django.pot").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    texts = [(str(message.id), message.context or "") for message in messages]
    return all(translation_with_language(text, tag, meaning)[1] == tag for text, meaning in texts)


@cache
def _translations_without_fallback(tag: str) -> files.NullTranslations:
    """Return the public translations of a language, then those of the facts of countries; a
    missing text is empty, not English."""
    combined: files.NullTranslations = _EmptyTranslations()
    other_folders = (settings.RIGHTS_LOCALE_PATH, settings.FACTS_LOCALE_PATH)
    for folder in (*other_folders, settings.LOCALE_PATHS[0]):
        translations = _load_translations(folder, tag)
        if isinstance(translations, files.GNUTranslations):
            translations.add_fallback(combined)
            combined = translations
    return combined


def _load_translations(folder: Path, tag: str) -> files.NullTranslations:
    """Return the compiled translations of a folder; none if the file is missing or damaged, so
    that the page shows English instead of an error."""
    try:
        locale = [translation.to_locale(tag)]
        return files.translation("django", folder, locale, fallback=True)
    except (OSError, ValueError, LookupError, struct.error):
        logger.exception("The compiled translations in %s of %s cannot be read.", tag, folder)
        return files.NullTranslations()
