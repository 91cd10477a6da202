"""Answers for a visitor who cannot speak: ways to write, and telephone lines for later."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from protect.directory.enums import PhoneKind
from protect.directory.hours import State
from protect.findhelp.answers import names, order, row_caches
from protect.findhelp.answers.cards import CardView, card_for
from protect.findhelp.answers.contacts import trust
from protect.findhelp.answers.limits import audience_rank, is_for_others, is_for_unsaid_papers
from protect.matching import explanation, published, questions
from protect.matching.conditions.places import is_answered_later
from protect.matching.questions import ALWAYS_OPEN, FOR_SURVIVORS, Answers, Match, Question
from protect.matching.services.rows import WRITTEN_MODES, ServiceRow

# Codes of needs. Whom one can write to about anything is an answer to the first two, too.
HURT, SAFE_PLACE, TALK, CHILD = "hurt-now", "safe-place", "talk", "child"


class QuietView(NamedTuple):
    is_answered_now: bool  # whether it is known that a shown service answers in writing now
    places: list[CardView]  # where the visitor can go to without a call or a message
    phone_lines: list[CardView]  # the best ones to call, when she can speak
    valid_until: datetime | None  # when one of these changes by itself


def shown_answers(question: Question) -> Answers:
    """Return the answers that a page shows; `limit` is exceeded if the visitor cannot speak."""
    row_caches.forget_before(published.snapshot_number())
    return (match_in_writing if question.wishes.cannot_speak else order.match_in_order)(question)


def match_in_writing(question: Question) -> Answers:
    """Return the services that a visitor can write to about her need, and lines for survivors.
    Services that are made for others stand among the lines. Services for other needs, or with the
    contacts of another one, are left out: they fill the page without helping her. In danger or
    without a safe place, if none of these is known to answer now, she is also shown whom she can
    write to about anything."""
    answers = _match_all(question)
    for_others = [match for match in _near(answers) if not _is_for_her(match.row, question)]
    moved = {match.row.id for match in for_others}
    lines = [*_answering(answers.national, question), *for_others]
    answers = replace(
        answers,
        answers=_usable_first([match for match in answers.answers if match.row.id not in moved]),
        national=tuple(_with_other_contacts(lines)),
    )
    own = [match for match in (*_near(answers), *answers.national) if match.mode in WRITTEN_MODES]
    own = [match for match in own if not is_for_others(match.row, question)]
    if {HURT, SAFE_PLACE}.isdisjoint(question.needs) or any(map(_answers_now, own)):
        return answers
    return _add_services_to_talk_to(answers, own, question)


def _match_all(question: Question, *other_needs: str) -> Answers:
    """Return the answers to a question, LARGEST_LIMIT at most; `other_needs`: instead of its own
    needs."""
    asked = other_needs or question.needs
    return published.match(replace(question, needs=asked, limit=questions.LARGEST_LIMIT))


def _usable_first(answers: list[Match]) -> tuple[Match, ...]:
    """Return answers with the ways to write within reach in another order, among themselves: those
    that may help only elsewhere last, and of the others those that answer now behind the first one,
    which is made for survivors where one is known."""
    near = [m for m in answers if m.mode in WRITTEN_MODES and not m.key.is_beyond]
    near.sort(key=order.may_be_elsewhere)
    near[1:] = sorted(
        near[1:], key=lambda match: (order.may_be_elsewhere(match), not _answers_now(match))
    )
    moved, written = {match.row.id for match in near}, iter(near)
    return tuple(next(written) if each.row.id in moved else each for each in answers)


def _near(answers: Answers) -> list[Match]:
    return [match for match in answers.answers if not match.key.is_beyond]


def _add_services_to_talk_to(answers: Answers, own: list[Match], question: Question) -> Answers:
    """Add the services to talk to that are for people like the visitor; for a minor, also those for
    children. If all of them and her `own` answers write back later, by e-mail, and her age is not
    known, add one for children, behind them."""
    talk, child = (_match_all(question, need) for need in (TALK, CHILD))
    lines = _answering(talk.national, replace(question, needs=(TALK,)))
    to_talk_to, for_children = [*_near(talk), *lines], _near(child)
    age = question.person.age
    if question.person.is_minor:
        to_talk_to += for_children
    found = [match for match in to_talk_to if _is_for_her(match.row, question)]
    found.sort(key=lambda match: (_writing_rank(match), audience_rank(match.row, question)))
    if age is None and all(map(_is_answered_later, (*own, *found))):
        found += [match for match in for_children if not _is_answered_later(match)][:1]
    found = [match for match in _with_other_contacts((*own, *found)) if match not in own]
    added = {match.row.id for match in found}
    ends = (answers.valid_until, talk.valid_until, child.valid_until)
    return replace(
        answers,
        answers=_arrange(answers.answers, found),
        national=tuple(match for match in answers.national if match.row.id not in added),
        valid_until=min(filter(None, ends), default=None),
    )


def _is_for_her(row: ServiceRow, question: Question) -> bool:
    """Return whether a service is not made for others, nor for people with papers of which the
    visitor said nothing."""
    return not (is_for_unsaid_papers(row, question) or is_for_others(row, question))


def _writing_rank(match: Match) -> int:
    """Return 0 for a service that answers in writing now, 2 for one that answers e-mails later."""
    return 0 if _answers_now(match) else 1 + _is_answered_later(match)


def _answers_now(match: Match) -> bool:
    return match.mode in WRITTEN_MODES and match.open.state is State.OPEN


def _is_answered_later(match: Match) -> bool:
    return is_answered_later(match.mode, match.row)


def _arrange(answers: tuple[Match, ...], added: list[Match]) -> tuple[Match, ...]:
    """Return the answers with those that were added: open ones behind the first answer, the others
    behind all that are near; then the places to go to, still on the first page."""
    near = [match for match in answers if not match.key.is_beyond]
    own = [match for match in near if match.mode in WRITTEN_MODES]
    places = [match for match in near if match.mode not in WRITTEN_MODES]
    open_ones = [match for match in added if _answers_now(match)]
    later = [match for match in added if match not in open_ones]
    written = [*own[:1], *open_ones, *own[1:], *later]
    farther = [match for match in answers if match.key.is_beyond]
    most = published.WRITTEN_BEFORE_PLACE
    return *written[:most], *places, *written[most:], *farther


def _answering(matches: Iterable[Match], question: Question) -> Iterator[Match]:
    """Yield the services that answer a need of the question, not only as its last resort, and the
    lines for survivors."""
    query = questions.build_query(question)
    for match in matches:
        answered = questions.match_needs(match.row, query)
        is_line = match.row.categories >= {FOR_SURVIVORS, "helpline"}
        if is_line or (answered.categories and not answered.is_last_resort):
            yield match


def _with_other_contacts(matches: Iterable[Match]) -> Iterator[Match]:
    seen: set[tuple[tuple[str, int], ...]] = set()
    for match in matches:
        contacts = tuple((each.value, trust(each.freshness)) for each in match.contacts)
        if contacts not in seen:
            seen.add(contacts)
            yield match


def unsaid(answers: Answers, plain: Question) -> Answers:
    """Return the answers, at most `plain.limit`, with the reasons that they have for a visitor who
    said nothing, as in the question `plain`: a paper stays on the phone."""
    query = questions.build_query(plain)

    def explained(matches: Iterable[Match]) -> tuple[Match, ...]:
        told = ((match, explanation.explain(match.row, query)) for match in matches)
        return tuple(
            match._replace(reasons=plain_match.reasons, caution=plain_match.caution)
            for match, plain_match in told
        )

    return replace(
        answers,
        answers=explained(answers.answers[: plain.limit]),
        national=explained(answers.national),
    )


def without_places(answers: Answers) -> Answers:
    """Return the answers without the services that a visitor can only go to."""
    written = tuple(match for match in answers.answers if match.mode in WRITTEN_MODES)
    return replace(answers, answers=written)


def quiet_view(answers: Answers, question: Question, tag: str) -> QuietView:
    """Return what a page of `answers`, as `match_in_writing` returned them, says beside them."""
    places = [match for match in answers.answers if match.mode not in WRITTEN_MODES]
    lines = _choose_lines(_lines_to_call(question, tag), question)
    ends = (line.valid_until for line, _card in lines)
    return QuietView(
        is_answered_now=any(map(_answers_now, (*answers.answers, *answers.national))),
        places=[card_for(match, question, tag) for match in places],
        phone_lines=[card for _line, card in lines],
        valid_until=min(filter(None, ends), default=None),
    )


def _lines_to_call(question: Question, tag: str) -> Iterator[tuple[Match, CardView]]:
    """Yield the services for all, or for people like her, with a number that may be shown."""
    wishes = replace(question.wishes, cannot_speak=False)
    asked = replace(question, wishes=wishes, modes=frozenset(), limit=questions.LARGEST_LIMIT)
    answers = published.match(asked)
    for match in _answering((*answers.within_reach, *answers.national), asked):
        is_called = any(contact.kind == PhoneKind.VOICE for contact in match.contacts)
        if is_called and not is_for_others(match.row, asked):
            card = card_for(match, asked, tag)
            if card.numbers:
                yield match, card


def _choose_lines(
    candidates: Iterator[tuple[Match, CardView]], question: Question
) -> list[tuple[Match, CardView]]:
    """Return the best line to call; in danger, one for sexual violence and one for other violence
    that never closes."""
    if HURT not in question.needs:
        return [*islice(candidates, 1)]
    lines = [*candidates]
    chosen: dict[str, tuple[Match, CardView]] = {}
    for line in lines:
        if kind := _kind_of_line(line[0].row):
            chosen.setdefault(kind, line)
    if len(chosen) < 2 and lines:
        chosen[""] = lines[0]
    return [line for line in lines if line in chosen.values()]


def _kind_of_line(row: ServiceRow) -> str:
    """Return "sexual", "always" for a line for other violence that never closes, or ""."""
    if not names.SEXUAL_VIOLENCE.isdisjoint(row.categories):
        return "sexual"
    return "always" if row.categories >= {FOR_SURVIVORS, ALWAYS_OPEN} else ""
