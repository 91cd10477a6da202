"""The national lines that a material prints, and what has become of numbers that were printed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from protect.campaigns.base.enums import PrintedNumberState
from protect.campaigns.materials.templates_table import PressTemplate
from protect.directory.enums import (
    Cost,
    CriterionKind,
    CriterionOperator,
    Fact,
    Freshness,
    PhoneKind,
    ServiceScope,
)
from protect.matching import published
from protect.matching.questions import Match, PersonLocation, Question, Reason, freshness_at
from protect.matching.services.rows import PhoneNumber, ServiceRow
from protect.matching.wording import reason_text
from protect.reference.catalogue import translation_with_language
from protect.reference.formats import format_number

CHECKED_STATES = frozenset({Freshness.FRESH, Freshness.DUE})
# A text of the public site, which findhelp/answers/contacts.py marks for translators. A reader of
# paper does not know what checks are; “Not checked yet” is for screens.
LAST_KNOWN = "Last known number"
LINES_COMPARED = 20  # services that are asked for; those without a printable number fall out
FOR_PEOPLE = {CriterionOperator.ONLY, CriterionOperator.FIRST, CriterionOperator.SPECIALISED}
CAUTIONS = (CriterionKind.TELLS_POLICE, CriterionKind.TELLS_MIGRATION, CriterionKind.GUARDIAN)
ASKED_BY_THE_TEXT = frozenset({"tells_unknown"})  # cautions that a line does not repeat


@dataclass(frozen=True, slots=True)
class NationalLine:
    """A line for the whole country, as it is printed."""

    service: UUID
    name: str  # of its organisation; "" on a card, which others may find
    number: str  # as the directory stores it
    text: str  # as that country writes it
    notes: tuple[str, ...]  # whom it helps, whom it tells, whether it was checked
    is_checked: bool
    facts_digest: str  # of what decides its notes
    freshness: Freshness = Freshness.FRESH  # of the number


class LineChoice(NamedTuple):
    """The lines that are printed, and those that would be if every number might be printed."""

    printed: tuple[NationalLine, ...]
    best: tuple[NationalLine, ...]


class NumberNow(NamedTuple):
    """What the public directory says of a number."""

    state: PrintedNumberState
    facts_digest: str
    freshness: Freshness


def choose_lines(
    country: str, template: PressTemplate, tag: str, *, written: str, at: datetime
) -> LineChoice:
    """Choose the best lines of a country for the need of a template, each number once: first those
    for the whole country, then lines without a place. Live: only numbers that were checked in time;
    the demonstration also prints unchecked ones, marked. `tag`: language of the reader; `written`:
    that of the notes. Errors: KeyError for an unknown need; django.db.Error before the first
    snapshot."""
    where = PersonLocation(country=country)
    question = Question((template.need,), at, where, (tag,), limit=LINES_COMPARED)
    answers = published.match(question)
    wanted = frozenset(template.categories)
    matches = [
        match
        for match in (*answers.answers, *answers.national)
        if wanted <= match.row.categories and (_is_national(match) or not match.row.points)
    ]
    by_number: dict[str, NationalLine] = {}
    for match in sorted(matches, key=lambda each: not _is_national(each)):
        for line in _lines_of(match, country, written, at, with_names=template.names):
            if line.number not in by_number or _is_better(line, by_number[line.number]):
                by_number.pop(line.number, None)
                by_number[line.number] = line
    lines = list(by_number.values())
    printed = [line for line in lines if may_print(line.freshness)]
    return LineChoice(tuple(printed[: template.lines]), tuple(lines[: template.lines]))


def printable_numbers(at: datetime) -> dict[tuple[UUID, str], NumberNow]:
    """Return what is said now of each number that everyone may call, by service and number. One
    that is missing is gone from the public directory, or is no longer one to call."""
    found: dict[tuple[UUID, str], NumberNow] = {}
    for row in published.rows():
        freshness = freshness_at(row, Fact.PHONE, at)
        is_right = may_print(freshness)
        state = PrintedNumberState.SAME if is_right else PrintedNumberState.UNCHECKED
        found |= {
            (row.id, phone.number): NumberNow(state, _facts_digest(row, phone), freshness)
            for phone in _callable_phones(row)
        }
    return found


def may_print(state: Freshness) -> bool:
    """Return whether a number in this state may be printed."""
    return state in CHECKED_STATES or (settings.IS_DEMO and state == Freshness.UNVERIFIED)


def _lines_of(
    match: Match, country: str, tag: str, at: datetime, *, with_names: bool
) -> Iterator[NationalLine]:
    """Yield the first number of a service that everyone may call."""
    row = match.row
    phone = next(_callable_phones(row), None)
    if phone is not None:
        state = freshness_at(row, Fact.PHONE, at)
        yield NationalLine(
            service=row.id,
            name=_name_of(row) if with_names else "",
            number=phone.number,
            text=format_number(phone.number, country),
            notes=tuple(_notes(match, phone, state, tag)),
            is_checked=state in CHECKED_STATES,
            facts_digest=_facts_digest(row, phone),
            freshness=state,
        )


def _is_better(line: NationalLine, other: NationalLine) -> bool:
    """Return whether a line may be printed, and another one with the same number may not."""
    return may_print(line.freshness) and not may_print(other.freshness)


def _callable_phones(row: ServiceRow) -> Iterator[PhoneNumber]:
    """Yield the numbers that everyone may call."""
    return (each for each in row.phones if each.kind == PhoneKind.VOICE and each.need is None)


def _facts_digest(row: ServiceRow, phone: PhoneNumber) -> str:
    """Return a digest of the facts that decide what paper says beside a number: what it costs, for
    whom it is, and whom the service tells. Freshness is not among them, as a number that must be
    checked again has a state of its own."""
    answers = {
        kind: sorted({each.answer for each in row.conditions.get(kind, ())}) for kind in CAUTIONS
    }
    facts = (phone.cost, _genders(row), sorted(answers.items()), sorted(row.categories))
    return sha256(repr(facts).encode()).hexdigest()


def _notes(match: Match, phone: PhoneNumber, state: Freshness, tag: str) -> Iterator[str]:
    if phone.cost == Cost.FREE:
        yield reason_text(Reason("cost_free"), tag)
    for gender in _genders(match.row):
        yield reason_text(Reason(f"gender_{gender}"), tag)
    if match.caution and match.caution.code not in ASKED_BY_THE_TEXT:
        yield reason_text(match.caution, tag)
    if state not in CHECKED_STATES:
        yield translation_with_language(LAST_KNOWN, tag)[0]


def _genders(row: ServiceRow) -> list[str]:
    """Return the genders for which a service says that it is. f, m, x."""
    conditions = row.conditions.get(CriterionKind.GENDER, ())
    return sorted({each for one in conditions if one.operator in FOR_PEOPLE for each in one.values})


def _name_of(row: ServiceRow) -> str:
    """Return the name of the organisation, without what it adds after a dash: the names of services
    often say what happened to people, and others look at a poster, too."""
    return (row.official_organisation.text or row.organisation).partition(" – ")[0]


def _is_national(match: Match) -> bool:
    return match.row.scope == ServiceScope.NATIONAL
