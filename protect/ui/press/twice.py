"""What must be understood by whoever finds a paper: in English, then in its language."""

from __future__ import annotations

from django.utils import translation
from django.utils.functional import Promise


def twice(*sentences: Promise) -> tuple[str, ...]:
    """Return sentences in English and in the active language; once where both are the same."""
    with translation.override("en"):
        english = " ".join(map(str, sentences))
    return tuple(dict.fromkeys((english, " ".join(map(str, sentences)))))
