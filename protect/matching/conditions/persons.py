"""Conditions about the person: who she is, who is with her, what she has and needs."""

from __future__ import annotations

from collections.abc import Mapping

from protect.directory.enums import Access, Answer, Kind, Mode, Operator
from protect.matching.conditions.truth import (
    NO,
    UNKNOWN,
    YES,
    both,
    of_age,
    of_answer,
    of_rows,
    of_value,
    of_values,
)
from protect.matching.enums import Truth
from protect.matching.questions.prepared import Asked
from protect.matching.questions.question import Child
from protect.matching.services.rows import Condition, ServiceRow

VISITED = frozenset({Mode.IN_PERSON, Mode.OUTREACH})

type Said = tuple[str, Mapping[str, str | int]]


def gender(row: ServiceRow, asked: Asked) -> Truth:
    """Whether her or his gender is taken. For x, see `_non_binary`."""
    value = asked.question.person.gender or ""
    rows = row.conditions.get(Kind.GENDER, ())
    if value == "x":
        return _non_binary(rows, row.conditions.get(Kind.NON_BINARY, ()))
    return of_rows(rows, lambda condition: of_value(condition, value))


def _non_binary(rows: tuple[Condition, ...], stated: tuple[Condition, ...]) -> Truth:
    """What is stated about non-binary people decides; "only women" says nothing about them."""
    told = of_rows(stated, lambda condition: of_answer(condition.answer))
    if told is not UNKNOWN:
        return told
    return of_rows(rows, lambda condition: _of_x(condition))


def _of_x(condition: Condition) -> Truth:
    truth = of_value(condition, "x")
    return UNKNOWN if truth is NO and condition.operator == Operator.ONLY else truth


def say_gender(row: ServiceRow, asked: Asked) -> Said:
    rows = row.conditions.get(Kind.GENDER, ())
    if any(condition.operator == Operator.ALL for condition in rows):
        return "gender_everyone", {}
    return f"gender_{asked.question.person.gender}", {}


def age(row: ServiceRow, asked: Asked) -> Truth:
    """Whether her or his age is taken."""
    years = asked.question.person.age
    return of_rows(row.conditions.get(Kind.AGE, ()), lambda condition: of_age(condition, years))


def say_age(row: ServiceRow, asked: Asked) -> Said:
    return "age_yes", {}


def children(row: ServiceRow, asked: Asked) -> Truth:
    """Whether every child may come along."""
    may_come = of_rows(row.conditions.get(Kind.CHILDREN, ()), _may_come)
    return both(_child(row, child, may_come) for child in asked.question.person.children or ())


def _may_come(condition: Condition) -> Truth:
    return YES if condition.operator == Operator.ALL else of_answer(condition.answer)


def _child(row: ServiceRow, child: Child, may_come: Truth) -> Truth:
    """A stated limit for sons or daughters implies that children may come at all."""
    truths = {_of_kind(row, kind, child) for kind in _kinds(child)}
    alike = truths.pop() if len(truths) == 1 else UNKNOWN
    if may_come is UNKNOWN and alike is YES:
        return YES
    return both((may_come, alike))


def _kinds(child: Child) -> tuple[Kind, ...]:
    """Return whose limits a child meets: perhaps either, when nobody said."""
    match child.gender:
        case "m":
            return (Kind.BOYS,)
        case "f":
            return (Kind.GIRLS,)
        case _:
            return (Kind.BOYS, Kind.GIRLS)


def _of_kind(row: ServiceRow, kind: Kind, child: Child) -> Truth:
    return of_rows(row.conditions.get(kind, ()), lambda condition: of_age(condition, child.age))


def has_son(asked: Asked) -> bool:
    """Return whether a boy may be among the children."""
    return any(child.gender != "f" for child in asked.question.person.children or ())


def say_children(row: ServiceRow, asked: Asked) -> Said:
    oldest = [
        condition.maximum
        for condition in row.conditions.get(Kind.BOYS, ())
        if condition.maximum is not None
    ]
    if oldest and has_son(asked):
        return "sons_to", {"age": min(oldest)}
    return "children_yes", {}


def legal(row: ServiceRow, asked: Asked) -> Truth:
    """Whether people in her legal situation are taken."""
    status = asked.question.person.legal_status or ""
    return of_rows(
        row.conditions.get(Kind.LEGAL_STATUS, ()), lambda condition: of_value(condition, status)
    )


def say_legal(row: ServiceRow, asked: Asked) -> Said:
    rows = row.conditions.get(Kind.LEGAL_STATUS, ())
    is_for_all = any(condition.operator == Operator.ALL for condition in rows)
    return ("legal_everyone" if is_for_all else "legal_yes"), {}


def documents(row: ServiceRow, asked: Asked) -> Truth:
    """Whether she has what is asked for. "None" must be stated to be believed."""
    if row.documents:
        has = asked.question.person.documents or frozenset()
        return YES if {document.code for document in row.documents} <= has else NO
    return of_rows(
        row.conditions.get(Kind.DOCUMENTS, ()),
        lambda condition: YES if condition.operator == Operator.ALL else UNKNOWN,
    )


def say_documents(row: ServiceRow, asked: Asked) -> Said:
    if row.documents:
        return "documents_yes", {"documents": codes_of_documents(row)}
    return "documents_none", {}


def codes_of_documents(row: ServiceRow) -> str:
    """Return what is asked for, as one fact of a reason."""
    return ",".join(sorted(document.code for document in row.documents))


def groups(row: ServiceRow, asked: Asked) -> Truth:
    """Whether somebody of her groups is taken: the exclusive ones decide."""
    hers = asked.question.person.groups or frozenset()
    return of_rows(row.conditions.get(Kind.GROUP, ()), lambda condition: of_values(condition, hers))


def say_groups(row: ServiceRow, asked: Asked) -> Said:
    return "group_yes", {}


def access(row: ServiceRow, asked: Asked) -> Truth:
    """Whether she can use it. Nobody has to get in where nobody has to go."""
    return both(_usable(row, need) for need in asked.question.person.access)


def _usable(row: ServiceRow, need: Access) -> Truth:
    if need == Access.STEP_FREE and row.modes and not row.modes & VISITED:
        return YES
    usable = row.access.get(need)
    return UNKNOWN if usable is None else of_answer(Answer(usable.answer))


def say_access(row: ServiceRow, asked: Asked) -> Said:
    return "access_yes", {}
