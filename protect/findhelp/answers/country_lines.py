"""Facts of a country as lines of a public page, and their sources."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.findhelp.answers.limits import AGES_OF_MINORS
from protect.findhelp.forms import AGE
from protect.matching.questions import ADULT_AGE
from protect.reference import country_facts, vocabulary
from protect.reference.formats import format_number
from protect.reference.wording import STATUS_NAMES

FIRST_HOURS_TOPICS: tuple[country_facts.Topic, ...] = ("first_hours", "reporting_duties")
# Facts about reporting that say nothing about what an adult may expect of a hospital.
UNRELATED_KEYS = frozenset(
    {
        *("age_of_consent", "rape_definition", "bill_2025", "help_in_serious_danger"),
        *("sexual_crimes_law", "tusla_information_secret"),
    }
)
# Translators: in the place of facts of a country.
NOT_KNOWN = _("We do not know this for this country yet.")
NUMBER_UNITS, ADDRESS_UNITS = {"phone", "sms"}, {"url", "email"}
# By `applies_to`: words for the people, and ages if these describe them.
WHOM: dict[str, tuple[Promise | str, str]] = {
    "everyone": ("", ""),
    "adults": (AGE, f"{ADULT_AGE}+"),
    "children": (AGE, AGES_OF_MINORS),
    "women": (_("Woman or girl"), ""),  # For translators: gender of an adult or child
    "undocumented": (STATUS_NAMES["undocumented"], ""),
    "asylum_seekers": (STATUS_NAMES["asylum_seeker"], ""),
    "refugees": (STATUS_NAMES["refugee"], ""),
}


class Source(NamedTuple):
    title: str  # with its date, in English
    is_old: bool


class FactLine(NamedTuple):
    text: Promise | str  # the template says it in the reader's language
    whom: Promise | str  # to whom it applies; "" = to everyone
    ages: str  # to which ages, after `whom`, or ""
    number: str  # telephone number in groups, or "" if the text has it
    address: str  # on the web, without its scheme, or of mail; "" if the text has it
    source: Source
    is_confirmed: bool
    is_gap: bool = False  # states that something is not known


class CountryLines(NamedTuple):
    facts: tuple[FactLine, ...] = ()  # empty if none may be shown

    @property
    def is_any_confirmed(self) -> bool:
        """Return whether a fact is confirmed, so that each line says whether its fact is."""
        return any(fact.is_confirmed for fact in self.facts)

    @property
    def has_unconfirmed(self) -> bool:
        """Return whether a fact, other than what is not known, waits for confirmation."""
        return any(not fact.is_confirmed and not fact.is_gap for fact in self.facts)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return the sources of the facts, each once."""
        return tuple(dict.fromkeys(fact.source for fact in self.facts if not fact.is_gap))


def lines_about_first_hours(country: str, today: date, *, for_women: bool = True) -> CountryLines:
    """Return what is known of care after sexual violence, and of who reports it to the police.
    `for_women`: with what applies to women alone."""
    facts = filter(is_about_first_hours, country_facts.public_facts(country, *FIRST_HOURS_TOPICS))
    for_reader = (fact for fact in facts if for_women or fact.applies_to != "women")
    return lines_of(for_reader, country, today)


def is_about_first_hours(fact: country_facts.CountryFact) -> bool:
    """Return whether a fact of FIRST_HOURS_TOPICS says what an adult may expect of a hospital."""
    return fact.topic == "first_hours" or (
        fact.applies_to != "children" and fact.key not in UNRELATED_KEYS
    )


def texts_to_translate() -> Iterator[tuple[str, str]]:
    """Yield the English of each fact that a public page may show once it is confirmed, and a note
    for translators."""
    for country in vocabulary.countries():
        for fact in country_facts.consistent_facts(country, *FIRST_HOURS_TOPICS, "police"):
            if fact.topic == "police" or fact.on_answers or is_about_first_hours(fact):
                note = f"{fact.topic}.{fact.key} of {country}; it applies to: {fact.applies_to}."
                yield fact.text, note.replace("_", " ")


def rights_texts_to_translate() -> Iterator[tuple[str, str]]:
    """Yield the same as `texts_to_translate`, for the facts that only pages about rights show."""
    shown_elsewhere = {text for text, _note in texts_to_translate()}
    for country in vocabulary.countries():
        for fact in country_facts.consistent_facts(country, *country_facts.TOPICS):
            if fact.text not in shown_elsewhere:
                note = f"{fact.topic}.{fact.key} of {country}; it applies to: {fact.applies_to}."
                yield fact.text, note.replace("_", " ")


def lines_on_answers(country: str, today: date) -> CountryLines:
    """Return the facts that a person must know before going to a hospital."""
    facts = country_facts.public_facts(country, *FIRST_HOURS_TOPICS)
    return lines_of((fact for fact in facts if fact.on_answers), country, today)


def lines_about_police(country: str, today: date) -> CountryLines:
    """Return what is known of the police: papers, interpreters, companions, reports."""
    return lines_of(country_facts.public_facts(country, "police"), country, today)


def lines_about_reporting(country: str, today: date) -> CountryLines:
    """Return what is known of whether a person who helps an adult must report it; where nothing is
    known of that, this, and what is known of a child."""
    facts = country_facts.public_facts(country, "reporting_duties")
    if about_adults := tuple(filter(is_about_first_hours, facts)):
        return lines_of(about_adults, country, today)
    about_children = [fact for fact in facts if fact.applies_to == "children"]
    return CountryLines(
        (*_gaps_about_adults(about_children), *lines_of(about_children, country, today).facts)
    )


def _gaps_about_adults(others: Iterable[country_facts.CountryFact]) -> Iterator[FactLine]:
    """Yield a line that says that nothing is known of adults, if something is known of others."""
    if any(others):
        source = Source("", is_old=False)
        yield FactLine(NOT_KNOWN, *WHOM["adults"], "", "", source, is_confirmed=False, is_gap=True)


def source_of(fact: country_facts.CountryFact, today: date) -> Source:
    title = ", ".join(filter(None, [fact.source_title, fact.source_date]))
    return Source(title, fact.is_old(today))


def lines_of(facts: Iterable[country_facts.CountryFact], country: str, today: date) -> CountryLines:
    """Return facts of a country as lines: first what is not known, then in their order."""
    lines = tuple(
        FactLine(
            fact.text,
            *WHOM[fact.applies_to],
            number=_number(fact, country),
            address=_address(fact),
            source=source_of(fact, today),
            is_confirmed=fact.is_confirmed,
            is_gap=fact.is_gap,
        )
        for fact in sorted(facts, key=lambda fact: not fact.is_gap)
    )
    return CountryLines(lines)


def _number(fact: country_facts.CountryFact, country: str) -> str:
    """Return the telephone number of a fact in groups; "" if it has none, or its text has it."""
    if fact.unit not in NUMBER_UNITS or fact.value in fact.text.replace(" ", ""):
        return ""
    return format_number(fact.value, country)


def _address(fact: country_facts.CountryFact) -> str:
    """Return the address of a fact on the web, without its scheme, or of mail; "" if it has none,
    or its text has it."""
    address = fact.value.removeprefix("https://").removesuffix("/")
    is_new = fact.unit in ADDRESS_UNITS and address not in fact.text
    return address if is_new else ""
