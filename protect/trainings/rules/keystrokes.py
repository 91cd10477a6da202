"""Answers from paper as they are typed: the number of the box, for each question one field.

What comes out is what a browser would have sent (`questionnaires.rules.fields.Sent`).
"""

from __future__ import annotations

import re

from protect.kernel.ids import western
from protect.questionnaires.enums import FieldType, Mistake
from protect.questionnaires.rules.fields import NO, YES, Bad
from protect.questionnaires.schemas import FormField

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
