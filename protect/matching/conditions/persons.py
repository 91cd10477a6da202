"""Conditions about the person: gender, age, children, papers, groups and access needs."""

from collections.abc import Callable
from functools import partial

from protect.directory import enums
from protect.directory.enums import Answer, CriterionKind, CriterionOperator, Mode
from protect.matching.conditions import truth as truths
from protect.matching.conditions.truth import NO, UNKNOWN, YES, Truth, kleene_and, truth_of_answer
from protect.matching.questions import (
    Child,
    Query,
    Question,
    ReasonParts,
    ages_and_genders_to_accept,
)
from protect.matching.services.rows import Condition, ServiceRow
from protect.reference import vocabulary

IN_PERSON_MODES = frozenset({Mode.IN_PERSON, Mode.OUTREACH})
CALLS_ONLY = frozenset({Mode.PHONE})
EVERYONE = CriterionOperator.ALL
# Operators of criteria about groups for which a service is made.
FOR_GROUPS = frozenset(
    {CriterionOperator.ONLY, CriterionOperator.FIRST, CriterionOperator.SPECIALISED}
)
CHILD_KINDS_BY_GENDER = {"m": (CriterionKind.BOYS,), "f": (CriterionKind.GIRLS,)}


def _kind_truth(row: ServiceRow, kind: CriterionKind, judge: Callable[[Condition], Truth]) -> Truth:
    """Combine the conditions of a kind: NO beats YES; UNKNOWN if none of them says either."""
    return truths.truth_of_all(row.conditions.get(kind, ()), judge)


def accepts_gender(row: ServiceRow, query: Query) -> Truth:
    """Return whether the service accepts the gender of each person that it must accept."""
    people = ages_and_genders_to_accept(query.question)
    return kleene_and(_accepts_gender(row, person.gender) for person in people)


def _accepts_gender(row: ServiceRow, gender: str | None) -> Truth:
    """Return whether the service accepts a gender; None: not known.
    For x, a statement about non-binary people decides; "only women" leaves it unknown."""
    if gender is None:
        return YES if _states_open_to_everyone(row, CriterionKind.GENDER) else UNKNOWN
    if gender != "x":
        return _kind_truth(row, CriterionKind.GENDER, partial(truths.truth_of_value, value=gender))
    stated = _kind_truth(row, CriterionKind.NON_BINARY, lambda rule: truth_of_answer(rule.answer))
    if stated is UNKNOWN:
        return _kind_truth(row, CriterionKind.GENDER, _truth_for_non_binary)
    return stated


def _truth_for_non_binary(condition: Condition) -> Truth:
    """Return whether a condition admits non-binary people; unknown if it is “only” for others."""
    truth = truths.truth_of_value(condition, "x")
    return UNKNOWN if truth is NO and condition.operator == CriterionOperator.ONLY else truth


def gender_reason(row: ServiceRow, query: Query) -> ReasonParts | None:
    """Return the reason for a yes: open to everyone, or to the one gender that was asked about."""
    if _states_open_to_everyone(row, CriterionKind.GENDER):
        return "gender_everyone", {}
    genders = {person.gender for person in ages_and_genders_to_accept(query.question)}
    return (f"gender_{genders.pop()}", {}) if len(genders) == 1 else None


def _states_open_to_everyone(row: ServiceRow, kind: CriterionKind) -> bool:
    return any(condition.operator == EVERYONE for condition in row.conditions.get(kind, ()))


def accepts_age(row: ServiceRow, query: Query) -> Truth:
    """Return whether the service accepts the age of each person that it must accept."""
    judges = (
        partial(truths.truth_of_age, age=person.age)
        for person in ages_and_genders_to_accept(query.question)
    )
    return kleene_and(_kind_truth(row, CriterionKind.AGE, judge) for judge in judges)


def accepts_children(row: ServiceRow, query: Query) -> Truth:
    """Return whether every child may come along."""
    may_come = _kind_truth(row, CriterionKind.CHILDREN, _allows_children)
    children = query.question.person.children or ()
    return kleene_and(_accepts_child(row, child, may_come) for child in children)


def _allows_children(condition: Condition) -> Truth:
    return YES if condition.operator == EVERYONE else truth_of_answer(condition.answer)


def stated_children(row: ServiceRow) -> set[Answer]:
    """Return what a service says about children who come with the person."""
    return {condition.answer for condition in row.conditions.get(CriterionKind.CHILDREN, ())}


