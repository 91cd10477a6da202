"""Check that a form definition is consistent. Each problem names the field and a remedy."""

from collections.abc import Iterator
from typing import NamedTuple

from protect.questionnaires import enums
from protect.questionnaires.enums import FieldType, FormKind
from protect.questionnaires.rules.answers import input_names
from protect.questionnaires.schemas import AnyOf, AtLeast, Definition, Equals, FormField, PlainValue

MAX_INPUTS = 50  # of a form, counting each box to tick: as many as people fill in at once
# Their answers have an amount, which `at_least` compares.
AMOUNT_TYPES = frozenset({FieldType.NUMBER, FieldType.SCALE, FieldType.RATING, FieldType.MULTIPLE})
LIMITED_TYPES = frozenset({FieldType.NUMBER, FieldType.MULTIPLE})  # with least and most
PARTIALLY_SCORED_TYPES = frozenset({FieldType.MULTIPLE, FieldType.RANKING})
# These forms are anonymous: free text could reveal the respondent.
ANONYMOUS_KINDS = frozenset(
    {FormKind.TEST, FormKind.EVALUATION, FormKind.FOLLOW_UP, FormKind.MAPPING}
)
COMMENT_REMEDY = "in an anonymous form set comment = true for every text field, and for no other."


class Problem(NamedTuple):
    """What is wrong with a field ("form" for the whole form), and how its author can correct it."""

    key: str
    text: str
    remedy: str


def find_problems(form: Definition) -> Iterator[Problem]:
    """Yield what is wrong with types, limits, points, conditions, comment marks and size."""
    for index, field in enumerate(form.fields):
        yield from _type_problems(field)
        yield from _score_problems(field)
        earlier_fields = {earlier.key: earlier for earlier in form.fields[:index]}
        for comparison in field.shown_if.comparisons() if field.shown_if else ():
            yield from _condition_problems(field, comparison, earlier_fields)
        if field.comment != (field.type in enums.FREE_TEXT_TYPES) and form.kind in ANONYMOUS_KINDS:
            yield Problem(field.key, "comment does not fit its type.", COMMENT_REMEDY)
    yield from _form_problems(form)


def _form_problems(form: Definition) -> Iterator[Problem]:
    inputs = sum(
        len(field.options) if field.type == FieldType.MULTIPLE else len(input_names(field))
        for field in form.fields
    )
    if inputs > MAX_INPUTS:
        text = f"It has {inputs} inputs; at most {MAX_INPUTS} are allowed."
        yield Problem("form", text, "split it into two forms.")
    if not any(form.questions()):
        yield Problem("form", "It asks nothing.", "add a field that can be answered.")
    has_points = any(field.points for field in form.fields)
    if has_points != (form.kind in {FormKind.TEST, FormKind.ASSESSMENT}):
        text = "Points do not fit its kind."
        yield Problem("form", text, "give points to tests and assessments only.")


def _type_problems(field: FormField) -> Iterator[Problem]:
    if (len(field.options) > 1) != (field.type in enums.CHOICE_TYPES):
        text = "options do not fit its type."
        yield Problem(field.key, text, "give two or more to choices only.")
    if bool(field.rows) != (field.type == FieldType.MATRIX):
        yield Problem(field.key, "rows do not fit its type.", "give rows to a matrix only.")
    for codes in (field.options, field.rows):
        if len(set(codes)) < len(codes):
            yield Problem(field.key, "An option is listed twice.", "remove one.")
    if field.type in enums.TYPES_WITHOUT_ANSWER and (field.required or field.points):
        yield Problem(field.key, "It asks nothing.", "remove required and points.")
    yield from _limit_problems(field)


def _limit_problems(field: FormField) -> Iterator[Problem]:
    limits = (field.least, field.most)
    if limits != (None, None) and field.type not in LIMITED_TYPES:
        yield Problem(field.key, "least and most do not fit its type.", "remove them.")
    if None not in limits and field.least > field.most:  # type: ignore[operator]
        yield Problem(field.key, "least is more than most.", "swap them.")
    if field.first and field.last and field.first > field.last:
        yield Problem(field.key, "first is after last.", "swap them.")


def _score_problems(field: FormField) -> Iterator[Problem]:
    if bool(field.points) != bool(field.right):
        yield Problem(field.key, "right and points need each other.", "give both or neither.")
    if field.right and field.type not in enums.SCORABLE_TYPES:
        yield Problem(field.key, "Answers of this type are not scored.", "drop right and points.")
    elif any(not is_possible_answer(field, right) for right in field.right):
        yield Problem(field.key, "right is not a possible answer.", "correct its spelling or type.")
    if field.partial != enums.PartialScoring.NONE and field.type not in PARTIALLY_SCORED_TYPES:
        yield Problem(field.key, "It cannot be partly right.", "remove partial.")
    if field.type == FieldType.RANKING and field.right and set(field.right) != set(field.options):
        yield Problem(field.key, "right does not rank every option.", "list every option once.")
    if len(set(field.right)) < len(field.right):
        yield Problem(field.key, "right lists a value twice.", "remove one.")


def _condition_problems(
    field: FormField, comparison: Equals | AnyOf | AtLeast, earlier_fields: dict[str, FormField]
) -> Iterator[Problem]:
    other = earlier_fields.get(comparison.field)
    if other is None or not other.is_question:
        text = f"shown_if asks for {comparison.field}, which is not an earlier question."
        yield Problem(field.key, text, "correct the spelling, or move that question up.")
        return
    if isinstance(comparison, AtLeast):
        if other.type not in AMOUNT_TYPES:
            text = f"{other.key} has no amount."
            yield Problem(field.key, text, "use equals or any_of.")
        return
    expected_values = comparison.values if isinstance(comparison, AnyOf) else [comparison.value]
    if not all(is_possible_answer(other, expected) for expected in expected_values):
        text = f"shown_if expects an impossible answer to {other.key}."
        yield Problem(field.key, text, "use a code of its options, a number, true or false.")


def is_possible_answer(field: FormField, value: PlainValue) -> bool:
    """Return whether a field can have `value` (number: any int); False for text, date, matrix."""
    if field.type in {FieldType.YES_NO, FieldType.CONSENT}:
        return isinstance(value, bool)
    if field.type in enums.SCALE_TYPES:
        return type(value) is int and 1 <= value <= field.level_count
    if field.type == FieldType.NUMBER:
        return type(value) is int
    return field.type in enums.CHOICE_TYPES - {FieldType.MATRIX} and value in field.options
