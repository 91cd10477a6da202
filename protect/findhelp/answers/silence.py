"""Answers for a visitor who cannot speak: ways to write, and a telephone line for later."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from protect.directory.enums import PhoneKind
from protect.directory.hours import State
from protect.findhelp.answers import order
from protect.findhelp.answers.cards import CardView, card_for
from protect.findhelp.answers.limits import is_for_others
from protect.matching import published, questions
from protect.matching.questions import Answers, Match, Question
from protect.matching.services.rows import WRITTEN_MODES


class QuietView(NamedTuple):
    is_answered_now: bool  # whether it is known that a shown service answers in writing now
    phone_line: CardView | None  # the best one to call, when the visitor can speak
    valid_until: datetime | None  # when one of these changes by itself


def shown_answers(question: Question) -> Answers:
    """Return the answers that a page shows; `limit` is exceeded if the visitor cannot speak."""
    return (match_in_writing if question.wishes.cannot_speak else order.match_in_order)(question)


def match_in_writing(question: Question) -> Answers:
    """Return the services that a visitor can write to about her need, and lines for survivors.
    Services that are made for others stand among the lines. Services for other needs, or with the
    contacts of another one, are left out: they fill the page without helping her."""
    answers = published.match(replace(question, limit=questions.LARGEST_LIMIT))
    near = [match for match in answers.answers if not match.key.is_beyond]
    for_others = [match for match in near if is_for_others(match.row, question)]
    moved = {match.row.id for match in for_others}
    lines = [*_answering(answers.national, question), *for_others]
    return replace(
        answers,
        answers=tuple(match for match in answers.answers if match.row.id not in moved),
        national=tuple(_with_other_contacts(lines)),
    )


def _answering(matches: Iterable[Match], question: Question) -> Iterator[Match]:
    """Yield the services that answer a need of the question, not only as its last resort, and the
    lines for survivors."""
    query = questions.build_query(question)
    for match in matches:
        answered = questions.match_needs(match.row, query)
        is_line = match.row.categories >= {questions.FOR_SURVIVORS, "helpline"}
        if is_line or (answered.categories and not answered.is_last_resort):
            yield match


def _with_other_contacts(matches: Iterable[Match]) -> Iterator[Match]:
    seen: set[tuple[str, ...]] = set()
    for match in matches:
        contacts = tuple(contact.value for contact in match.contacts)
        if contacts not in seen:
            seen.add(contacts)
            yield match


def quiet_view(answers: Answers, question: Question, tag: str) -> QuietView:
    """Return what a page of `answers`, as `match_in_writing` returned them, says beside them."""
    shown = (*answers.answers, *answers.national)
    is_answered_now = any(
        match.mode in WRITTEN_MODES and match.open.state is State.OPEN for match in shown
    )
    line, card = _best_phone_line(question, tag)
    return QuietView(is_answered_now, card, line.valid_until if line else None)


def _best_phone_line(question: Question, tag: str) -> tuple[Match | None, CardView | None]:
    """Return the first service for all, or for people like her, whose number may be shown."""
    wishes = replace(question.wishes, cannot_speak=False)
    asked = replace(question, wishes=wishes, modes=frozenset(), limit=questions.LARGEST_LIMIT)
    answers = published.match(asked)
    for match in _answering((*answers.within_reach, *answers.national), asked):
        is_called = any(contact.kind == PhoneKind.VOICE for contact in match.contacts)
        if is_called and not is_for_others(match.row, asked):
            card = card_for(match, asked, tag)
            if card.numbers:
                return match, card
    return None, None
