"""Validation: sent data become answers, mistakes and dropped answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from protect.questionnaires.enums import FieldType, Mistake
from protect.questionnaires.rules import conditions, fields
from protect.questionnaires.schemas import Definition, FormField, Value, Values


@dataclass(frozen=True, slots=True)
class Wrong:
    """One mistake: at which field, and what its message says."""

    key: str
    mistake: Mistake
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """Parsed answers. `dropped` are keys of fields that are not shown to this respondent."""

    values: Mapping[str, Value]
    wrong: tuple[Wrong, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        return not self.wrong


def read(form: Definition, sent: fields.Sent) -> Reading:
    """Return answers, mistakes and what was dropped. Total: anything that is sent gives a reading.

    An answer that cannot be read is no answer to those who ask for it in a condition. What was
    answered although the field is not shown is dropped, right or wrong.
    """
    good: dict[str, Value] = {}
    bad: dict[str, Wrong] = {}
    for question in form.asking():
        try:
            value = fields.read(question, sent)
        except fields.Bad as error:
            bad[question.key] = Wrong(question.key, error.mistake, error.facts)
        else:
            if value is not None:
                good[question.key] = value
    seen = conditions.shown(form, good)
    visible = [question for question in form.asking() if question.key in seen]
    mistakes = [
        bad.get(question.key) or missing(question, good.get(question.key)) for question in visible
    ]
    hidden = [question for question in form.asking() if question.key not in seen]
    return Reading(
        {question.key: good[question.key] for question in visible if question.key in good},
        tuple(wrong for wrong in mistakes if wrong),
        tuple(question.key for question in hidden if _was_sent(question, sent)),
    )


def missing(question: FormField, value: Value | None) -> Wrong | None:
    """Return the mistake of a required field without its answer."""
    if not question.required or value not in (None, False):
        return None
    if question.type == FieldType.CONSENT:
        return Wrong(question.key, Mistake.CONSENT_MISSING)
    return Wrong(question.key, Mistake.MISSING) if value is None else None


def checked(form: Definition, kept: Any) -> Values:
    """Return kept answers, when they are exactly what `read` would have made.

    Errors: Bad with the first mistake: a field that there is not, one that is not shown, a value
    of another kind or spelling, a required answer that is missing.
    """
    if not isinstance(kept, dict):
        raise fields.Bad(Mistake.CHOICE_UNKNOWN)
    sent: dict[str, list[str]] = {}
    for key, value in kept.items():
        question = form.field(key)
        if question is None or not question.asks:
            raise fields.Bad(Mistake.CHOICE_UNKNOWN)
        sent |= fields.spell(question, value)
    reading = read(form, sent)
    for wrong in reading.wrong:
        raise fields.Bad(wrong.mistake, **wrong.facts)
    if not _same(reading.values, kept):
        raise fields.Bad(Mistake.CHOICE_UNKNOWN)
    return reading.values


def _same(values: Values, kept: dict[str, Any]) -> bool:
    """Compare kinds too: 1 is not True."""
    return values == kept and all(type(values[key]) is type(kept[key]) for key in kept)


def _was_sent(question: FormField, sent: fields.Sent) -> bool:
    return any(text.strip() for name in fields.names(question) for text in sent.get(name, ()))
