"""The coded columns of a row: categories, eligibility and reporting."""

import re
from typing import NamedTuple

from django.utils.translation import gettext_noop as _

from protect.directory.enums import Answer, Kind, Mode, Operator, PhoneKind
from protect.directory.facts.base.cells import Cells, Code
from protect.directory.facts.base.contacts import Number
from protect.reference import vocabulary

OLDEST = 120  # years
CHILD = 17  # years: the highest age that a service for girls and boys takes
AUDIENCES = ("everyone", "women", "men", "girls", "boys", "lgbtqi", "refugees", "asylum-seekers")
ADULTS = {"everyone", "women", "men"}
GENDERS = {
    "all": (Operator.ALL, ()),
    "women": (Operator.ONLY, ("f",)),
    "men": (Operator.ONLY, ("m",)),
}
STATUSES: dict[str, tuple[Operator, tuple[str, ...]]] = {
    "any": (Operator.ALL, ()),
    "undocumented-accepted": (Operator.INCLUDES, ("undocumented",)),
    "temporary-protection": (Operator.ONLY, ("temporary_protection",)),
}
SPECIALISED = (Operator.SPECIALISED, ("lgbtqi",))
REPORTS = {"yes": Answer.YES, "no": Answer.NO, "in-these-cases": Answer.CASES}
NOTE_LENGTH = 400  # characters
CHAT = re.compile(r"\bchat\b", re.IGNORECASE)
TEXT = re.compile(r"\b(?:whatsapp|sms|text message)\b", re.IGNORECASE)
OUTREACH = re.compile(r"\boutreach\b", re.IGNORECASE)
COME = re.compile(r"\b(?:walk in|come|in person|go (?:to|in)|visit(?! soon))\b", re.IGNORECASE)
ELSEWHERE = re.compile(r"\b(?:police|website|site)\b", re.IGNORECASE)


class Condition(NamedTuple):
    """One criterion that the row states."""

    kind: Kind
    operator: Operator
    values: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    answer: str = ""
    note: str = ""


def categories(cells: Cells) -> tuple[str, ...]:
    """Return the kinds of a service, each once, without those that only reference data have."""
    by_code = vocabulary.categories()
    codes = cells.parts("categories")
    for code in codes:
        if code not in by_code:
            cells.unknown("categories", code, {each: each for each in by_code})
    own = (code for code in codes if code in by_code and not by_code[code].reference_only)
    return tuple(dict.fromkeys(own))


def is_reference(cells: Cells, country: str) -> bool:
    """Return whether a row is an emergency number, which countries.toml holds already.
    A row of category emergency that is neither listed there nor nothing else stays a service."""
    by_code = vocabulary.categories()
    codes = cells.parts("categories")
    special = [code for code in codes if code in by_code and by_code[code].reference_only]
    listed = {each.row for each in vocabulary.countries()[country].emergency}
    return bool(special) and (len(special) == len(codes) or cells["source_id"] in listed)


def is_shelter(cells: Cells) -> bool:
    """Return whether a row may be a shelter: in doubt, yes.
    An unknown code could be a misspelt “shelter”, and so could a blank."""
    by_code = vocabulary.categories()
    codes = cells.parts("categories")
    return not codes or any(code not in by_code or by_code[code].shelter for code in codes)


def conditions(cells: Cells, kinds: tuple[str, ...]) -> tuple[Condition, ...]:
    """Return the eligibility of a row. Blank cells stay unknown."""
    codes = cells.parts("audience")
    for each in codes:
        if each not in AUDIENCES:
            cells.unknown("audience", each, {code: code for code in AUDIENCES})
    audience, by_code = frozenset(codes), vocabulary.categories()
    gender = cells.one_of("genders_served", ("", *GENDERS), "")
    age = _age(cells, audience)
    status = cells.one_of("legal_status", ("unknown", *STATUSES), "unknown")
    police = _reports(cells, "tells_police", Kind.TELLS_POLICE)
    if any(by_code[code].tells_police for code in kinds):
        police = Condition(Kind.TELLS_POLICE, Operator.ANSWER, answer=Answer.YES)
    stated = [
        Condition(Kind.GENDER, *GENDERS[gender]) if gender else None,
        age,
        Condition(Kind.LEGAL_STATUS, *STATUSES[status]) if status in STATUSES else None,
        # A service for others as well is not called specialised; none is ever called exclusive.
        Condition(Kind.GROUP, *SPECIALISED) if audience == {"lgbtqi"} else None,
        police,
        _reports(cells, "tells_migration_authority", Kind.TELLS_MIGRATION),
    ]
    return tuple(condition for condition in stated if condition)


def modes(cells: Cells, phones: tuple[Number, ...], kinds: tuple[str, ...]) -> list[Mode]:
    """Return how help is given, as far as the row states it. Empty is unknown."""
    by_code = vocabulary.categories()
    words = f"{cells['how_to_access']} {cells['description']}"
    written = any(phone.kind is not PhoneKind.VOICE for phone in phones)
    has_place = bool(cells["address"]) or bool(cells["city"] and "helpline" not in kinds)
    invites = bool(
        COME.search(cells["how_to_access"]) and not ELSEWHERE.search(cells["how_to_access"])
    )
    stated = {
        Mode.IN_PERSON: has_place or invites or any(by_code[code].shelter for code in kinds),
        Mode.PHONE: any(phone.kind is PhoneKind.VOICE for phone in phones),
        Mode.CHAT: bool(CHAT.search(words)),
        Mode.TEXT: written or bool(TEXT.search(words)),
        Mode.OUTREACH: bool(OUTREACH.search(words)),
    }
    return [mode for mode, is_stated in stated.items() if is_stated]


def _age(cells: Cells, audience: frozenset[str]) -> Condition | None:
    minimum, maximum = _years(cells, "minimum_age"), _years(cells, "maximum_age")
    if maximum is None and audience & {"girls", "boys"} and not audience & ADULTS:
        maximum = CHILD
    if minimum is not None and maximum is not None and minimum > maximum:
        message = _("{minimum} to {maximum} years is no range of ages.")
        facts = {"minimum": minimum, "maximum": maximum}
        cells.refuse(Code.AGE_BAD, "minimum_age", message, _("correct the ages."), **facts)
        return None
    if minimum is None and maximum is None:
        return None
    return Condition(Kind.AGE, Operator.RANGE, minimum=minimum, maximum=maximum)


def _years(cells: Cells, column: str) -> int | None:
    text = cells[column]
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= OLDEST):
        message, advice = _("{text} is no age."), _("write whole years, or nothing.")
        cells.refuse(Code.AGE_BAD, column, message, advice, text=text)
        return None
    return int(text)


def _reports(cells: Cells, column: str, kind: Kind) -> Condition | None:
    value = cells.one_of(column, ("unknown", *REPORTS), "unknown")
    if value not in REPORTS:
        return None
    cases = cells["restrictions"][:NOTE_LENGTH] if value == "in-these-cases" else ""
    return Condition(kind, Operator.ANSWER, answer=REPORTS[value], note=cases)
