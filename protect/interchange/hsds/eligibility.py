"""Eligibility as text and ages of the standard, made of our criteria. In English.

A missing criterion is left out: absence means unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from protect.directory.enums import Answer, Kind, Operator
from protect.directory.facts.criteria import CriterionRow
from protect.interchange.hsds.texts import plain, stated
from protect.reference import vocabulary

GENDERS = {"f": "women and girls", "m": "men and boys", "x": "non-binary people"}
EVERYBODY: Mapping[str, str] = {
    Kind.GENDER: "Takes people of every gender.",
    Kind.AGE: "Takes people of every age.",
    Kind.BOYS: "Sons of every age may come along.",
    Kind.GIRLS: "Daughters of every age may come along.",
    Kind.LEGAL_STATUS: "Takes people with or without papers.",
    Kind.DOCUMENTS: "Asks for no documents.",
    Kind.GROUP: "Takes everyone.",
}
LISTED: Mapping[str, str] = {
    Operator.ONLY: "Takes only: {listed}.",
    Operator.INCLUDES: "Takes: {listed}.",
    Operator.EXCLUDES: "Does not take: {listed}.",
    Operator.FIRST: "These come first: {listed}.",
    Operator.SPECIALISED: "Made for: {listed}.",
}
RANGES: Mapping[str, str] = {
    Kind.AGE: "Takes people {ages}.",
    Kind.BOYS: "Sons may come along {ages}.",
    Kind.GIRLS: "Daughters may come along {ages}.",
}
ANSWERS: Mapping[str, Mapping[str, str]] = {
    Kind.CHILDREN: {
        Answer.YES: "Children may come along.",
        Answer.NO: "Children cannot come along.",
        Answer.CASES: "Children may come along in some cases.",
    },
    Kind.TRANS: {
        Answer.YES: "Takes trans people.",
        Answer.NO: "Does not take trans people.",
        Answer.CASES: "Takes trans people in some cases.",
    },
    Kind.NON_BINARY: {
        Answer.YES: "Takes non-binary people.",
        Answer.NO: "Does not take non-binary people.",
        Answer.CASES: "Takes non-binary people in some cases.",
    },
    Kind.GUARDIAN: {
        Answer.YES: "Under 18, a guardian must agree.",
        Answer.NO: "Under 18, no guardian has to agree.",
        Answer.CASES: "Under 18, a guardian must agree in some cases.",
    },
    Kind.TELLS_POLICE: {
        Answer.YES: "Tells the police.",
        Answer.NO: "Does not tell the police.",
        Answer.CASES: "Tells the police in some cases.",
    },
    Kind.TELLS_MIGRATION: {
        Answer.YES: "Tells the migration authority.",
        Answer.NO: "Does not tell the migration authority.",
        Answer.CASES: "Tells the migration authority in some cases.",
    },
}
ORDER = {kind: number for number, kind in enumerate(Kind)}


def description(criteria: Iterable[CriterionRow], categories: Collection[str]) -> str:
    """Return the criteria as text, a sentence each, in the order of enums.Kind."""
    rows = sorted(criteria, key=lambda row: ORDER[Kind(row.kind)])
    texts = [_sentence(row) for row in rows]
    if not any(row.kind == Kind.TELLS_POLICE for row in rows) and _reports(categories):
        texts.append(ANSWERS[Kind.TELLS_POLICE][Answer.YES])
    return " ".join(filter(None, texts))


def ages(criteria: Iterable[CriterionRow]) -> tuple[int | None, int | None]:
    """Return the youngest and the oldest that are taken. Units: whole years, both included."""
    for row in criteria:
        if row.kind == Kind.AGE and row.operator == Operator.RANGE:
            return row.minimum, row.maximum
    return None, None


def stated_criteria(criteria: Iterable[CriterionRow]) -> list[dict[str, Any]]:
    """Return the criteria themselves, for clients that use the profile."""
    return [
        stated(
            {
                "kind": row.kind,
                "operator": row.operator,
                "values": sorted(row.values),
                "minimum": row.minimum,
                "maximum": row.maximum,
                "answer": row.answer,
                "note": plain(row.note),
            }
        )
        for row in criteria
    ]


def _sentence(row: CriterionRow) -> str:
    text = _phrase(row)
    note = plain(row.note)
    return f"{text[:-1]} ({note})." if text and note else text or note


def _phrase(row: CriterionRow) -> str:
    if row.operator == Operator.ALL:
        return EVERYBODY.get(row.kind, "")
    if row.operator == Operator.ANSWER:
        return ANSWERS.get(row.kind, {}).get(row.answer, "")
    if row.operator == Operator.RANGE:
        return RANGES[row.kind].format(ages=_ages(row)) if row.kind in RANGES else ""
    if not row.values:
        return ""
    listed = ", ".join(_named(row.kind, code) for code in sorted(row.values))
    if row.kind == Kind.DOCUMENTS:
        return f"Asks for: {listed}."
    return LISTED[row.operator].format(listed=listed)


def _ages(row: CriterionRow) -> str:
    if row.minimum is None:
        return f"up to {row.maximum} years old"
    if row.maximum is None:
        return f"from {row.minimum} years on"
    return f"from {row.minimum} to {row.maximum} years old"


NAMES: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    Kind.LEGAL_STATUS: vocabulary.statuses,
    Kind.DOCUMENTS: vocabulary.documents,
    Kind.GROUP: vocabulary.groups,
}


def _named(kind: str, code: str) -> str:
    if kind == Kind.GENDER:
        return GENDERS.get(code, code)
    names = NAMES[kind]() if kind in NAMES else {}
    return names[code].name if code in names else code


def _reports(categories: Collection[str]) -> bool:
    by_code = vocabulary.categories()
    return any(by_code[code].tells_police for code in categories if code in by_code)
