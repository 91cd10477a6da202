"""Write eligibility criteria as English text, and as the minimum and maximum age of the standard. A
missing criterion is left out, because absence means unknown."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from protect.directory.enums import Answer, CriterionKind, CriterionOperator
from protect.directory.facts.criteria import CriterionRow
from protect.interchange.hsds.texts import strip_markup, without_empty
from protect.kernel import tables
from protect.reference import vocabulary

VOCABULARY_BY_KIND: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    CriterionKind.LEGAL_STATUS: vocabulary.statuses,
    CriterionKind.DOCUMENTS: vocabulary.documents,
    CriterionKind.GROUP: vocabulary.groups,
}
KIND_ORDER = {kind: number for number, kind in enumerate(CriterionKind)}


class Wording(tables.Record):
    """The sentences for a kind of criterion, by operator or answer, and words for its codes."""

    sentences: dict[str, str] = {}
    words: dict[str, str] = {}


def criteria_text(criteria: Iterable[CriterionRow], categories: Collection[str]) -> str:
    """Return criteria, and a police duty of the categories, as sentences in order of kinds."""
    rows = sorted(criteria, key=lambda row: KIND_ORDER[CriterionKind(row.kind)])
    texts = []
    for row in rows:
        text, note = _criterion_sentence(row), strip_markup(row.note)
        texts.append(f"{text[:-1]} ({note})." if text and note else text or note)
    by_code = vocabulary.categories()
    has_police_duty = any(by_code[code].tells_police for code in categories if code in by_code)
    if has_police_duty and not any(row.kind == CriterionKind.TELLS_POLICE for row in rows):
        texts.append(_sentence_template(CriterionKind.TELLS_POLICE, Answer.YES))
    return " ".join(filter(None, texts))


def age_range(criteria: Iterable[CriterionRow]) -> tuple[int | None, int | None]:
    """Return the ends of the first age range, in years; None for no limit, or without a range."""
    for row in criteria:
        if row.kind == CriterionKind.AGE and row.operator == CriterionOperator.RANGE:
            return row.minimum, row.maximum
    return None, None


def criteria_documents(criteria: Iterable[CriterionRow]) -> list[dict[str, Any]]:
    """Return the criteria as documents, for clients that use the profile."""
    documents = []
    for row in criteria:
        texts = {"values": sorted(row.values), "note": strip_markup(row.note)}
        documents.append(without_empty({**row._asdict(), "service_id": None, "id": None, **texts}))
    return documents


def _criterion_sentence(row: CriterionRow) -> str:
    """Return a criterion as a sentence without its note; "" if there is no wording for it."""
    if row.operator == CriterionOperator.ANSWER:
        return _sentence_template(row.kind, row.answer)
    sentence = _sentence_template(row.kind, row.operator)
    if row.operator == CriterionOperator.RANGE:
        if row.minimum is None:
            return sentence.format(ages=f"up to {row.maximum} years old")
        if row.maximum is None:
            return sentence.format(ages=f"from {row.minimum} years on")
        return sentence.format(ages=f"from {row.minimum} to {row.maximum} years old")
    if row.operator == CriterionOperator.ALL:
        return sentence
    names = VOCABULARY_BY_KIND[row.kind]() if row.kind in VOCABULARY_BY_KIND else {}
    name_by_code = {code: term.name for code, term in names.items()} | wordings()[row.kind].words
    listed_names = ", ".join(name_by_code.get(code, code) for code in sorted(row.values))
    return sentence.format(listed=listed_names) if listed_names else ""


def _sentence_template(kind: str, key: str) -> str:
    return (wordings()["any"].sentences | wordings()[kind].sentences).get(key, "")


def wordings() -> Mapping[str, Wording]:
    return tables.load("interchange", "hsds/eligibility", Wording)
