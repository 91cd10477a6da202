"""Find services that a pathway leaves out: services above them have their numbers and details."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from protect.findhelp.answers.limits import accepts_all_statuses, limit_texts
from protect.findhelp.answers.sentences import reason_text
from protect.findhelp.paper.content import ServiceFacts
from protect.matching.questions import Match, Reason


class PrintedService(NamedTuple):
    """An answer and its printed facts, split into numbers, details (hours, languages, cautions,
    place, categories) and limits, such as “Says it is for women”."""

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
        *((line.name, line.times) for line in facts.languages),
        *facts.cautions,
        *(answer.row.categories & wanted),
        *([facts.place] if has_place and facts.place else []),
        *([all_statuses] if accepts_all_statuses(answer.row) else []),
    }
    limits = frozenset(limit_texts(answer.row, tag, facts.cautions)) - {all_statuses}
    numbers = frozenset(number.text for number in facts.numbers)
    return PrintedService(answer, facts, numbers, frozenset(details), limits)


def adds_nothing(service: PrintedService, above: Collection[PrintedService]) -> bool:
    """Return whether the services above have all numbers and details of a service, and one of them
    has no limit that this service lacks."""
    sharing_number = [other for other in above if other.numbers & service.numbers]
    numbers = frozenset[str]().union(*(other.numbers for other in sharing_number))
    details = frozenset[object]().union(*(other.details for other in sharing_number))
    return (
        bool(service.numbers)
        and service.numbers <= numbers
        and service.details <= details
        and any(other.limits <= service.limits for other in sharing_number)
    )


def without_repeats(services: Sequence[PrintedService]) -> list[PrintedService]:
    """Return the services that add something to those before them."""
    printed: list[PrintedService] = []
    for service in services:
        if not adds_nothing(service, printed):
            printed.append(service)
    return printed


def repeated_from(
    steps: Sequence[PrintedService], lines: Sequence[PrintedService]
) -> Iterator[int]:
    """Yield for each line the number of steps after which it adds nothing to them and to the lines
    before it; one more than there are steps if it always adds something."""
    for index, line in enumerate(lines):
        counts = range(len(steps) + 1)
        earlier_lines = lines[:index]
        repeating_counts = (
            count for count in counts if adds_nothing(line, [*steps[:count], *earlier_lines])
        )
        yield next(repeating_counts, len(steps) + 1)
