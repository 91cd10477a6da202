"""The page “If it just happened”: what matters in the first hours after sexual violence."""

from datetime import date
from typing import NamedTuple

from protect.findhelp.answers.cards import format_number
from protect.reference import country_facts

# Facts about reporting that say nothing about what an adult may expect of a hospital.
UNRELATED_KEYS = frozenset(
    {
        *("age_of_consent", "rape_definition", "bill_2025", "help_in_serious_danger"),
        *("sexual_crimes_law", "tusla_information_secret"),
    }
)


class Limit(NamedTuple):
    """The hours in which a treatment helps, and where they come from."""

    hours: int
    source: str  # title and date, in English
    is_confirmed: bool
    is_old: bool


class FactLine(NamedTuple):
    text: str  # English
    number: str  # telephone number in groups, or ""
    source: str  # title and date, in English
    is_confirmed: bool
    is_old: bool


class FirstHours(NamedTuple):
    hiv: Limit
    contraception: Limit
    examination: Limit
    facts: tuple[FactLine, ...]  # of the country; empty if none may be shown

    @property
    def is_confirmed(self) -> bool:
        """Return whether one of the facts is confirmed, so that each says whether it is."""
        return any(fact.is_confirmed for fact in self.facts)


def first_hours(country: str | None, today: date) -> FirstHours:
    """Return the page of a country; None: only what holds everywhere. Errors: DataError."""
    hiv, contraception, examination = (_limit(key, today) for key in country_facts.LIMIT_KEYS)
    facts = tuple(_lines(country, today)) if country else ()
    return FirstHours(hiv, contraception, examination, facts)


def urgent_hours() -> dict[str, int]:
    """Return the limits of the medicines, for the sentence that stands on results."""
    hiv, contraception, _examination = map(country_facts.limit, country_facts.LIMIT_KEYS)
    limits = int(hiv.value), int(contraception.value)
    return {"first": min(limits), "last": max(limits)}


def _limit(key: str, today: date) -> Limit:
    fact = country_facts.limit(key)
    return Limit(int(fact.value), _source(fact), fact.is_confirmed, fact.is_old(today))


def _lines(country: str, today: date) -> list[FactLine]:
    facts = country_facts.public_facts(country, "first_hours", "reporting_duties")
    return [
        FactLine(
            text=fact.text,
            number=format_number(fact.value, country) if fact.unit == "phone" else "",
            source=_source(fact),
            is_confirmed=fact.is_confirmed,
            is_old=fact.is_old(today),
        )
        for fact in facts
        if fact.topic == "first_hours"
        or (fact.applies_to != "children" and fact.key not in UNRELATED_KEYS)
    ]


def _source(fact: country_facts.CountryFact) -> str:
    return ", ".join(filter(None, [fact.source_title, fact.source_date]))
