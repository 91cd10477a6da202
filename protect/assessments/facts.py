"""Indicators of assessments: gains, ratings by level and follow-up ratios. Sums are divided last.
Too few answers, or no valid gain, give a reason in place of a number."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping

from protect.assessments.results import Learned
from protect.assessments.statistics import limits
from protect.trainings.base.facts import Cell, FactQuery, Figure, Value, summed
from protect.trainings.facts import editions_in
from protect.trainings.scheduling.models import Edition

LANGUAGE = "en"  # of labels, which are not read here


def matched_gain(query: FactQuery) -> Figure:
    """Return points gained after the course over points left before it, over all matched pairs."""
    ratios, unsaid, codes = _Ratios(), Counter[str](), []
    for edition, learned in _learned(query):
        gain = learned.gained
        if isinstance(gain, limits.Reason):
            unsaid[gain.value] += 1
        elif gain is not None:
            ratios.add(_place(edition), *gain)
            codes.append(edition.code)
    return ratios.figure(("country", "organisation"), codes, unsaid)


def event_rating(query: FactQuery) -> Figure:
    """Return the number of answers by level of each question of the evaluations."""
    rows: list[tuple[Cell, float]] = []
    unsaid, codes = Counter[str](), []
    for edition, learned in _learned(query):
        for question, row in learned.ratings.items():
            if isinstance(row, limits.Reason):
                unsaid[row.value] += 1
            else:
                cell = (*_place(edition), question)
                rows += [((*cell, str(level)), n) for level, n in enumerate(row.counts, 1) if n]
                codes.append(edition.code)
    return Figure(
        unit="answer",
        axes=("country", "organisation", "question", "level"),
        cells=summed(rows),
        evidence=tuple(dict.fromkeys(codes)),
        unsaid=unsaid,
    )


def follow_up(query: FactQuery) -> Figure:
    """Return the participants who used the course, over responders and over attendees."""
    ratios, unsaid, codes = _Ratios(), Counter[str](), []
    for edition, learned in _learned(query):
        practice = learned.practice
        if isinstance(practice, limits.Reason):
            unsaid[practice.value] += 1
        elif practice is not None:
            for over in ("attendees", "responders"):
                share = getattr(practice, f"of_{over}")
                ratios.add((*_place(edition), over), share.part, share.whole)
            codes.append(edition.code)
    return ratios.figure(("country", "organisation", "over"), codes, unsaid)


class _Ratios(defaultdict[Cell, list[float]]):
    def __init__(self) -> None:
        super().__init__(lambda: [0, 0])

    def add(self, cell: Cell, part: float, whole: float) -> None:
        self[cell][0] += part
        self[cell][1] += whole

    def figure(self, axes: tuple[str, ...], codes: list[str], unsaid: Counter[str]) -> Figure:
        cells = {cell: Value(*parts) for cell, parts in sorted(self.items())}
        return Figure(unit="ratio", axes=axes, cells=cells, evidence=tuple(codes), unsaid=unsaid)


def _learned(query: FactQuery) -> Iterator[tuple[Edition, Learned]]:
    for edition in editions_in(query):
        yield edition, Learned(edition, LANGUAGE)


def _place(edition: Edition) -> Cell:
    return (edition.country_id, str(edition.host_id))


FACTS: Mapping[str, Callable[[FactQuery], Figure]] = {
    "assessments.matched_gain": matched_gain,
    "assessments.event_rating": event_rating,
    "assessments.follow_up": follow_up,
}
