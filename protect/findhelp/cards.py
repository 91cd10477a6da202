"""Answers as a page shows them: already worded, nothing left to decide in a template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from protect.directory import wording
from protect.directory.enums import Fact, PhoneKind
from protect.directory.hours import State
from protect.directory.matching.answer import Answers, Contact, Fit, Found, Reason
from protect.directory.matching.question import Question
from protect.directory.matching.rows import ServiceRow
from protect.directory.rules import freshness
from protect.findhelp import numbers
from protect.findhelp.numbers import NumberView

MOST_REASONS = 3
STATES = {
    "open_now",
    "open_until",
    "opens_today",
    "opens_day",
    "closed",
    "by_appointment",
    "answerphone",
    "hours_unknown",
}
SAID_BELOW = {"phone_unknown"}  # how fresh the number is stands at the foot of the card
# Of many services at once no document can be named.
REMOVED = {"documents_no": "legal_no"}
PHONES = {kind.value for kind in PhoneKind}


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One reason in words. `mark`: yes, no or ask."""

    text: str
    mark: str

    @property
    def icon(self) -> str:
        return {"yes": "check", "no": "close", "ask": "ask"}[self.mark]


@dataclass(frozen=True, slots=True)
class CardView:
    """One service in one card."""

    code: str
    name: str
    by: str
    now: str
    is_open: bool
    numbers: tuple[NumberView, ...]
    links: tuple[str, ...]
    reasons: tuple[ReasonView, ...]
    caution: str
    failing: str
    fits: bool
    fresh: str
    is_first_more: bool = False


@dataclass(frozen=True, slots=True)
class ResultsView:
    """The whole answer."""

    answers: tuple[CardView, ...]
    near_misses: tuple[CardView, ...]
    national: tuple[CardView, ...]
    removed: tuple[tuple[str, int], ...]


def results_of(answers: Answers, question: Question, tag: str, step_size: int) -> ResultsView:
    """Return an answer in the words of a language.

    Units: `step_size` answers came with the last "more": the first of them gets the focus.
    """
    cards = [card_of(found, tag, question.at) for found in answers.answers]
    newest = question.limit - step_size
    if 0 < newest < len(cards):
        cards[newest] = replace(cards[newest], is_first_more=True)
    return ResultsView(
        answers=tuple(cards),
        near_misses=tuple(card_of(found, tag, question.at) for found in answers.near_misses),
        national=tuple(card_of(found, tag, question.at) for found in answers.national),
        removed=tuple(_removed(answers, tag)),
    )


def card_of(found: Found, tag: str, at: datetime) -> CardView:
    """Return one service in the words of a language."""
    row = found.row
    state = next((reason for reason in found.reasons if reason.code in STATES), None)
    others = [reason for reason in found.reasons if reason.code not in {*STATES, *SAID_BELOW}]
    phones = [contact for contact in found.contacts if contact.kind in PHONES]
    return CardView(
        code=row.short,
        name=row.name,
        by="" if row.organisation in row.name else row.organisation,
        now=wording.reason_text(state, tag) if state else "",
        is_open=found.open.state is State.OPEN,
        numbers=tuple(numbers.views(phones, row.country, tag)),
        links=tuple(_links(found.contacts)),
        reasons=tuple(_reasons(others, tag)),
        caution=wording.reason_text(found.caution, tag) if found.caution else "",
        failing=wording.reason_text(found.failing, tag) if found.failing else "",
        fits=found.verdict is Fit.FITS,
        fresh=fresh_text(row, Fact.PHONE, tag, at),
    )


def fresh_text(row: ServiceRow, fact: Fact, tag: str, at: datetime) -> str:
    """Say when somebody last checked a fact, or that nobody did."""
    seen = freshness(fact, row.checks.get(fact, ()), at)
    return wording.freshness_text(seen, tag, row.last_seen.get(fact))


def mark_of(code: str) -> str:
    """Return how a reason is marked: a fact for her, a fact against, or a question to ask."""
    if code.endswith("_unknown") or "_ask_" in code or code == "language_other_hours":
        return "ask"
    return "no" if code.endswith("_no") or code == "acceptance_others_first" else "yes"


def _reasons(reasons: Iterable[Reason], tag: str) -> Iterator[ReasonView]:
    for text, reason in wording.said(reasons, tag)[:MOST_REASONS]:
        yield ReasonView(text, mark_of(reason.code))


def _links(contacts: Iterable[Contact]) -> Iterator[str]:
    for contact in contacts:
        if contact.kind not in PHONES:
            yield contact.value.removeprefix("https://").removeprefix("http://").rstrip("/")


def _removed(answers: Answers, tag: str) -> Iterator[tuple[str, int]]:
    """Yield why services are not shown, and how many: the same sentence only once."""
    counts: dict[str, int] = {}
    for code, count in answers.counts_by_reason.items():
        text = wording.reason_text(Reason(REMOVED.get(code, code)), tag)
        counts[text] = counts.get(text, 0) + count
    yield from sorted(counts.items(), key=lambda pair: -pair[1])