def _accepts_child(row: ServiceRow, child: Child, may_come: Truth) -> Truth:
    """Return whether a child may come. `may_come`: whether children in general may; if that is
    unknown, an age limit for boys or girls that the child meets makes it a yes."""
    kinds = CHILD_KINDS_BY_GENDER.get(child.gender or "", (CriterionKind.BOYS, CriterionKind.GIRLS))
    judge = partial(truths.truth_of_age, age=child.age)
    limits = {_kind_truth(row, kind, judge) for kind in kinds}
    age_truth = limits.pop() if len(limits) == 1 else UNKNOWN
    if may_come is UNKNOWN and age_truth is YES:
        return YES
    return kleene_and((may_come, age_truth))


def has_son(query: Query) -> bool:
    """Return whether one of the children may be a boy."""
    return any(child.gender != "f" for child in query.question.person.children or ())


def children_reason(row: ServiceRow, query: Query) -> ReasonParts:
    limits = (condition.maximum for condition in row.conditions.get(CriterionKind.BOYS, ()))
    oldest = [limit for limit in limits if limit is not None]
    if oldest and has_son(query):
        return "sons_to", {"age": min(oldest)}
    return "children_yes", {}


def accepts_legal_status(row: ServiceRow, query: Query) -> Truth:
    judge = partial(truths.truth_of_value, value=query.question.person.legal_status or "")
    return _kind_truth(row, CriterionKind.LEGAL_STATUS, judge)


def legal_status_reason(row: ServiceRow, query: Query) -> ReasonParts:
    accepts_everyone = _states_open_to_everyone(row, CriterionKind.LEGAL_STATUS)
    return "legal_everyone" if accepts_everyone else "legal_yes", {}


def accepts_documents(row: ServiceRow, query: Query) -> Truth:
    """Return whether the person has the required documents; unknown if nothing is stated."""
    if row.documents:
        return YES if row.documents <= (query.question.person.documents or frozenset()) else NO
    return YES if _states_open_to_everyone(row, CriterionKind.DOCUMENTS) else UNKNOWN


def documents_reason(row: ServiceRow, query: Query) -> ReasonParts:
    if row.documents:
        return "documents_yes", {"documents": document_codes(row)}
    return "documents_none", {}


def document_codes(row: ServiceRow) -> str:
    """Return the codes of the required documents, joined by commas for a reason."""
    return ",".join(sorted(row.documents))


def accepts_groups(row: ServiceRow, query: Query) -> Truth:
    """Return whether the service accepts the person's groups, see `truth_of_values`."""
    groups = query.question.person.groups or frozenset()
    return _kind_truth(row, CriterionKind.GROUP, partial(truths.truth_of_values, values=groups))


def meets_access_needs(row: ServiceRow, query: Query) -> Truth:
    """Return whether the person can use the service. Remote help counts as step-free, and written
    help as usable without hearing."""
    return kleene_and(_meets_access_need(row, need) for need in query.question.person.access)


def has_written_help(row: ServiceRow) -> bool:
    """Return whether a service helps in writing, and not only to arrange a visit."""
    if row.has_message_number or Mode.CHAT in row.written_modes:
        return True
    return bool(row.written_modes) and not row.modes & IN_PERSON_MODES


def _meets_access_need(row: ServiceRow, need: enums.AccessibilityKind) -> Truth:
    """Return whether a service meets a need. What it states about hearing goes before its modes:
    else a number for messages or a chat meets the need, an e-mail address only of a service without
    visits, and calls alone do not."""
    if need == enums.AccessibilityKind.STEP_FREE and row.modes and not row.modes & IN_PERSON_MODES:
        return YES
    stated = truth_of_answer(row.access.get(need, Answer.UNKNOWN))
    if need != enums.AccessibilityKind.HEARING or stated is not UNKNOWN:
        return stated
    if has_written_help(row):
        return YES
    return NO if row.modes == CALLS_ONLY else UNKNOWN


def groups_served_first(question: Question) -> frozenset[str]:
    """Return the groups that the person named and whose services come before others."""
    all_groups, own_groups = vocabulary.groups(), question.person.groups or frozenset()
    return frozenset(
        code for code in own_groups & all_groups.keys() if all_groups[code].is_served_first
    )


def groups_of(row: ServiceRow) -> frozenset[str]:
    """Return the groups that a row is made for, by its categories or by what it says."""
    return row.categories.union(groups_by_conditions(row))


def groups_by_conditions(row: ServiceRow) -> frozenset[str]:
    conditions = row.conditions.get(CriterionKind.GROUP, ())
    made_for = (condition.values for condition in conditions if condition.operator in FOR_GROUPS)
    return frozenset[str]().union(*made_for)
