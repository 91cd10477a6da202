"""Sentences of a service's `restrictions` that codes can say: data/restrictions.toml. An import
reads the codes; a text that codes say wholly is not shown beside them, in its one language."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from protect.directory.enums import Answer, Channel, CriterionKind, CriterionOperator
from protect.kernel import tables

SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


class StatedCriterion(NamedTuple):
    """A criterion without its lowest age and note, as a sentence can state it."""

    kind: CriterionKind
    operator: CriterionOperator
    values: frozenset[str]
    answer: str
    maximum: int | None = None  # years


class CriterionEntry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: CriterionKind
    operator: CriterionOperator
    values: tuple[str, ...] = ()
    answer: Answer | None = None
    maximum: int | None = None  # years


class KnownSentence(tables.Record):
    """A sentence, which is its `code`, and the codes that say it."""

    criteria: tuple[CriterionEntry, ...] = ()
    categories: tuple[str, ...] = ()
    channel: Channel | None = None  # of hours 24/7 in the same row
    is_whole: bool = False  # the codes say all that the sentence says
    names_people: bool = False  # it says whom the service takes: cards have it, too
    why: str  # how the codes were read from the sentence

    @property
    def stated(self) -> frozenset[StatedCriterion]:
        return frozenset(
            StatedCriterion(
                each.kind, each.operator, frozenset(each.values), each.answer or "", each.maximum
            )
            for each in self.criteria
        )


def known_sentences(text: str) -> Iterator[KnownSentence]:
    """Yield the sentences of a text whose codes are known. Errors: DataError."""
    known = tables.load("directory", "restrictions", KnownSentence)
    return (known[each] for each in SENTENCE_END.split(text.strip()) if each in known)


def unsaid_text(text: str, criteria: Iterable[StatedCriterion], categories: Collection[str]) -> str:
    """Return a text without the sentences that the codes of its service say wholly."""
    stated, kinds = frozenset(criteria), frozenset(categories)
    said = {
        known.code
        for known in known_sentences(text)
        if known.is_whole and known.stated <= stated and kinds.issuperset(known.categories)
    }
    if not said:
        return text
    return " ".join(each for each in SENTENCE_END.split(text.strip()) if each not in said)
