"""Services that a pathway leaves out: their number stands above, and they add nothing to it."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from protect.findhelp.answers.limits import accepts_all_statuses, limit_texts
from protect.findhelp.answers.sentences import reason_text
from protect.findhelp.paper.content import ServiceFacts
from protect.matching.questions import Match, Reason


class PrintedService(NamedTuple):
    """An answer and its facts, with what these say: its numbers, its details (hours, languages,
    cautions, place, categories) and its limits, such as “Says it is for women”."""

    answer: Match
    facts: ServiceFacts
    numbers: frozenset[str]
    details: frozenset[object]
    limits: frozenset[str]


def printed_service(
    answer: Match, facts: ServiceFacts, tag: str, wanted: frozenset[str], *, has_place: bool
) -> PrintedService:
    """Return an answer as it is printed. `wanted`: the categories for which the paper is;
    `has_place`: whether its place is printed."""
    all_statuses = reason_text(Reason("legal_everyone"), tag)  # no limit
    details = {
        *((hours.label, times) for hours in facts.hours for times in hours.times),
        *((each.name, each.times) for each in facts.languages),
        *facts.cautions,
        *(answer.row.categories & wanted),
        *([facts.place] if has_place and facts.place else []),
        *([all_statuses] if accepts_all_statuses(answer.row) else []),
    }
    limits = frozenset(limit_texts(answer.row, tag, facts.cautions)) - {all_statuses}
    numbers = frozenset(number.text for number in facts.numbers)
    return PrintedService(answer, facts, numbers, frozenset(details), limits)


def adds_nothing(service: PrintedService, above: Collection[PrintedService]) -> bool:
    """Return whether all numbers of a service stand above with all its details, and one of them
    without a limit that this service does not have."""
    same = [other for other in above if other.numbers & service.numbers]
    numbers = frozenset[str]().union(*(other.numbers for other in same))
    details = frozenset[object]().union(*(other.details for other in same))
    return (
        bool(service.numbers)
        and service.numbers <= numbers
        and service.details <= details
        and any(other.limits <= service.limits for other in same)
    )


def without_repeats(services: Sequence[PrintedService]) -> list[PrintedService]:
    """Return the services that add something to those before them."""
    kept: list[PrintedService] = []
    for service in services:
        if not adds_nothing(service, kept):
            kept.append(service)
    return kept


def repeated_from(
    steps: Sequence[PrintedService], lines: Sequence[PrintedService]
) -> Iterator[int]:
    """Yield for each line the number of steps after which it adds nothing to them and to the lines
    before it; one more than there are steps if it always adds something."""
    for index, line in enumerate(lines):
        counts = range(len(steps) + 1)
        before = lines[:index]
        found = (count for count in counts if adds_nothing(line, [*steps[:count], *before]))
        yield next(found, len(steps) + 1)
