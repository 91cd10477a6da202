"""Read the columns with codes: categories, eligibility and reporting duties."""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from django.utils.translation import gettext_noop as _

from protect.directory.enums import Answer, CriterionKind, CriterionOperator, Mode, PhoneKind
from protect.directory.facts.base.cells import Cells, ProblemCode
from protect.directory.facts.base.contacts import DialledNumber
from protect.directory.facts.restrictions import known_sentences
from protect.reference import vocabulary

MAX_AGE = 120  # years; a higher age limit is refused
MAX_CHILD_AGE = 17  # years; highest age of girls and boys
AUDIENCES = ("everyone", "women", "men", "girls", "boys", "lgbtqi", "refugees", "asylum-seekers")
ADULT_AUDIENCES = {"everyone", "women", "men"}  # girls or boys without these: maximum age
GENDER_CONDITIONS = {  # by word of the column `genders_served`
    "all": (CriterionOperator.ALL, ()),
    "women": (CriterionOperator.ONLY, ("f",)),
    "men": (CriterionOperator.ONLY, ("m",)),
}
STATUSES: dict[str, tuple[CriterionOperator, tuple[str, ...]]] = {  # by word: `legal_status`
    "any": (CriterionOperator.ALL, ()),
    "undocumented-accepted": (CriterionOperator.INCLUDES, ("undocumented",)),
    "temporary-protection": (CriterionOperator.ONLY, ("temporary_protection",)),
}
LGBTQI_CONDITION = (CriterionOperator.SPECIALISED, ("lgbtqi",))
REPORTING_ANSWERS = {"yes": Answer.YES, "no": Answer.NO, "in-these-cases": Answer.CASES}
MAX_NOTE_LENGTH = 400  # characters of the note of a criterion; the rest is cut off
CHAT_WORDS = re.compile(r"\bchat\b", re.IGNORECASE)
TEXT_WORDS = re.compile(r"\b(?:whatsapp|sms|text message)\b", re.IGNORECASE)  # for Mode.TEXT
OUTREACH_WORDS = re.compile(r"\boutreach\b", re.IGNORECASE)  # its staff come to the person
VISIT_WORDS = re.compile(r"(?i)\b(?:walk in|come|in person|go (?:to|in)|visit(?! soon))\b")
OTHER_TARGET_WORDS = re.compile(r"\b(?:police|website|site)\b", re.IGNORECASE)  # no visit here


class Criterion(NamedTuple):
    """A criterion of eligibility that a row states."""

    kind: CriterionKind
    operator: CriterionOperator
    values: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    answer: str = ""
    note: str = ""


def read_categories(cells: Cells) -> tuple[str, ...]:
    """Return the categories of a row and of its restrictions that a service can have, each once.

    An unknown code is refused through `cells`."""
    by_code = vocabulary.categories()
    codes = cells.split_list("categories")
    for code in codes:
        if code not in by_code:
            cells.refuse_unknown_code(
                "categories", code, {known_code: known_code for known_code in by_code}
            )
    service_codes = (code for code in codes if code in by_code and by_code[code].is_choosable)
    stated = (code for known in known_sentences(cells["restrictions"]) for code in known.categories)
    return tuple(dict.fromkeys([*service_codes, *stated]))


def is_emergency_number(cells: Cells, country: str) -> bool:
    """Return whether a row is an emergency number, which comes from countries.toml instead.
    A row that also has another category and is not listed there is imported as a service."""
    by_code = vocabulary.categories()
    codes = cells.split_list("categories")
    emergency_codes = [code for code in codes if code in by_code and by_code[code].reference_only]
    listed_rows = {number.row for number in vocabulary.countries()[country].emergency}
    is_listed = len(emergency_codes) == len(codes) or cells["source_id"] in listed_rows
    return bool(emergency_codes) and is_listed


def is_shelter(cells: Cells) -> bool:
    """Return whether a row is a shelter, or may be one: its category is missing or unknown."""
    by_code = vocabulary.categories()
    codes = cells.split_list("categories")
    return not codes or any(code not in by_code or by_code[code].shelter for code in codes)


