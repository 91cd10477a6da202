"""The page “If it just happened”: what matters in the first hours after sexual violence."""

from datetime import date
from typing import NamedTuple

from protect.findhelp.answers import country_lines
from protect.findhelp.answers.country_lines import CountryLines, source_text
from protect.reference import country_facts


class Limit(NamedTuple):
    """The hours in which a treatment helps, and where they come from."""

    hours: int
    source: str  # title and date, in English
    is_confirmed: bool
    is_old: bool


class FirstHours(NamedTuple):
    hiv: Limit
    contraception: Limit
    examination: Limit
    lines: CountryLines  # of the country


def first_hours(country: str | None, today: date) -> FirstHours:
    """Return the page of a country; None: only what holds everywhere. Errors: DataError."""
    hiv, contraception, examination = (_hours_limit(key, today) for key in country_facts.LIMIT_KEYS)
    lines = country_lines.lines_about_first_hours(country, today) if country else CountryLines()
    return FirstHours(hiv, contraception, examination, lines)


def urgent_hours() -> dict[str, int]:
    """Return the limits of the medicines, for the sentence that stands on results."""
    hiv, contraception, _examination = map(country_facts.limit, country_facts.LIMIT_KEYS)
    limits = int(hiv.value), int(contraception.value)
    return {"first": min(limits), "last": max(limits)}


def urgent_context(country: str | None, today: date) -> dict[str, object]:
    """Return what the template `_urgent_hours.html` needs."""
    lines = country_lines.lines_on_answers(country, today) if country else CountryLines()
    return {"urgent_hours": urgent_hours(), "urgent_lines": lines}


def _hours_limit(key: str, today: date) -> Limit:
    fact = country_facts.limit(key)
    return Limit(int(fact.value), source_text(fact), fact.is_confirmed, fact.is_old(today))
