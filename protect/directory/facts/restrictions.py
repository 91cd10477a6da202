"""Known sentences in a service's `restrictions`, with codes that state the same
(data/restrictions.toml). An import stores the codes. Pages translate codes but not sentences, so
they leave out a sentence that its codes state completely."""

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
    """A known sentence, stored as `code`, and the codes that state the same."""

    criteria: tuple[CriterionEntry, ...] = ()
    categories: tuple[str, ...] = ()
    channel: Channel | None = None  # of hours 24/7 in the same row
    is_whole: bool = False  # the codes state everything that the sentence states
    names_people: bool = False  # the sentence states whom the service accepts, so cards show it
    why: str  # how the codes were read from the sentence

    @property
    def stated(self) -> frozenset[StatedCriterion]:
        return frozenset(
            StatedCriterion(
                criterion.kind,
                criterion.operator,
                frozenset(criterion.values),
                criterion.answer or "",
                criterion.maximum,
            )
            for criterion in self.criteria
        )


def known_sentences(text: str) -> Iterator[KnownSentence]:
    """Yield the known sentences of a text. Errors: DataError."""
    known = tables.load("directory", "restrictions", KnownSentence)
    return (known[sentence] for sentence in SENTENCE_END.split(text.strip()) if sentence in known)


def remove_coded_sentences(
    text: str, criteria: Iterable[StatedCriterion], categories: Collection[str]
) -> str:
    """Return a text without the sentences that the codes of its service state completely."""
    stated, kinds = frozenset(criteria), frozenset(categories)
    redundant = {
        known.code
        for known in known_sentences(text)
        if known.is_whole and known.stated <= stated and kinds.issuperset(known.categories)
    }
    if not redundant:
        return text
    return " ".join(
        sentence for sentence in SENTENCE_END.split(text.strip()) if sentence not in redundant
    )