def read_eligibility(cells: Cells, categories: tuple[str, ...]) -> tuple[Criterion, ...]:
    """Return the criteria of a row; a category's police duty replaces a cell. Blank: unknown."""
    codes = cells.split_list("audience")
    for audience_code in codes:
        if audience_code not in AUDIENCES:
            cells.refuse_unknown_code("audience", audience_code, {code: code for code in AUDIENCES})
    audience, by_code = frozenset(codes), vocabulary.categories()
    gender = cells.read_choice("genders_served", ("", *GENDER_CONDITIONS), "")
    age = _age_criterion(cells, audience)
    status = STATUSES.get(cells.read_choice("legal_status", ("unknown", *STATUSES), "unknown"))
    police = _reporting_criterion(cells, "tells_police", CriterionKind.TELLS_POLICE)
    if any(by_code[code].tells_police for code in categories):
        police = Criterion(CriterionKind.TELLS_POLICE, CriterionOperator.ANSWER, answer=Answer.YES)
    criteria = [
        Criterion(CriterionKind.GENDER, *GENDER_CONDITIONS[gender]) if gender else None,
        age,
        Criterion(CriterionKind.LEGAL_STATUS, *status) if status else None,
        # A service for others as well is not called specialised; none is ever called exclusive.
        Criterion(CriterionKind.GROUP, *LGBTQI_CONDITION) if audience == {"lgbtqi"} else None,
        _children_criterion(audience)
        if any(by_code[code].shelter for code in categories)
        else None,
        police,
        _reporting_criterion(cells, "tells_migration_authority", CriterionKind.TELLS_MIGRATION),
    ]
    stated = [condition for condition in criteria if condition]
    return (*stated, *_restriction_criteria(cells, {condition.kind for condition in stated}))


def _children_criterion(audience: frozenset[str]) -> Criterion | None:
    """Return that children may come with an adult, if the audience has adults, girls and boys."""
    if audience & ADULT_AUDIENCES and {"girls", "boys"} <= audience:
        return Criterion(CriterionKind.CHILDREN, CriterionOperator.ANSWER, answer=Answer.YES)
    return None


def _restriction_criteria(
    cells: Cells, column_kinds: Collection[CriterionKind]
) -> Iterator[Criterion]:
    """Yield criteria from known sentences in `restrictions`; a column of the same kind wins."""
    for known in known_sentences(cells["restrictions"]):
        for kind, operator, values, answer, maximum in known.stated:
            if kind not in column_kinds:
                listed = tuple(sorted(values))
                yield Criterion(kind, operator, listed, maximum=maximum, answer=answer)


def read_modes(
    cells: Cells, phones: tuple[DialledNumber, ...], categories: tuple[str, ...]
) -> list[Mode]:
    """Return the modes of contact that a row states or suggests. An empty list means unknown."""
    by_code = vocabulary.categories()
    words = f"{cells['how_to_access']} {cells['description']}"
    has_text_number = any(phone.kind is not PhoneKind.VOICE for phone in phones)
    has_place = bool(cells["address"]) or bool(cells["city"] and "helpline" not in categories)
    access, has_shelter = cells["how_to_access"], any(by_code[code].shelter for code in categories)
    has_invitation = bool(VISIT_WORDS.search(access) and not OTHER_TARGET_WORDS.search(access))
    is_mode_stated = {
        Mode.IN_PERSON: has_place or has_invitation or has_shelter,
        Mode.PHONE: any(phone.kind is PhoneKind.VOICE for phone in phones),
        Mode.CHAT: bool(CHAT_WORDS.search(words)),
        Mode.TEXT: has_text_number or bool(TEXT_WORDS.search(words)),
        Mode.OUTREACH: bool(OUTREACH_WORDS.search(words)),
    }
    return [mode for mode, is_stated in is_mode_stated.items() if is_stated]


def _age_criterion(cells: Cells, audience: frozenset[str]) -> Criterion | None:
    """Return the stated age range, with a maximum for children alone; None if none or bad."""
    minimum, maximum = _read_age(cells, "minimum_age"), _read_age(cells, "maximum_age")
    if maximum is None and audience & {"girls", "boys"} and not audience & ADULT_AUDIENCES:
        maximum = MAX_CHILD_AGE
    if minimum is not None and maximum is not None and minimum > maximum:
        message = _("{minimum} to {maximum} years is not a valid age range.")
        facts = {"minimum": minimum, "maximum": maximum}
        cells.refuse(ProblemCode.AGE_BAD, "minimum_age", message, _("correct the ages."), **facts)
        return None
    if minimum is None and maximum is None:
        return None
    return Criterion(CriterionKind.AGE, CriterionOperator.RANGE, minimum=minimum, maximum=maximum)


def _read_age(cells: Cells, column: str) -> int | None:
    text = cells[column]
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= MAX_AGE):
        message = _("{text} is not a valid age.")
        advice = _("write whole years, or leave the cell blank.")
        cells.refuse(ProblemCode.AGE_BAD, column, message, advice, text=text)
        return None
    return int(text)


def _reporting_criterion(cells: Cells, column: str, kind: CriterionKind) -> Criterion | None:
    """Return a column's answer, None for unknown; `restrictions` is the note of some cases."""
    value = cells.read_choice(column, ("unknown", *REPORTING_ANSWERS), "unknown")
    if value not in REPORTING_ANSWERS:
        return None
    cases = cells["restrictions"][:MAX_NOTE_LENGTH] if value == "in-these-cases" else ""
    return Criterion(kind, CriterionOperator.ANSWER, answer=REPORTING_ANSWERS[value], note=cases)
