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
from protect.findhelp.answers.limits import (
    audience_rank,
    is_for_others,
    is_limited_to_unstated_papers,
)
from protect.matching import explanation, published, questions
from protect.matching.conditions.places import is_by_email_only
from protect.matching.questions import ALWAYS_OPEN, FOR_SURVIVORS, Answers, Match, Question
from protect.matching.services.rows import WRITTEN_MODES, ServiceRow

# Codes of needs. Services to talk to (TALK) also answer the first two.
HURT, SAFE_PLACE, TALK, CHILD = "hurt-now", "safe-place", "talk", "child"


class QuietView(NamedTuple):
    is_answered_now: bool  # whether it is known that a shown service answers in writing now
    places: list[CardView]  # places to go to without a call or a message
    phone_lines: list[CardView]  # the best ones to call later, when the visitor can speak
    valid_until: datetime | None  # when one of these changes by itself


def shown_answers(question: Question) -> Answers:
    """Return the answers that a page shows; more than `limit` if the visitor cannot speak."""
    row_caches.forget_before(published.snapshot_number())
    return (match_in_writing if question.wishes.cannot_speak else order.match_in_order)(question)


def match_in_writing(question: Question) -> Answers:
    """Return the services for a need that a visitor can write to, and lines for survivors. Services
    that are made for others stand among the lines. Services for other needs, or with the contacts
    of another one, are left out: they fill the page without helping. For the needs HURT and
    SAFE_PLACE, if none of these is known to answer now, services to talk to are added."""
    answers = _match_all(question)
    for_others = [match for match in _near(answers) if not _is_for_visitor(match.row, question)]
    ids_for_others = {match.row.id for match in for_others}
    lines = [*_services_for_needs(answers.national, question), *for_others]
    answers = replace(
        answers,
        answers=_usable_first(
            [match for match in answers.answers if match.row.id not in ids_for_others]
        ),
        national=tuple(_without_repeated_contacts(lines)),
    )
    own = [match for match in (*_near(answers), *answers.national) if match.mode in WRITTEN_MODES]
    own = [match for match in own if not is_for_others(match.row, question)]
    if {HURT, SAFE_PLACE}.isdisjoint(question.needs) or any(map(_answers_now, own)):
        return answers
    return _add_services_to_talk_to(answers, own, question)


def _match_all(question: Question, *other_needs: str) -> Answers:
    """Return the answers to a question, LARGEST_LIMIT at most; `other_needs`: instead of its own
    needs."""
    needs = other_needs or question.needs
    return published.match(replace(question, needs=needs, limit=questions.LARGEST_LIMIT))


def _usable_first(answers: list[Match]) -> tuple[Match, ...]:
    """Return answers with the services to write to within reach reordered among themselves: the
    first one (made for survivors, if any is), then those that answer now; last, those that may help
    only elsewhere."""
    near = [match for match in answers if match.mode in WRITTEN_MODES and not match.key.is_beyond]
    near.sort(key=order.may_be_elsewhere)
    near[1:] = sorted(
        near[1:], key=lambda match: (order.may_be_elsewhere(match), not _answers_now(match))
    )
    near_ids, written = {match.row.id for match in near}, iter(near)
    return tuple(next(written) if answer.row.id in near_ids else answer for answer in answers)


def _near(answers: Answers) -> list[Match]:
    return [match for match in answers.answers if not match.key.is_beyond]


def _add_services_to_talk_to(answers: Answers, own: list[Match], question: Question) -> Answers:
    """Add the services to talk to that are for people like the visitor; for a minor, also those for
    children. If all of them and the answers to the visitor's `own` need answer later, by e-mail,
    and the age is not known, add one for children at the end."""
    talk, child = (_match_all(question, need) for need in (TALK, CHILD))
    lines = _services_for_needs(talk.national, replace(question, needs=(TALK,)))
    to_talk_to, for_children = [*_near(talk), *lines], _near(child)
    age = question.person.age
    if question.person.is_minor:
        to_talk_to += for_children
    additions = [match for match in to_talk_to if _is_for_visitor(match.row, question)]
    additions.sort(key=lambda match: (_writing_rank(match), audience_rank(match.row, question)))
    if age is None and all(map(_is_by_email_only, (*own, *additions))):
        additions += [match for match in for_children if not _is_by_email_only(match)][:1]
    additions = [
        match for match in _without_repeated_contacts((*own, *additions)) if match not in own
    ]
    added = {match.row.id for match in additions}
    change_times = (answers.valid_until, talk.valid_until, child.valid_until)
    return replace(
        answers,
        answers=_insert_added(answers.answers, additions),
        national=tuple(match for match in answers.national if match.row.id not in added),
        valid_until=min(filter(None, change_times), default=None),
    )


