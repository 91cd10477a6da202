"""Indicators of assessments: gains, ratings by level and follow-up ratios.

Sums are divided last. An edition with too few answers, or without a valid gain, gives a reason in
place of a number.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping

from protect.assessments.results import Learned
from protect.assessments.statistics.limits import Reason
from protect.assessments.statistics.ratings import Practice, Rating
from protect.trainings.base.facts import Asked, Cell, Figure, Value, summed
from protect.trainings.facts.held_sessions import editions_in
from protect.trainings.scheduling.models import Edition

LANGUAGE = "en"  # of labels, which are not read here


def matched_gain(query: Asked) -> Figure:
    """Return points gained after the course over points left before it, over all matched pairs."""
    sums: defaultdict[Cell, list[float]] = defaultdict(lambda: [0.0, 0.0])
    unsaid: Counter[str] = Counter()
    codes = []
    for edition, learned in _learned(query):
        gain = learned.gained
        if isinstance(gain, Reason):
            unsaid[gain.value] += 1
        elif gain is not None:
            for at, part in enumerate(gain):
                sums[_place(edition)][at] += part
            codes.append(edition.code)
    return Figure(
        unit="ratio",
        axes=("country", "organisation"),
        cells={cell: Value(*parts) for cell, parts in sorted(sums.items())},
        evidence=tuple(codes),
        unsaid=unsaid,
    )


def event_rating(query: Asked) -> Figure:
    """Return the number of answers by level of each question of the evaluations."""
    rows: list[tuple[Cell, float]] = []
    unsaid: Counter[str] = Counter()
    codes = []
    for edition, learned in _learned(query):
        for question, row in learned.ratings.items():
            if isinstance(row, Reason):
                unsaid[row.value] += 1
            else:
                rows += _levels((*_place(edition), question), row)
                codes.append(edition.code)
    return Figure(
        unit="answer",
        axes=("country", "organisation", "question", "level"),
        cells=summed(rows),
        evidence=tuple(dict.fromkeys(codes)),
        unsaid=unsaid,
    )


def follow_up(query: Asked) -> Figure:
    """Return the participants who used the course, over responders and over attendees."""
    sums: defaultdict[Cell, list[int]] = defaultdict(lambda: [0, 0])
    unsaid: Counter[str] = Counter()
    codes = []
    for edition, learned in _learned(query):
        practice = learned.practice
        if isinstance(practice, Practice):
            for over, share in (
                ("attendees", practice.of_attendees),
                ("responders", practice.of_responders),
            ):
                parts = sums[(*_place(edition), over)]
                parts[0] += share.part
                parts[1] += share.whole
            codes.append(edition.code)
        elif practice is not None:
            unsaid[practice.value] += 1
    return Figure(
        unit="ratio",
        axes=("country", "organisation", "over"),
        cells={cell: Value(*parts) for cell, parts in sorted(sums.items())},
        evidence=tuple(codes),
        unsaid=unsaid,
    )


def _learned(query: Asked) -> Iterator[tuple[Edition, Learned]]:
    for edition in editions_in(query):
        yield edition, Learned(edition, LANGUAGE)


def _place(edition: Edition) -> Cell:
    return (edition.country_id, str(edition.host_id))


def _levels(begin: Cell, rating: Rating) -> Iterator[tuple[Cell, float]]:
    for level, number in enumerate(rating.counts, 1):
        if number:
            yield (*begin, str(level)), number


FACTS: Mapping[str, Callable[[Asked], Figure]] = {
    "assessments.matched_gain": matched_gain,
    "assessments.event_rating": event_rating,
    "assessments.follow_up": follow_up,
}
