"""The steps of a poster, for its publisher: what is old on it, and what to do first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise

from protect.directory.enums import Fact, Freshness
from protect.directory.facts import LABELS
from protect.directory.labels import FRESHNESS, FRESHNESS_SHAPES
from protect.findhelp.paper.lines import fresh_text, is_printed, printed_facts, state_of
from protect.matching.questions.answer import Answers, Match

SURE = frozenset({Freshness.FRESH, Freshness.DUE})


@dataclass(frozen=True, slots=True)
class FactState:
    """A fact of a step: how far it can be trusted, and since when."""

    name: Promise
    word: Promise
    shape: str  # of a chip
    text: str  # as the public reads it
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A service on a poster. `is_old`: call it before printing."""

    service: UUID
    name: str
    facts: tuple[FactState, ...]
    is_old: bool
    has_number: bool  # that will be printed


@dataclass(frozen=True, slots=True)
class Steps:
    """The services of a poster."""

    steps: tuple[Step, ...]
    lines: tuple[Step, ...]  # of the whole country

    @property
    def old(self) -> int:
        return sum(each.is_old for each in (*self.steps, *self.lines))

    @property
    def count(self) -> int:
        return len(self.steps) + len(self.lines)


def steps_of(answers: Answers, tag: str, at: datetime, most_lines: int) -> Steps:
    """Return the steps of a poster, worded in the language of the page `tag`."""
    return Steps(
        tuple(_step(answer, tag, at) for answer in answers.answers),
        tuple(_step(answer, tag, at) for answer in answers.national[:most_lines]),
    )


def _step(answer: Match, tag: str, at: datetime) -> Step:
    row = answer.row
    facts = tuple(_facts(answer, tag, at))
    return Step(
        service=row.id,
        name=row.name,
        facts=facts,
        is_old=not all(each.is_sure for each in facts),
        has_number=bool(row.phones) and is_printed(state_of(row, Fact.PHONE, at)),
    )


def _facts(answer: Match, tag: str, at: datetime) -> Iterator[FactState]:
    for fact in printed_facts(answer.row):
        state = state_of(answer.row, fact, at)
        yield FactState(
            name=LABELS[fact],
            word=FRESHNESS[state],
            shape=FRESHNESS_SHAPES[state],
            text=fresh_text(answer.row, fact, tag, at),
            is_sure=state in SURE,
        )
