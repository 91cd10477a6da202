"""Texts of a page as the database has them, and what the rules know of each."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from protect.content.models import Segment
from protect.content.texts import rules

type Place = tuple[str, str]  # key of a segment, tag of a language


class StoredText(NamedTuple):
    """A text of a segment in one language, and what the rules know of it."""

    text: str
    written_on: str  # ISO date
    facts: rules.Translation
    authors: frozenset[UUID]  # all people who wrote this text here, also before it was replaced


class SourceChange(NamedTuple):
    """A change of a source text that its author called cosmetic. `number`: of the revision."""

    key: str
    number: int
    before: str
    after: str
    author: UUID | None
    changed_at: datetime


class Removal(NamedTuple):
    """A proposed removal of a text, and the reviews that agree. `number`: of its revision."""

    row: Segment
    number: int
    facts: rules.Translation

    @property
    def author(self) -> UUID | None:
        return self.facts.translator


class ReadText(NamedTuple):
    """What a review is about: a text that was read beside its source text."""

    place: Place
    source_digest: str
    digest: str


type Reviews = dict[ReadText, tuple[rules.Review, ...]]
