"""The one evaluator of conditions: which fields are shown, given answers."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from protect.questionnaires.enums import FieldType
from protect.questionnaires.schemas import AtLeast, Condition, Definition, Plain, Value, Values


def shown(form: Definition, values: Values) -> frozenset[str]:
    """Return the keys of the fields that are shown. Total: any answers give a result.
    A field of a section that is not shown is not shown either. The answer to a field that is not
    shown is no answer: a condition that asks for it finds nothing. Conditions look upwards only.
    Source: docs/adr/0024-questionnaires.md."""
    seen: set[str] = set()
    counted: dict[str, Value] = {}
    is_open = True
    for field in form.fields:
        is_met = field.shown_if is None or holds(field.shown_if, counted)
        if field.type == FieldType.SECTION:
            is_open = is_met
        if not (is_met and is_open):
            continue
        seen.add(field.key)
        if field.key in values:
            counted[field.key] = values[field.key]
    return frozenset(seen)


def holds(condition: Condition, values: Values) -> bool:
    """Return whether a condition is met by answers that count."""
    if condition.equals is not None:
        return _is(values.get(condition.equals.field), condition.equals.value)
    if condition.any_of is not None:
        answer = values.get(condition.any_of.field)
        return any(_is(answer, each) for each in condition.any_of.values)
    if condition.at_least is not None:
        return _reaches(values, condition.at_least)
    if condition.all_of is not None:
        return all(holds(each, values) for each in condition.all_of)
    if condition.one_of is not None:
        return any(holds(each, values) for each in condition.one_of)
    return condition.negated is not None and not holds(condition.negated, values)


def counting(form: Definition, values: Values) -> dict[str, Value]:
    """Return the answers that count: those to fields that ask and are shown, in their order."""
    seen = shown(form, values)
    return {f.key: values[f.key] for f in form.asking() if f.key in seen and f.key in values}


def size(value: Value | None) -> Decimal | None:
    """Return how much an answer is: a number itself, of choices their count. None: no amount."""
    if isinstance(value, bool) or value is None or isinstance(value, Mapping):
        return None
    if isinstance(value, list):
        return Decimal(len(value))
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _is(answer: Value | None, wanted: Plain) -> bool:
    if isinstance(answer, list):
        return wanted in answer
    if isinstance(answer, str) and isinstance(wanted, int) and not isinstance(wanted, bool):
        return size(answer) == wanted  # a number with decimals is kept as text
    return type(answer) is type(wanted) and answer == wanted


def _reaches(values: Values, test: AtLeast) -> bool:
    amount = size(values.get(test.field))
    return amount is not None and amount >= test.value
