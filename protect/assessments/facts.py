"""Indicators of assessments: gains, ratings by level and follow-up ratios. Numerators and
denominators are summed before they are divided. A hidden number is counted by its Reason."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping

from protect.assessments.results import EditionResults
from protect.assessments.statistics import limits
from protect.trainings.base.facts import Cell, FactQuery, Figure, Value, sum_cells
from protect.trainings.facts import editions_ended_in
from protect.trainings.scheduling.models import Edition

LANGUAGE = "en"  # of question labels, which the indicators do not use


def matched_gain(query: FactQuery) -> Figure:
    """Return the ratio of points gained to points left, over pairs of editions that show it."""
    ratios, hidden_counts, edition_codes = _Ratios(), Counter[str](), []
    for edition, results in _edition_results(query):
        gain = results.points_gained_and_left
        if isinstance(gain, limits.Reason):
            hidden_counts[gain.value] += 1
        elif gain is not None:
            ratios.add(_country_and_host(edition), *gain)
            edition_codes.append(edition.code)
    return ratios.figure(("country", "organisation"), edition_codes, hidden_counts)


def event_rating(query: FactQuery) -> Figure:
    """Return the number of answers at each level of each evaluation question."""
    rows: list[tuple[Cell, float]] = []
    hidden_counts, edition_codes = Counter[str](), []
    for edition, results in _edition_results(query):
        for question, row in results.ratings.items():
            if isinstance(row, limits.Reason):
                hidden_counts[row.value] += 1
            else:
                cell = (*_country_and_host(edition), question)
                rows += [((*cell, str(level)), n) for level, n in enumerate(row.counts, 1) if n]
                edition_codes.append(edition.code)
    return Figure(
        unit="answer",
        axes=("country", "organisation", "question", "level"),
        cells=sum_cells(rows),
        evidence=tuple(dict.fromkeys(edition_codes)),
        withheld=hidden_counts,
    )


def follow_up(query: FactQuery) -> Figure:
    """Return two ratios: participants who used the course to responders, and to attendees."""
    ratios, hidden_counts, edition_codes = _Ratios(), Counter[str](), []
    for edition, results in _edition_results(query):
        practice = results.practice
        if isinstance(practice, limits.Reason):
            hidden_counts[practice.value] += 1
        elif practice is not None:
            for over in ("attendees", "responders"):
                share = getattr(practice, f"of_{over}")
                ratios.add((*_country_and_host(edition), over), share.part, share.whole)
            edition_codes.append(edition.code)
    return ratios.figure(("country", "organisation", "over"), edition_codes, hidden_counts)


class _Ratios(defaultdict[Cell, list[float]]):
    """Numerators and denominators of an indicator, summed by cell (combination of axis values)."""

    def __init__(self) -> None:
        super().__init__(lambda: [0, 0])

    def add(self, cell: Cell, part: float, whole: float) -> None:
        self[cell][0] += part
        self[cell][1] += whole

    def figure(self, axes: tuple[str, ...], evidence: list[str], withheld: Counter[str]) -> Figure:
        cells = {cell: Value(*parts) for cell, parts in sorted(self.items())}
        return Figure(
            unit="ratio", axes=axes, cells=cells, evidence=tuple(evidence), withheld=withheld
        )


def _edition_results(query: FactQuery) -> Iterator[tuple[Edition, EditionResults]]:
    """Yield each edition that ended in the period, also without forms, with its results."""
    for edition in editions_ended_in(query):
        yield edition, EditionResults(edition, LANGUAGE)


def _country_and_host(edition: Edition) -> Cell:
    return (edition.country_id, str(edition.host_id))


FACTS: Mapping[str, Callable[[FactQuery], Figure]] = {
    "assessments.matched_gain": matched_gain,
    "assessments.event_rating": event_rating,
    "assessments.follow_up": follow_up,
}
