"""Figures about who does what where, for reports."""

from collections.abc import Callable, Mapping

from protect.coordination.presence.matrix import country_lines
from protect.reference import vocabulary
from protect.trainings.base.facts import FactQuery, Figure, sum_cells


def organisations_present(query: FactQuery) -> Figure:
    """Return how many organisations do something about a need now, by country and need: the matrix
    has no history, so the period does not matter. An organisation counts once for each need."""
    countries = sorted(query.countries or vocabulary.countries())
    pairs = {
        (country, line.need, line.organisation)
        for country in countries
        for line in country_lines(country)
    }
    return Figure(
        unit="organisation",
        axes=("country", "need"),
        cells=sum_cells(((country, need), 1) for country, need, _key in pairs),
    )


FACTS: Mapping[str, Callable[[FactQuery], Figure]] = {
    "coordination.organisations_present": organisations_present
}
