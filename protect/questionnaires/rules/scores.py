"""Scores of answers. Hidden fields count neither for points nor for the maximum."""

from dataclasses import dataclass
from fractions import Fraction

from protect.questionnaires import enums, schemas
from protect.questionnaires.rules.conditions import filter_shown, find_shown_keys, to_amount


@dataclass(frozen=True, slots=True)
class ItemScore:
    """The points of one question of a form, and the most that it can give."""

    key: str
    measures: str  # the learning objective
    points: Fraction
    maximum: int

    @property
    def is_right(self) -> bool:
        return self.points == self.maximum


@dataclass(frozen=True, slots=True)
class Score:
    points: Fraction
    maximum: int
    items: tuple[ItemScore, ...]

    @property
    def percent(self) -> int | None:
        """Return the whole percent, rounded down so that it never shows more than was reached."""
        return int(self.points * 100 / self.maximum) if self.maximum else None


def score(form: schemas.Definition, values: schemas.Values) -> Score:
    """Return the score of a form; a shown question without an answer gets 0 of its points."""
    shown_keys, answers = find_shown_keys(form, values), filter_shown(form, values)
    items = tuple(
        ItemScore(q.key, q.measures, score_answer(q, answers.get(q.key)), q.points)
        for q in form.questions()
        if q.points and q.key in shown_keys
    )
    points = sum((item.points for item in items), Fraction(0))
    maximum = sum(item.maximum for item in items)
    return Score(points, maximum, items)


def score_answer(field: schemas.FormField, value: schemas.Value | None) -> Fraction:
    """Return the points for an answer to `field`: exact, never below 0, and 0 for None."""
    if value is None or not field.right:
        return Fraction(0)
    if isinstance(value, list):
        return field.points * _right_share(field, value)
    return Fraction(field.points if _is_right(field, value) else 0)


def _is_right(field: schemas.FormField, value: schemas.Value) -> bool:
    if field.type == enums.FieldType.NUMBER:
        return any(to_amount(value) == to_amount(right) is not None for right in field.right)
    return any(type(right) is type(value) and right == value for right in field.right)


def _right_share(field: schemas.FormField, chosen: list[str]) -> Fraction:
    """Return the share of right less wrong choices, or of right ranks; 0 or 1 if not partial."""
    if field.type == enums.FieldType.RANKING:
        right_count = sum(a == b for a, b in zip(chosen, field.right, strict=False))
        is_all_right = chosen == field.right
    else:
        right_choices = len({*chosen} & {*field.right})
        right_count = max(0, right_choices - len({*chosen} - {*field.right}))
        is_all_right = {*chosen} == {*field.right}
    if field.partial == enums.PartialScoring.NONE:
        return Fraction(int(is_all_right))
    return Fraction(min(right_count, len(field.right)), len(field.right))
