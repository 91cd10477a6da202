"""When a form of an edition is open, and which of two sets somebody is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from protect.kernel.ids import western
from protect.questionnaires.enums import FieldType, Mistake
from protect.questionnaires.rules.fields import NO, YES, Bad
from protect.questionnaires.schemas import FormField
from protect.trainings.base.enums import Phase
from protect.trainings.curricula.enums import SetOrder

DAYS_OPEN = timedelta(days=30)  # after the last half day

type HalfDays = Sequence[tuple[datetime, datetime]]  # begin and end, the first one first


def is_open(phase: Phase, half_days: HalfDays, at: datetime) -> bool:
    """Return whether a form takes answers at an instant.

    What is asked before a course: until its first half day ends. At its end: from the beginning of
    the last half day on, for DAYS_OPEN. A follow-up goes by its own slips.
    """
    if phase == Phase.FOLLOW_UP:
        return True
    if not half_days:
        return False
    if phase == Phase.PRE:
        return at < half_days[0][1]
    begins, ends = half_days[-1]
    return begins <= at < ends + DAYS_OPEN


def is_set_b(order: SetOrder, phase: Phase, coin: int) -> bool:
    """Return whether somebody is asked the other one of two sets. `coin` is of their code."""
    return order is SetOrder.HALVES and phase in {Phase.PRE, Phase.POST} and bool(coin % 2)


def has_reached(points: Fraction | float, maximum: float, percent: int) -> bool:
    """Return whether points reach a mark. What decimals add is rounded away."""
    return maximum > 0 and round(float(points) * 100 - percent * float(maximum), 9) >= 0


NOTHING = {"-", "–", "0"}  # in a matrix: a line without a cross


AS_TYPED = {FieldType.SHORT, FieldType.LONG, FieldType.NUMBER, FieldType.DATE}


# Numbers without anything between them are digits, where no box has two.
WITHOUT_GAPS = 9


def pressed(asked: FormField, typed: str) -> dict[str, list[str]]:
    """Return what a browser would have sent. Nothing typed is nothing sent.

    Shapes: the first box is 1. Several numbers: “134”, from ten boxes on “1 3 12”. A ranking: the
    place beside each line, in the order of lines; a matrix: the column of each line, - for none.
    Errors: Bad, with the mistake.
    """
    text = western(typed).strip()
    if not text:
        return {}
    if asked.type in AS_TYPED:
        return {asked.key: [text]}
    if asked.type == FieldType.YES_NO:
        return {asked.key: [_one(text, [YES, NO])]}
    if asked.type == FieldType.CONSENT:
        return {asked.key: [_one(text, [YES])]}
    if asked.type in {FieldType.SCALE, FieldType.RATING}:
        steps = [str(each) for each in range(1, asked.count_of_steps + 1)]
        return {asked.key: [_one(text, steps)]}
    if asked.type == FieldType.SINGLE:
        return {asked.key: [_one(text, asked.options)]}
    return _several(asked, text)


def _several(asked: FormField, text: str) -> dict[str, list[str]]:
    boxes = len(asked.options)
    parts = [each for each in re.split(r"[\s,;.]+", text) if each]
    if len(parts) == 1 and boxes <= WITHOUT_GAPS:
        parts = list(parts[0])
    if asked.type == FieldType.MULTIPLE:
        return {asked.key: [_one(each, asked.options) for each in parts]}
    lines = asked.options if asked.type == FieldType.RANKING else asked.rows
    if len(parts) > len(lines):
        raise Bad(Mistake.CHOICES_TOO_MANY, most=len(lines))
    if asked.type == FieldType.RANKING:
        return {f"{asked.key}-{line}": [part] for line, part in zip(lines, parts, strict=False)}
    return {
        f"{asked.key}-{line}": [_one(part, asked.options)]
        for line, part in zip(lines, parts, strict=False)
        if part not in NOTHING
    }


def _one(text: str, codes: list[str]) -> str:
    if not text.isdecimal() or not 1 <= int(text) <= len(codes):
        raise Bad(Mistake.CHOICE_UNKNOWN)
    return codes[int(text) - 1]
