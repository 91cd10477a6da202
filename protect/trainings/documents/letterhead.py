"""The letterhead of an organisation's papers, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from protect.trainings.documents.models import PaperHead
from protect.trainings.documents.paper import Emblem, Sentence
from protect.trainings.documents.paper.sheets import language_of


class Head(NamedTuple):
    """Nothing of it is needed: an organisation without a head has papers too."""

    emblem: Emblem | None = None
    statements: tuple[Sentence, ...] = ()  # how it is paid for, and the disclaimer


def head_of(organisation: UUID, tag: str) -> Head:
    """Return a letterhead in a language; a sentence without that language comes in another."""
    row = PaperHead.objects.filter(pk=organisation).first()
    if row is None:
        return Head()
    emblem = Emblem(bytes(row.picture), row.alt) if row.picture is not None else None
    sentences = (_choose_sentence(each, language_of(tag)) for each in (row.funding, row.disclaimer))
    return Head(emblem, tuple(each for each in sentences if each is not None))


def _choose_sentence(texts: Mapping[str, str], tag: str) -> Sentence | None:
    """Return a sentence in a language, else in English, else in the first that there is."""
    tags = (tag, "en", *sorted(texts))
    return next((Sentence(each, texts[each]) for each in tags if texts.get(each)), None)
