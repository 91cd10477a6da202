"""When a form of an edition is open, which of two sets a participant gets, how paper is typed."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from protect.kernel.ids import western
from protect.questionnaires.enums import STEPS, FieldType, Mistake
from protect.questionnaires.rules.answers import NO, YES, Bad
from protect.questionnaires.schemas import FormField
from protect.trainings.base.enums import Phase
from protect.trainings.curricula.enums import SetOrder

DAYS_OPEN = timedelta(days=30)  # after the last half day
NOON = 12  # o'clock

TESTS = frozenset({Phase.PRE, Phase.POST})
ON_PAPER = TESTS | {Phase.EVALUATION}  # what is answered on paper too, and typed back

type HalfDays = Sequence[tuple[datetime, datetime]]  # begin and end, the first one first
NOTHING = {"-", "–", "0"}  # in a matrix: a line without a cross
AS_TYPED = {FieldType.SHORT, FieldType.LONG, FieldType.NUMBER, FieldType.DATE}
WITHOUT_GAPS = 9  # boxes: up to so many, numbers without anything between them are digits


def is_open(phase: Phase, half_days: HalfDays, at: datetime) -> bool:
    """Return whether a form takes answers at an instant. A pre-test: until the first half day ends.
    What comes at the end: from the beginning of the last half day on, for DAYS_OPEN. A follow-up
    goes by its own slips."""
    if phase == Phase.FOLLOW_UP:
        return True
    if not half_days:
        return False
    if phase == Phase.PRE:
        return at < half_days[0][1]
    begins, ends = half_days[-1]
    return begins <= at < ends + DAYS_OPEN


def is_set_b(order: SetOrder, phase: Phase, coin: int) -> bool:
    """Return whether a participant gets the second of two sets. `coin` is of their code."""
    return order is SetOrder.HALVES and phase in TESTS and bool(coin % 2)


def half_day(at: datetime, zone: ZoneInfo) -> tuple[date, bool]:
    """Return the only stored time of a response: the day, and whether it is after noon. By the
    clock of the session. Errors: ValueError for a naive `at`."""
    if at.tzinfo is None:
        raise ValueError("at must carry a time zone")
    there = at.astimezone(zone)
    return there.date(), there.hour >= NOON


def has_reached(points: Fraction | float, maximum: float, percent: int) -> bool:
    """Return whether points reach a mark. Float noise is rounded away."""
    return maximum > 0 and round(float(points) * 100 - percent * float(maximum), 9) >= 0


def pressed(question: FormField, typed: str) -> dict[str, list[str]]:
    """Return the POST data that a browser would have sent. An empty text sends nothing.
    Shapes: the first box is 1. Several numbers: “134”, from ten boxes on “1 3 12”. A ranking: the
    place beside each line, in the order of lines; a matrix: the column of each line, - for none.
    Errors: Bad, with the mistake."""
    text = western(typed).strip()
    if not text:
        return {}
    if question.type in AS_TYPED:
        return {question.key: [text]}
    if question.type == FieldType.YES_NO:
        return {question.key: [_one(text, [YES, NO])]}
    if question.type == FieldType.CONSENT:
        return {question.key: [_one(text, [YES])]}
    if question.type in STEPS:
        steps = [str(each) for each in range(1, question.count_of_steps + 1)]
        return {question.key: [_one(text, steps)]}
    if question.type == FieldType.SINGLE:
        return {question.key: [_one(text, question.options)]}
    return _several(question, text)


def _several(question: FormField, text: str) -> dict[str, list[str]]:
    boxes = len(question.options)
    parts = [each for each in re.split(r"[\s,;.]+", text) if each]
    if len(parts) == 1 and boxes <= WITHOUT_GAPS:
        parts = list(parts[0])
    if question.type == FieldType.MULTIPLE:
        return {question.key: [_one(each, question.options) for each in parts]}
    lines = question.options if question.type == FieldType.RANKING else question.rows
    if len(parts) > len(lines):
        raise Bad(Mistake.CHOICES_TOO_MANY, most=len(lines))
    if question.type == FieldType.RANKING:
        return {f"{question.key}-{line}": [part] for line, part in zip(lines, parts, strict=False)}
    return {
        f"{question.key}-{line}": [_one(part, question.options)]
        for line, part in zip(lines, parts, strict=False)
        if part not in NOTHING
    }


def _one(text: str, codes: list[str]) -> str:
    if not text.isdecimal() or not 1 <= int(text) <= len(codes):
        raise Bad(Mistake.CHOICE_UNKNOWN)
    return codes[int(text) - 1]
