"""Scores of right answers. Hidden fields count nowhere."""

from dataclasses import dataclass
from fractions import Fraction

from protect.questionnaires.enums import FieldType, Partial
from protect.questionnaires.rules.conditions import counting, shown, size
from protect.questionnaires.schemas import Definition, FormField, Value, Values


@dataclass(frozen=True, slots=True)
class Item:
    key: str
    measures: str
    points: Fraction
    maximum: int

    @property
    def is_right(self) -> bool:
        return self.points == self.maximum


@dataclass(frozen=True, slots=True)
class Score:
    """Points of a form. `passed` is None where it has no pass mark or nothing to score."""

    points: Fraction
    maximum: int
    passed: bool | None
    items: tuple[Item, ...]

    @property
    def percent(self) -> int | None:
        """Return whole percent, rounded down: what is shown never says more than was reached."""
        return int(self.points * 100 / self.maximum) if self.maximum else None


def score(form: Definition, values: Values) -> Score:
    """Return points, maximum and whether the mark was reached, for any answers. A shown question
    without an answer brings 0 of its points."""
    seen, counted = shown(form, values), counting(form, values)
    items = tuple(
        Item(field.key, field.measures, worth(field, counted.get(field.key)), field.points)
        for field in form.asking()
        if field.points and field.key in seen
    )
    points = sum((each.points for each in items), Fraction(0))
    maximum = sum(each.maximum for each in items)
    mark = form.pass_percent
    passed = points * 100 >= mark * maximum if mark is not None and maximum else None
    return Score(points, maximum, passed, items)


def worth(field: FormField, value: Value | None) -> Fraction:
    """Return the points of one answer. Units: points, exact; never below 0."""
    if value is None or not field.right:
        return Fraction(0)
    if isinstance(value, list):
        return field.points * _share(field, value)
    return Fraction(field.points if _is_right(field, value) else 0)


def _is_right(field: FormField, value: Value) -> bool:
    if field.type == FieldType.NUMBER:
        return any(size(value) == size(each) is not None for each in field.right)
    return any(type(each) is type(value) and each == value for each in field.right)


def _share(field: FormField, chosen: list[str]) -> Fraction:
    """Return how much of a list is right, 0 to 1. Right minus wrong: ticking all earns nothing."""
    if field.type == FieldType.RANKING:
        placed = sum(a == b for a, b in zip(chosen, field.right, strict=False))
        whole = chosen == field.right
    else:
        good = len({*chosen} & {*field.right})
        placed = max(0, good - len({*chosen} - {*field.right}))
        whole = {*chosen} == {*field.right}
    if field.partial == Partial.NONE:
        return Fraction(int(whole))
    return Fraction(min(placed, len(field.right)), len(field.right))
