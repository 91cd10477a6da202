"""The order in which pages and papers show the matches within reach, and the matches that they
leave out as repetitions. docs/matching.md says why this is no part of the sort key."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from protect.directory.enums import PhoneKind
from protect.directory.hours import State
from protect.findhelp.answers import calls, contacts, limits, names
from protect.findhelp.answers.sentences import reason_text
from protect.findhelp.answers.service_texts import admission_texts
from protect.matching import published, weights
from protect.matching.questions import LARGEST_LIMIT, Answers, Match, Question, Reason
from protect.reference import vocabulary

FIRST_RANK, USUAL_RANK, LAST_RANK = range(3)  # of an answer, see `_rank`
# Matches that are ordered for the first pages; longer lists order LARGEST_LIMIT.
ARRANGED_LIMIT = 20


class Shown(NamedTuple):
    """A service on a page, for the comparison with those below it."""

    match: Match
    values: frozenset[str]  # its numbers and addresses
    heading_and_names: tuple[object, ...]


def match_in_order(question: Question, limit: int = ARRANGED_LIMIT) -> Answers:
    """Return the answers to a question in the order of a page, at most `question.limit`; lines for
    the whole country that are not among these stand among the national ones."""
    where = question.where
    if where is None or where.country is None:  # then one line stands for each country
        answers = published.match(question)
        near = arrange(answers.within_reach, question)
        return replace(answers, answers=(*near, *answers.answers[len(near) :]))
    limit = limit if question.limit <= limit else LARGEST_LIMIT
    answers = published.match(replace(question, limit=limit))
    reached = answers.within_reach
    tag = next(iter(question.languages), names.WORKING_LANGUAGE)
    near = tuple(without_repeats(arrange(reached, question), question, tag, []))
    near, for_others = _without_lines_for_others(near, question)
    near = _with_answer_for_child(near, question)
    if len(near) < question.limit and len(reached) == limit < LARGEST_LIMIT:
        return match_in_order(question, LARGEST_LIMIT)
    shown = (*near, *answers.answers[len(reached) :])[: question.limit]
    left_out = {match.row.id for match in near[question.limit :]}
    lines = [
        match for match in reached if match.row.id in left_out and match.row.scope == "national"
    ]
    max_national, ids = weights.load().lists.national, {match.row.id for match in shown}
    national = [match for match in (*lines, *answers.national) if match.row.id not in ids][
        :max_national
    ]
    ids |= {match.row.id for match in national}
    folded = [match for match in for_others if match.row.id not in ids]
    return replace(answers, answers=shown, national=(*national, *folded))


def _without_lines_for_others(
    matches: tuple[Match, ...], question: Question
) -> tuple[tuple[Match, ...], tuple[Match, ...]]:
    """Return matches without the lines for the whole country that are made for others and come
    last, such as those for children, and these lines, which a page folds; no lines if nothing else
    is left."""
    needs = [vocabulary.needs()[code] for code in question.needs]
    lines = tuple(
        match
        for match in matches
        if match.row.scope == "national" and _rank(match, question, needs) == LAST_RANK
    )
    others = tuple(match for match in matches if match not in lines)
    return (others, lines) if others else (matches, ())


def _with_answer_for_child(matches: tuple[Match, ...], question: Question) -> tuple[Match, ...]:
    """Return matches with the first answer to the need for children second, if a minor asks for
    another need with `group_first`: minors may not know that there is help for their age."""
    all_needs = vocabulary.needs()
    if not question.person.is_minor or not any(
        all_needs[code].group_first and not all_needs[code].for_children for code in question.needs
    ):
        return matches
    codes = tuple(code for code, need in all_needs.items() if need.for_children)
    best = match_in_order(replace(question, needs=codes, limit=1)).within_reach[:1]
    ids = {match.row.id for match in (*matches[:1], *best)}
    return (*matches[:1], *best, *(match for match in matches[1:] if match.row.id not in ids))


def arrange(matches: Sequence[Match], question: Question) -> tuple[Match, ...]:
    """Return matches within reach by rank, in their order within a rank, but in each rank those
    that may help only elsewhere after the others. A first match that is made for a named group, or
    that states the hours of its place only, comes after the first one for all that answers calls
    now; without a number, after the first one that has one. So does one that does not open today,
    for needs with `group_first`. Needs with `go_there` keep it first."""
    needs = [vocabulary.needs()[code] for code in question.needs]
    ranks = {match.row.id: _rank(match, question, needs) for match in matches}
    arranged = sorted(matches, key=lambda match: (ranks[match.row.id], may_be_elsewhere(match)))
    first = next(iter(arranged), None)
    if first is None or any(need.go_there for need in needs):
        return tuple(arranged)
    is_for_group = ranks[first.row.id] == FIRST_RANK
    is_late = any(need.group_first for need in needs) and _is_not_open_today(first)
    may_be_overtaken = is_for_group or is_late or calls.has_hours_of_place_only(first.row)
    if may_be_overtaken and not _answers_calls(first):
        usual = [match for match in arranged if _may_overtake(match, ranks[match.row.id], question)]
        line = next(filter(_answers_calls, usual), None)
        if line is None and not _has_number(first):
            line = next(filter(_has_number, usual), None)
        if line is not None:
            arranged.remove(line)
            arranged.insert(0, line)
    return tuple(arranged)


def _may_overtake(match: Match, rank: int, question: Question) -> bool:
    """Return whether a usual match may come first because it can be called: not one for others or
    that may help only elsewhere, nor one of which an LGBTQI+ person has to ask whom it takes."""
    return (
        rank == USUAL_RANK
        and not may_be_elsewhere(match)
        and not limits.is_for_others(match.row, question)
        and not limits.has_to_ask_about_gender(match.row, question.person)
    )


def _rank(match: Match, question: Question, needs: Sequence[vocabulary.Need]) -> int:
    """Return FIRST_RANK for a match made for a group that comes first, LAST_RANK for one that is
    for others and may come later, else USUAL_RANK."""
    if any(need.group_first for need in needs) and limits.is_for_named_group(match.row, question):
        return FIRST_RANK
    is_later = limits.is_for_others(match.row, question) and _may_come_later(match, needs)
    return LAST_RANK if is_later else USUAL_RANK


def _is_not_open_today(match: Match) -> bool:
    return any(reason.code in {"opens_day", "closed"} for reason in match.reasons)


def may_be_elsewhere(match: Match) -> bool:
    """Return whether neither the served area nor the distance of a service is known: it may be on
    another island."""
    is_area_known = all(reason.code != "area_unknown" for reason in match.reasons)
    return not is_area_known and match.distance_m is None


def _may_come_later(match: Match, needs: Iterable[vocabulary.Need]) -> bool:
    """Return whether a match that is made for certain people comes after others for these needs. If
    `later` in needs.toml names such people, only services for these come later."""
    people = match.row.categories & limits.CATEGORIES_OF_PEOPLE
    later = {code for need in needs for code in need.later}
    return not (people and later) or not people.isdisjoint(later)


def _answers_calls(match: Match) -> bool:
    """Return whether a service has a number that is known to be answered now."""
    is_open = match.open.state is State.OPEN and not calls.has_hours_of_place_only(match.row)
    return is_open and _has_number(match)


def _has_number(match: Match) -> bool:
    return any(
        contact.kind == PhoneKind.VOICE and contacts.is_shown(contact) for contact in match.contacts
    )


def wanted_categories(question: Question) -> frozenset[str]:
    """Return the categories that answer a need of the question."""
    return frozenset(
        category for code in question.needs for category in vocabulary.needs()[code].categories
    )


def without_repeats(
    answers: Iterable[Match], question: Question, tag: str, shown: list[Shown]
) -> Iterator[Match]:
    """Yield the answers that do not repeat a shown one, and add them to `shown`. Several entries of
    one service may have the same names or numbers."""
    wanted = wanted_categories(question)
    for answer in answers:
        heading, _others = names.heading_and_other_names(answer.row, tag)
        values = frozenset(contact.value for contact in answer.contacts)
        new = Shown(answer, values, (heading, names.name_views(answer.row, tag)))
        repeated = (above for above in shown if values and values <= above.values)
        if not any(
            _may_replace(above.match, answer)
            and (
                (new.values, new.heading_and_names) == (above.values, above.heading_and_names)
                or _adds_nothing(answer, above.match, wanted, tag)
            )
            for above in repeated
        ):
            shown.append(new)
            yield answer


def _may_replace(above: Match, answer: Match) -> bool:
    """Return whether a shown match can stand for an answer: it has each contact, as well checked,
    the same number first, and no failing condition or caution that the answer lacks."""
    known = {
        (contact.kind, contact.value): contacts.trust(contact.freshness)
        for contact in above.contacts
    }
    is_as_sure = all(
        known.get((contact.kind, contact.value), -1) >= contacts.trust(contact.freshness)
        for contact in answer.contacts
    )
    warns = above.caution not in {None, answer.caution} and above.caution.code != "tells_unknown"
    fails = above.failing is not None and answer.failing is None
    first, first_above = (
        next((contact.value for contact in match.contacts if contact.kind == PhoneKind.VOICE), None)
        for match in (answer, above)
    )
    return is_as_sure and first in {None, first_above} and not warns and not fails


def _adds_nothing(answer: Match, above: Match, wanted: frozenset[str], tag: str) -> bool:
    """Return whether a service has no wanted category, place, hours or language that the shown one
    with the same contacts lacks, and accepts no other people. If it fails a condition that
    the shown one meets, it adds nothing in any case."""
    row, other = answer.row, above.row
    if row.country != other.country:
        return False
    if answer.failing is not None:
        return above.failing is None
    has_place = any(point.address and not point.is_coarse for point in row.points)
    hours = any(hour.hours.expression for hour in row.opening_hours.values())
    has_hours = hours and row.opening_hours != other.opening_hours
    spoken = ({offer.language for offer in each.languages} for each in (other, row))
    has_languages = not next(spoken) >= next(spoken)
    has_kinds = not row.categories & wanted <= other.categories
    takes, takes_above = ({*admission_texts(each, tag)} for each in (row, other))
    no_limit = {reason_text(Reason("legal_everyone"), tag), *takes_above}
    limits_above = set(limits.limit_texts(other, tag)) - no_limit
    is_wider = not limits_above <= set(limits.limit_texts(row, tag)) or not takes <= takes_above
    return not (has_place or has_hours or has_languages or has_kinds or is_wider)
