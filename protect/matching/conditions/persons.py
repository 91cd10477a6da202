"""Conditions about the person: gender, age, children, papers, groups and access needs."""

from collections.abc import Callable

from protect.directory.enums import Access, Answer, Kind, Mode, Operator
from protect.matching.conditions import truth as truths
from protect.matching.conditions.truth import NO, UNKNOWN, YES, Truth, both, of_answer, of_rows
from protect.matching.questions import Child, PreparedQuestion, ReasonParts
from protect.matching.services.rows import Condition, ServiceRow

VISITED = frozenset({Mode.IN_PERSON, Mode.OUTREACH})
ALL = Operator.ALL


def _stated(row: ServiceRow, kind: Kind, judge: Callable[[Condition], Truth]) -> Truth:
    return of_rows(row.conditions.get(kind, ()), judge)


def gender(row: ServiceRow, prepared: PreparedQuestion) -> Truth:
    """Whether the gender is taken. For x a statement decides; "only women" leaves it open."""
    value = prepared.question.person.gender or ""
    if value != "x":
        return _stated(row, Kind.GENDER, lambda each: truths.of_value(each, value))
    stated = _stated(row, Kind.NON_BINARY, lambda each: of_answer(each.answer))
    return _stated(row, Kind.GENDER, _of_x) if stated is UNKNOWN else stated


def _of_x(condition: Condition) -> Truth:
    truth = truths.of_value(condition, "x")
    return UNKNOWN if truth is NO and condition.operator == Operator.ONLY else truth


def say_gender(row: ServiceRow, prepared: PreparedQuestion) -> ReasonParts:
    gender = "everyone" if _is_for_all(row, Kind.GENDER) else prepared.question.person.gender
    return f"gender_{gender}", {}


def _is_for_all(row: ServiceRow, kind: Kind) -> bool:
    return any(condition.operator == ALL for condition in row.conditions.get(kind, ()))


def age(row: ServiceRow, prepared: PreparedQuestion) -> Truth:
    years = prepared.question.person.age
    return _stated(row, Kind.AGE, lambda each: truths.of_age(each, years))


def children(row: ServiceRow, prepared: PreparedQuestion) -> Truth:
    """Whether every child may come along."""
    may_come = _stated(
        row, Kind.CHILDREN, lambda each: YES if each.operator == ALL else of_answer(each.answer)
    )
    return both(_child(row, child, may_come) for child in prepared.question.person.children or ())


def _child(row: ServiceRow, child: Child, may_come: Truth) -> Truth:
    """A stated limit for sons or daughters implies that children may come at all."""
    kinds = {"m": (Kind.BOYS,), "f": (Kind.GIRLS,)}.get(child.gender or "", (Kind.BOYS, Kind.GIRLS))
    of_kinds = {_stated(row, kind, lambda each: truths.of_age(each, child.age)) for kind in kinds}
    alike = of_kinds.pop() if len(of_kinds) == 1 else UNKNOWN
    if may_come is UNKNOWN and alike is YES:
        return YES
    return both((may_come, alike))


def has_son(prepared: PreparedQuestion) -> bool:
    """Return whether a boy may be among the children."""
    return any(child.gender != "f" for child in prepared.question.person.children or ())


def say_children(row: ServiceRow, prepared: PreparedQuestion) -> ReasonParts:
    limits = (condition.maximum for condition in row.conditions.get(Kind.BOYS, ()))
    oldest = [limit for limit in limits if limit is not None]
    if oldest and has_son(prepared):
        return "sons_to", {"age": min(oldest)}
    return "children_yes", {}


def legal(row: ServiceRow, prepared: PreparedQuestion) -> Truth:
    status = prepared.question.person.legal_status or ""
    return _stated(row, Kind.LEGAL_STATUS, lambda each: truths.of_value(each, status))


def say_legal(row: ServiceRow, prepared: PreparedQuestion) -> ReasonParts:
    return "legal_everyone" if _is_for_all(row, Kind.LEGAL_STATUS) else "legal_yes", {}


def documents(row: ServiceRow, prepared: PreparedQuestion) -> Truth:
    """Whether she has the required documents. "None" counts only if it is stated."""
    if row.documents:
        return YES if row.documents <= (prepared.question.person.documents or frozenset()) else NO
    return _stated(row, Kind.DOCUMENTS, lambda each: YES if each.operator == ALL else UNKNOWN)


def say_documents(row: ServiceRow, prepared: PreparedQuestion) -> ReasonParts:
    if row.documents:
        return "documents_yes", {"documents": codes_of_documents(row)}
    return "documents_none", {}


def codes_of_documents(row: ServiceRow) -> str:
    """Return the required documents, as one fact of a reason."""
    return ",".join(sorted(row.documents))


def groups(row: ServiceRow, prepared: PreparedQuestion) -> Truth:
    """Whether her groups are accepted: the exclusive ones decide."""
    hers = prepared.question.person.groups or frozenset()
    return _stated(row, Kind.GROUP, lambda each: truths.of_values(each, hers))


def access(row: ServiceRow, prepared: PreparedQuestion) -> Truth:
    """Whether she can use it. Remote help needs no access."""
    return both(_usable(row, need) for need in prepared.question.person.access)


def _usable(row: ServiceRow, need: Access) -> Truth:
    if need == Access.STEP_FREE and row.modes and not row.modes & VISITED:
        return YES
    return of_answer(row.access.get(need, Answer.UNKNOWN))
