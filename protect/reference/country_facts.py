"""Facts of each country that survivors can act on: one TOML file per country, and `who.toml` for
limits that hold everywhere. Each waits for a named role of its country to confirm it."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

import pydantic
from django.conf import settings

from protect.kernel import tables
from protect.kernel.errors import DataError
from protect.reference import vocabulary

FOLDER = "country_facts"
EVERYWHERE = "who"  # name of the file with facts of the World Health Organization
# Keys of its facts whose value, in hours, is the limit of a treatment.
LIMIT_KEYS = ("who_hiv_pep", "who_emergency_contraception", "who_examination")
OLD_AFTER_YEARS = 5  # a source that is older, or has no date, is marked as old

# Functions that return, for a country, the digests of its facts that were confirmed at the desk.
CONFIRMED_DIGESTS: list[Callable[[str], frozenset[str]]] = []

type Topic = Literal[
    "first_hours", "health_without_papers", "police", "reporting_duties", "residence",
    "compensation", "misconduct", "children", "special", "asylum",
]  # fmt: skip
TOPICS: tuple[Topic, ...] = get_args(Topic.__value__)
type Group = Literal[
    "everyone", "adults", "children", "women", "undocumented", "asylum_seekers", "refugees"
]


class CountryFact(pydantic.BaseModel):
    """One fact. docs/data.md explains every key."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid")

    topic: Topic
    key: Annotated[str, pydantic.StringConstraints(pattern=r"^[a-z0-9_]+$")]
    public: bool  # False: never on a public page
    is_gap: bool = False  # it says what we do not know, and needs no confirmation
    on_answers: bool = False  # also shown beside answers, such as a duty to tell the police
    text: str
    value: str = ""
    unit: str = ""
    measures: str = ""  # what the value measures; facts that measure the same must agree
    applies_to: Group
    law: str = ""
    source: str = ""
    source_url: str = ""  # for the desk
    source_title: str = ""
    source_date: str = "n.d."
    checked: date
    status: Literal["unconfirmed", "confirmed"]
    note: str = pydantic.Field(default="", repr=False)  # for the desk

    @pydantic.model_validator(mode="after")
    def check_on_answers(self) -> Self:
        if self.on_answers and self.topic not in {"first_hours", "reporting_duties"}:
            raise ValueError("on_answers is for first_hours and reporting_duties")
        return self

    @property
    def is_confirmed(self) -> bool:
        return self.status == "confirmed"

    def is_old(self, today: date) -> bool:
        """Return whether the source has no date, or is older than OLD_AFTER_YEARS."""
        year = self.source_date[:4]
        return not year.isdigit() or today.year - int(year) > OLD_AFTER_YEARS


@cache
def load_facts(country: str) -> tuple[CountryFact, ...]:
    """Return the facts of a country, or EVERYWHERE; () without a file. Errors: DataError."""
    facts: dict[tuple[str, str], list[CountryFact]] = {}
    for path in tables.find_files("reference", f"{FOLDER}/{country.lower()}", is_required=False):
        file_facts: dict[tuple[str, str], list[CountryFact]] = {}
        for fact in _parse_file(path):
            file_facts.setdefault((fact.topic, fact.key), []).append(fact)
        facts |= file_facts  # an overlay replaces a fact of the same topic and key
    return tuple(fact for same_key in facts.values() for fact in same_key)


def contradictions(country: str) -> tuple[CountryFact, ...]:
    """Return the public facts that share topic and key with another one."""
    facts = [fact for fact in load_facts(country) if fact.public]
    counts = Counter((fact.topic, fact.key) for fact in facts)
    return tuple(fact for fact in facts if counts[fact.topic, fact.key] > 1)


def digest_of(country: str, fact: CountryFact) -> str:
    """Return the SHA-256, in hexadecimal, of the fields of a fact that a person confirms: all but
    its state, its day of checking and the notes of the desk."""
    confirmed_fields = fact.model_dump(mode="json", exclude={"status", "note", "checked"})
    text = json.dumps([country, confirmed_fields], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def public_facts(country: str, *topics: Topic) -> tuple[CountryFact, ...]:
    """Return the facts that a public page may show: on a live site, only confirmed ones, and what
    is not known."""
    facts = _with_confirmations(country, consistent_facts(country, *topics))
    return tuple(fact for fact in facts if fact.is_confirmed or fact.is_gap or settings.IS_DEMO)


def consistent_facts(country: str, *topics: Topic) -> tuple[CountryFact, ...]:
    """Return the facts that are public once they are confirmed. Two facts with one topic and key
    contradict each other: neither is shown until a person has decided."""
    facts = [fact for fact in load_facts(country) if fact.topic in topics and fact.public]
    counts = Counter((fact.topic, fact.key) for fact in facts)
    return tuple(fact for fact in facts if counts[fact.topic, fact.key] == 1)


def _with_confirmations(country: str, facts: tuple[CountryFact, ...]) -> list[CountryFact]:
    """Return facts; those that a person has confirmed at the desk get the state confirmed."""
    confirmed = frozenset[str]().union(*(find(country) for find in CONFIRMED_DIGESTS))
    if not confirmed:
        return list(facts)
    return [
        fact.model_copy(update={"status": "confirmed"})
        if digest_of(country, fact) in confirmed
        else fact
        for fact in facts
    ]


def load_all() -> None:
    """Load the facts of every country and the limits. Errors: DataError for the first wrong one."""
    for country in (*vocabulary.countries(), EVERYWHERE):
        _check_values(country)
    for key in LIMIT_KEYS:
        limit(key)


def limit(key: str) -> CountryFact:
    """Return the fact with a limit that holds everywhere, whose value is a number of hours.
    Errors: DataError if it is missing or no number."""
    limit_fact = next((fact for fact in load_facts(EVERYWHERE) if fact.key == key), None)
    if limit_fact is None or not limit_fact.value.isdigit():
        raise _bad_file(f"{EVERYWHERE}.toml", key, "The limit is missing or no number of hours.")
    return limit_fact


def _check_values(country: str) -> None:
    """Check that public facts of a country, and the limits that hold everywhere, have one value
    in each unit of what they measure. Errors: DataError."""
    values: dict[tuple[str, str], str] = {}
    for fact in (*load_facts(EVERYWHERE), *load_facts(country)):
        if fact.public and fact.measures:
            value = values.setdefault((fact.measures, fact.unit), fact.value)
            if value != fact.value:
                problem = (
                    f"{fact.measures}: {fact.value} {fact.unit}, but another fact says {value}."
                )
                raise _bad_file(f"{country.lower()}.toml", fact.key, problem)


def _parse_file(path: Path) -> list[CountryFact]:
    content = tables.read_toml(path)
    entries = content.get("fact")
    if set(content) != {"fact"} or not isinstance(entries, list):
        raise _bad_file(path.name, "file", "It has something else than entries [[fact]].")
    return [_parse_fact(path.name, number, fields) for number, fields in enumerate(entries, 1)]


def _parse_fact(file: str, number: int, fields: Any) -> CountryFact:
    try:
        return CountryFact.model_validate(fields)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "fact"
        raise _bad_file(file, f"fact {number}", f"{field}: {first['msg']}.") from None


def _bad_file(file: str, record: str, problem: str) -> DataError:
    remedy = "see docs/data.md for the keys of a fact."
    return DataError(file=f"{FOLDER}/{file}", line=0, record=record, problem=problem, remedy=remedy)
