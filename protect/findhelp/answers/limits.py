"""Whom a service accepts, in words: the limits that it states itself."""

from collections.abc import Iterator

from protect.directory.enums import CriterionKind, CriterionOperator
from protect.findhelp.answers.sentences import reason_text
from protect.findhelp.forms import AGE
from protect.kernel.text import plain_isolated_number
from protect.matching.questions import Reason
from protect.matching.services.rows import ServiceRow
from protect.reference.catalogue import active_language

FOR_GROUPS = {CriterionOperator.ONLY, CriterionOperator.FIRST, CriterionOperator.SPECIALISED}
UNDOCUMENTED = "undocumented"  # code of the legal status without papers


def limit_texts(row: ServiceRow, tag: str) -> Iterator[str]:
    """Yield whom a service accepts, in words: gender, ages, groups, papers and documents. Visitors
    read it whether or not they said who they are, so that they know before they call or go."""
    yield from (reason_text(reason, tag) for reason in _gender_limits(row))
    yield from _age_limits(row, tag)
    yield from (reason_text(reason, tag) for reason in _group_limits(row))
    yield from (reason_text(reason, tag) for reason in _paper_limits(row))


def _gender_limits(row: ServiceRow) -> Iterator[Reason]:
    for condition in row.conditions.get(CriterionKind.GENDER, ()):
        if condition.operator == CriterionOperator.ONLY and len(condition.values) == 1:
            yield Reason(f"gender_{min(condition.values)}")


def _age_limits(row: ServiceRow, tag: str) -> Iterator[str]:
    for limit in row.conditions.get(CriterionKind.AGE, ()):
        if limit.operator == CriterionOperator.RANGE:
            upper = "+" if limit.maximum is None else f"–{limit.maximum}"
            ages = plain_isolated_number(f"{limit.minimum or 0}{upper}")
            with active_language(tag):
                yield f"{AGE}: {ages}"


def _group_limits(row: ServiceRow) -> Iterator[Reason]:
    for condition in row.conditions.get(CriterionKind.GROUP, ()):
        if condition.operator in FOR_GROUPS:
            groups = ",".join(sorted(condition.values))
            yield Reason("acceptance_specialised", facts={"group": groups})


def _paper_limits(row: ServiceRow) -> Iterator[Reason]:
    """Yield which legal statuses a service accepts, and the documents that it asks for."""
    for condition in row.conditions.get(CriterionKind.LEGAL_STATUS, ()):
        if condition.operator == CriterionOperator.ONLY:
            statuses = ",".join(sorted(condition.values))
            yield Reason("acceptance_specialised", facts={"group": statuses})
        elif condition.operator == CriterionOperator.ALL or UNDOCUMENTED in condition.values:
            yield Reason("legal_everyone")
    if row.documents:
        yield Reason("documents_yes", facts={"documents": ",".join(sorted(row.documents))})
