"""Whether a text exists in a language, and in which other one it can be shown instead."""

import gettext as files
from functools import cache

from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from protect.reference import vocabulary

SOURCE = "en"  # the language that the source texts are written in


class _Missing(files.NullTranslations):
    """Says nothing instead of the source text, so that a gap can be seen."""

    def gettext(self, message: str) -> str:
        return ""

    def pgettext(self, context: str, message: str) -> str:
        return ""


def shown(text: str | Promise, tag: str, meaning: str = "") -> tuple[str, str]:
    """Return a text and its language, first of the fallback chain. `meaning`: gettext's context."""
    with translation.override(SOURCE):
        source = str(text)
    for candidate in vocabulary.fallback_chain(tag):
        own = _own(candidate)
        translated = own.pgettext(meaning, source) if meaning else own.gettext(source)
        if translated or candidate == SOURCE:
            return translated or source, candidate
    return source, SOURCE


@cache
def is_complete(tag: str) -> bool:
    """Return whether every text of the interface exists in a language."""
    if tag == SOURCE:
        return True
    with (settings.LOCALE_PATHS[0] / "django.pot").open("rb") as file:
        wanted = [message for message in read_po(file) if message.id]
    return all(shown(str(message.id), tag, message.context or "")[1] == tag for message in wanted)


@cache
def _own(tag: str) -> files.NullTranslations:
    """Return a language's own texts, without anything in place of what is missing."""
    own = files.translation(
        "django", settings.LOCALE_PATHS[0], [translation.to_locale(tag)], fallback=True
    )
    if type(own) is files.NullTranslations:
        return _Missing()
    own.add_fallback(_Missing())
    return own
