"""Whether answers are valid: what was sent becomes answers, mistakes and what was dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from protect.questionnaires.enums import FieldType, Mistake
from protect.questionnaires.rules import fields
from protect.questionnaires.rules.conditions import shown
from protect.questionnaires.rules.fields import Bad, Sent
from protect.questionnaires.schemas import Asked, Definition, Value, Values


@dataclass(frozen=True, slots=True)
class Wrong:
    """One mistake: at which field, and what its message says."""

    key: str
    mistake: Mistake
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was sent, understood. `dropped` are keys of fields that were not for this person."""

    values: Mapping[str, Value]
    wrong: tuple[Wrong, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        return not self.wrong


def read(form: Definition, sent: Sent) -> Reading:
    """Return answers, mistakes and what was dropped. Total: anything that is sent gives a reading.

    An answer that cannot be read is no answer to those who ask for it in a condition. What was
    answered although the field is not shown is dropped, right or wrong.
    """
    good: dict[str, Value] = {}
    bad: dict[str, Wrong] = {}
    for each in form.asking():
        try:
            value = fields.read(each, sent)
        except Bad as error:
            bad[each.key] = Wrong(each.key, error.mistake, error.facts)
        else:
            if value is not None:
                good[each.key] = value
    seen = shown(form, good)
    asked = [each for each in form.asking() if each.key in seen]
    found = [bad.get(each.key) or missing(each, good.get(each.key)) for each in asked]
    hidden = [each for each in form.asking() if each.key not in seen and _was_sent(each, sent)]
    return Reading(
        {each.key: good[each.key] for each in asked if each.key in good},
        tuple(wrong for wrong in found if wrong),
        tuple(each.key for each in hidden),
    )


def missing(asked: Asked, value: Value | None) -> Wrong | None:
    """Return the mistake of a required field without its answer."""
    if not asked.required or value not in (None, False):
        return None
    if asked.type == FieldType.CONSENT:
        return Wrong(asked.key, Mistake.CONSENT_MISSING)
    return Wrong(asked.key, Mistake.MISSING) if value is None else None


def checked(form: Definition, kept: Any) -> Values:
    """Return kept answers, when they are exactly what `read` would have made.

    Errors: Bad with the first mistake: a field that there is not, one that is not shown, a value
    of another kind or spelling, a required answer that is missing.
    """
    if not isinstance(kept, dict):
        raise Bad(Mistake.CHOICE_UNKNOWN)
    sent: dict[str, list[str]] = {}
    for key, value in kept.items():
        asked = form.field(key)
        if asked is None or not asked.asks:
            raise Bad(Mistake.CHOICE_UNKNOWN)
        sent |= fields.spell(asked, value)
    reading = read(form, sent)
    for wrong in reading.wrong:
        raise Bad(wrong.mistake, **wrong.facts)
    if not _same(reading.values, kept):
        raise Bad(Mistake.CHOICE_UNKNOWN)
    return reading.values


def _same(values: Values, kept: dict[str, Any]) -> bool:
    """Compare kinds too: 1 is not True."""
    return values == kept and all(type(values[key]) is type(kept[key]) for key in kept)


def _was_sent(asked: Asked, sent: Sent) -> bool:
    return any(text.strip() for name in fields.names(asked) for text in sent.get(name, ()))
