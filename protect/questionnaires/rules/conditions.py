"""Evaluate conditions: which fields are shown to a respondent with given answers."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from protect.questionnaires import enums, schemas


def find_shown_keys(form: schemas.Definition, values: schemas.Values) -> frozenset[str]:
    """Return the keys of the fields shown for these answers. A hidden section hides its fields.
    An answer to a hidden field is ignored. Source: docs/adr/0024-questionnaires.md."""
    shown_keys: set[str] = set()
    shown_answers: dict[str, schemas.Value] = {}
    is_section_shown = True
    for field in form.fields:
        is_met = field.shown_if is None or is_condition_met(field.shown_if, shown_answers)
        if field.type == enums.FieldType.SECTION:
            is_section_shown = is_met
        if not (is_met and is_section_shown):
            continue
        shown_keys.add(field.key)
        if field.key in values:
            shown_answers[field.key] = values[field.key]
    return frozenset(shown_keys)


def is_condition_met(condition: schemas.Condition, values: schemas.Values) -> bool:
    """Return whether a condition is met; `values` must be the answers to shown fields only."""
    if condition.equals is not None:
        return _matches(values.get(condition.equals.field), condition.equals.value)
    if condition.any_of is not None:
        answer = values.get(condition.any_of.field)
        return any(_matches(answer, expected) for expected in condition.any_of.values)
    if condition.at_least is not None:
        amount = to_amount(values.get(condition.at_least.field))
        return amount is not None and amount >= condition.at_least.value
    if condition.all_of is not None:
        return all(is_condition_met(part, values) for part in condition.all_of)
    if condition.one_of is not None:
        return any(is_condition_met(part, values) for part in condition.one_of)
    return condition.negated is not None and not is_condition_met(condition.negated, values)


def filter_shown(form: schemas.Definition, values: schemas.Values) -> dict[str, schemas.Value]:
    """Return the answers to questions that are shown, in the order of the form."""
    shown = find_shown_keys(form, values)
    return {f.key: values[f.key] for f in form.questions() if f.key in shown and f.key in values}


def to_amount(value: schemas.Value | None) -> Decimal | None:
    """Return the number in an answer, or the count of its choices; None without either."""
    if isinstance(value, bool) or value is None or isinstance(value, Mapping):
        return None
    if isinstance(value, list):
        return Decimal(len(value))
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _matches(answer: schemas.Value | None, expected: schemas.PlainValue) -> bool:
    if isinstance(answer, list):
        return expected in answer
    if isinstance(answer, str) and isinstance(expected, int) and not isinstance(expected, bool):
        return to_amount(answer) == expected  # a number with decimals is stored as text
    return type(answer) is type(expected) and answer == expected