def _is_for_visitor(row: ServiceRow, question: Question) -> bool:
    """Return whether a service is not made for others, nor limited to legal statuses while the
    visitor stated none."""
    return not (is_limited_to_unstated_papers(row, question) or is_for_others(row, question))


def _writing_rank(match: Match) -> int:
    """Return 0 for a service that answers in writing now, 2 for one that answers e-mails later."""
    return 0 if _answers_now(match) else 1 + _is_by_email_only(match)


def _answers_now(match: Match) -> bool:
    return match.mode in WRITTEN_MODES and match.open.state is State.OPEN


def _is_by_email_only(match: Match) -> bool:
    return is_by_email_only(match.mode, match.row)


def _insert_added(answers: tuple[Match, ...], added: list[Match]) -> tuple[Match, ...]:
    """Return the answers with the added ones: open ones after the first answer, the others after
    all near ones; then the places to go to, still on the first page."""
    near = [match for match in answers if not match.key.is_beyond]
    own = [match for match in near if match.mode in WRITTEN_MODES]
    places = [match for match in near if match.mode not in WRITTEN_MODES]
    open_ones = [match for match in added if _answers_now(match)]
    later = [match for match in added if match not in open_ones]
    written = [*own[:1], *open_ones, *own[1:], *later]
    farther = [match for match in answers if match.key.is_beyond]
    most = published.WRITTEN_BEFORE_PLACE
    return *written[:most], *places, *written[most:], *farther


def _services_for_needs(matches: Iterable[Match], question: Question) -> Iterator[Match]:
    """Yield the services that answer a need of the question, not only as its last resort, and the
    lines for survivors."""
    query = questions.build_query(question)
    for match in matches:
        answered = questions.match_needs(match.row, query)
        is_line = match.row.categories >= {FOR_SURVIVORS, "helpline"}
        if is_line or (answered.categories and not answered.is_last_resort):
            yield match


def _without_repeated_contacts(matches: Iterable[Match]) -> Iterator[Match]:
    seen: set[tuple[tuple[str, int], ...]] = set()
    for match in matches:
        contacts = tuple((contact.value, trust(contact.freshness)) for contact in match.contacts)
        if contacts not in seen:
            seen.add(contacts)
            yield match


def without_stated_details(answers: Answers, plain: Question) -> Answers:
    """Return the answers, at most `plain.limit`, with the reasons for a visitor who stated no
    details, as in the question `plain`: a paper file stays on the phone."""
    query = questions.build_query(plain)

    def explained(matches: Iterable[Match]) -> tuple[Match, ...]:
        pairs = ((match, explanation.explain(match.row, query)) for match in matches)
        return tuple(
            match._replace(reasons=plain_match.reasons, caution=plain_match.caution)
            for match, plain_match in pairs
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
    change_times = (line.valid_until for line, _card in lines)
    return QuietView(
        is_answered_now=any(map(_answers_now, (*answers.answers, *answers.national))),
        places=[card_for(match, question, tag) for match in places],
        phone_lines=[card for _line, card in lines],
        valid_until=min(filter(None, change_times), default=None),
    )


def _lines_to_call(question: Question, tag: str) -> Iterator[tuple[Match, CardView]]:
    """Yield the services for all, or for people like the visitor, with a number that is shown."""
    wishes = replace(question.wishes, cannot_speak=False)
    call_question = replace(
        question, wishes=wishes, modes=frozenset(), limit=questions.LARGEST_LIMIT
    )
    answers = published.match(call_question)
    for match in _services_for_needs((*answers.within_reach, *answers.national), call_question):
        is_called = any(contact.kind == PhoneKind.VOICE for contact in match.contacts)
        if is_called and not is_for_others(match.row, call_question):
            card = card_for(match, call_question, tag)
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
