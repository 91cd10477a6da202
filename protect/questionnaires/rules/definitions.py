"""What must hold inside a form. Each problem comes with the field and the remedy."""

from collections.abc import Iterator
from typing import NamedTuple

from protect.questionnaires import enums
from protect.questionnaires.enums import FieldType, FormKind
from protect.questionnaires.rules.answers import names
from protect.questionnaires.schemas import AnyOf, AtLeast, Definition, Equals, FormField, Plain

MOST_INPUTS = 50  # one sitting; a request carries 60 fields and more
AMOUNTS = frozenset({FieldType.NUMBER, FieldType.SCALE, FieldType.RATING, FieldType.MULTIPLE})
LIMITED = frozenset({FieldType.NUMBER, FieldType.MULTIPLE})
IN_PARTS = frozenset({FieldType.MULTIPLE, FieldType.RANKING})
# These forms are anonymous: free text could reveal the respondent.
NAMELESS = frozenset({FormKind.TEST, FormKind.EVALUATION, FormKind.FOLLOW_UP})
COMMENT = "in a form without names write comment = true at every text, and nowhere else."


class Problem(NamedTuple):
    """What is wrong with a field, "form" for the whole, and what its author can do."""

    key: str
    text: str
    remedy: str


def problems(form: Definition) -> Iterator[Problem]:
    """Yield what would make a form unanswerable, unfair or impossible to send."""
    for at, field in enumerate(form.fields):
        yield from _shape_problems(field)
        yield from _score_problems(field)
        before = {each.key: each for each in form.fields[:at]}
        for test in field.shown_if.comparisons() if field.shown_if else ():
            yield from _condition_problems(field, test, before)
        if field.comment != (field.type in enums.TEXTS) and form.kind in NAMELESS:
            yield Problem(field.key, "comment does not go with its type.", COMMENT)
    yield from _whole_problems(form)


def _whole_problems(form: Definition) -> Iterator[Problem]:
    inputs = sum(
        len(field.options) if field.type == FieldType.MULTIPLE else len(names(field))
        for field in form.fields
    )
    if inputs > MOST_INPUTS:
        text = f"It has {inputs} inputs; {MOST_INPUTS} fit on a page."
        yield Problem("form", text, "make two forms of it.")
    if not any(form.asking()):
        yield Problem("form", "It asks nothing.", "add a field that can be answered.")
    has_points = any(field.points for field in form.fields)
    if has_points != (form.kind in {FormKind.TEST, FormKind.ASSESSMENT}):
        yield Problem("form", "Points do not go with its kind.", "tests and assessments have some.")
    if form.pass_percent and not has_points:
        yield Problem("form", "It has a mark and no points.", "drop pass_percent, or give points.")


def _shape_problems(field: FormField) -> Iterator[Problem]:
    if (len(field.options) > 1) != (field.type in enums.CHOICES):
        yield Problem(field.key, "options do not go with its type.", "choices need two or more.")
    if bool(field.rows) != (field.type == FieldType.MATRIX):
        yield Problem(field.key, "rows do not go with its type.", "a matrix has rows.")
    for listed in (field.options, field.rows):
        if len(set(listed)) < len(listed):
            yield Problem(field.key, "An option stands twice.", "remove one.")
    if field.type in enums.WORDS_ONLY and (field.required or field.points):
        yield Problem(field.key, "It asks nothing.", "drop required and points.")
    yield from _limit_problems(field)


def _limit_problems(field: FormField) -> Iterator[Problem]:
    limits = (field.least, field.most)
    if limits != (None, None) and field.type not in LIMITED:
        yield Problem(field.key, "least and most do not go with its type.", "remove them.")
    if None not in limits and field.least > field.most:  # type: ignore[operator]
        yield Problem(field.key, "least is more than most.", "exchange them.")
    if field.first and field.last and field.first > field.last:
        yield Problem(field.key, "first is after last.", "exchange them.")


def _score_problems(field: FormField) -> Iterator[Problem]:
    if bool(field.points) != bool(field.right):
        yield Problem(field.key, "right and points need each other.", "give both or neither.")
    if field.right and field.type not in enums.SCORABLE:
        yield Problem(field.key, "Answers of this type are not scored.", "drop right and points.")
    elif any(not fits(field, each) for each in field.right):
        yield Problem(field.key, "right is no answer to it.", "correct its spelling or kind.")
    if field.partial != enums.Partial.NONE and field.type not in IN_PARTS:
        yield Problem(field.key, "It cannot be right in part.", "drop partial.")
    if field.type == FieldType.RANKING and field.right and set(field.right) != set(field.options):
        yield Problem(field.key, "right does not place everything.", "list every option once.")
    if len(set(field.right)) < len(field.right):
        yield Problem(field.key, "right says something twice.", "remove one.")


def _condition_problems(
    field: FormField, test: Equals | AnyOf | AtLeast, before: dict[str, FormField]
) -> Iterator[Problem]:
    other = before.get(test.field)
    if other is None or not other.asks:
        text = f"shown_if asks for {test.field}, which is no question above it."
        yield Problem(field.key, text, "correct the spelling, or move that question up.")
        return
    if isinstance(test, AtLeast):
        if other.type not in AMOUNTS:
            text = f"{other.key} is no amount."
            yield Problem(field.key, text, "use equals or any_of.")
        return
    wanted = test.values if isinstance(test, AnyOf) else [test.value]
    if not all(fits(other, each) for each in wanted):
        text = f"shown_if wants of {other.key} what it never says."
        yield Problem(field.key, text, "use a code of its options, a number, true or false.")


def fits(field: FormField, value: Plain) -> bool:
    """Return whether a value is an answer to a field, or one choice of several."""
    if field.type in {FieldType.YES_NO, FieldType.CONSENT}:
        return isinstance(value, bool)
    if field.type in enums.STEPS:
        return type(value) is int and 1 <= value <= field.count_of_steps
    if field.type == FieldType.NUMBER:
        return type(value) is int
    return field.type in enums.CHOICES - {FieldType.MATRIX} and value in field.options
