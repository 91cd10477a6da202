"""Eligibility as text and ages of the standard, made of our criteria. In English.

A missing criterion is left out: absence means unknown.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from protect.directory.enums import Answer, Kind, Operator
from protect.directory.facts.criteria import CriterionRow
from protect.interchange.hsds.texts import plain, stated
from protect.kernel import tables
from protect.reference import vocabulary

NAMES: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    Kind.LEGAL_STATUS: vocabulary.statuses,
    Kind.DOCUMENTS: vocabulary.documents,
    Kind.GROUP: vocabulary.groups,
}
ORDER = {kind: number for number, kind in enumerate(Kind)}


class Wording(tables.Record):
    """The sentences of a kind of criterion, by operator or answer, and words for its codes."""

    sentences: dict[str, str] = {}
    words: dict[str, str] = {}


def description(criteria: Iterable[CriterionRow], categories: Collection[str]) -> str:
    """Return the criteria as text, a sentence each, in the order of enums.Kind."""
    rows = sorted(criteria, key=lambda row: ORDER[Kind(row.kind)])
    texts = []
    for row in rows:
        text, note = _phrase(row), plain(row.note)
        texts.append(f"{text[:-1]} ({note})." if text and note else text or note)
    by_code = vocabulary.categories()
    reports = any(by_code[code].tells_police for code in categories if code in by_code)
    if reports and not any(row.kind == Kind.TELLS_POLICE for row in rows):
        texts.append(_sentence(Kind.TELLS_POLICE, Answer.YES))
    return " ".join(filter(None, texts))


def ages(criteria: Iterable[CriterionRow]) -> tuple[int | None, int | None]:
    """Return the youngest and the oldest that are taken. Units: whole years, both included."""
    for row in criteria:
        if row.kind == Kind.AGE and row.operator == Operator.RANGE:
            return row.minimum, row.maximum
    return None, None


def stated_criteria(criteria: Iterable[CriterionRow]) -> list[dict[str, Any]]:
    """Return the criteria themselves, for clients that use the profile."""
    unsaid = {"service_id": None, "id": None}
    return [
        stated({**row._asdict(), **unsaid, "values": sorted(row.values), "note": plain(row.note)})
        for row in criteria
    ]


def _phrase(row: CriterionRow) -> str:
    if row.operator == Operator.ANSWER:
        return _sentence(row.kind, row.answer)
    sentence = _sentence(row.kind, row.operator)
    if row.operator == Operator.RANGE:
        if row.minimum is None:
            return sentence.format(ages=f"up to {row.maximum} years old")
        if row.maximum is None:
            return sentence.format(ages=f"from {row.minimum} years on")
        return sentence.format(ages=f"from {row.minimum} to {row.maximum} years old")
    if row.operator == Operator.ALL:
        return sentence
    names = NAMES[row.kind]() if row.kind in NAMES else {}
    words = {code: term.name for code, term in names.items()} | wordings()[row.kind].words
    listed = ", ".join(words.get(code, code) for code in sorted(row.values))
    return sentence.format(listed=listed) if listed else ""


def _sentence(kind: str, key: str) -> str:
    return (wordings()["any"].sentences | wordings()[kind].sentences).get(key, "")


def wordings() -> Mapping[str, Wording]:
    return tables.load("interchange", "hsds/eligibility", Wording)
