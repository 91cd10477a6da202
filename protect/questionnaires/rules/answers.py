"""Sent data become answers, mistakes and dropped answers; answers are spelled as they were sent.
What is sent: lists of texts by name. The name is the field's key; where a field has several inputs
(places of a ranking, rows of a matrix), key, hyphen, option."""

import dataclasses
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from protect.questionnaires.enums import FieldType, Mistake
from protect.questionnaires.rules import conditions
from protect.questionnaires.schemas import Definition, FormField, Value, Values

type Sent = Mapping[str, Sequence[str]]

YES, NO = "yes", "no"
BREAKS = frozenset("\n\t")
COMMAS = str.maketrans({",": ".", "\N{ARABIC DECIMAL SEPARATOR}": "."})


class Bad(Exception):
    """An answer cannot be taken. `facts` fill the message that says how to mend it."""

    def __init__(self, mistake: Mistake, **facts: str | int) -> None:
        super().__init__(mistake)
        self.mistake, self.facts = mistake, facts


def read_field(field: FormField, sent: Sent) -> Value | None:
    """Return the answer to one field, None for no answer. Errors: Bad."""
    return TYPES[field.type][0](field, sent)


def spell(field: FormField, value: Value) -> dict[str, list[str]]:
    """Return an answer as a browser sends it, the reverse of `read_field`. Errors: Bad."""
    if type(value) not in TYPES[field.type][1]:
        raise Bad(Mistake.CHOICE_UNKNOWN)
    if isinstance(value, bool):
        no = {} if field.type == FieldType.CONSENT else {field.key: [NO]}
        return {field.key: [YES]} if value else no
    if isinstance(value, Mapping):
        return {f"{field.key}-{row}": [str(column)] for row, column in value.items()}
    if field.type == FieldType.RANKING and isinstance(value, list):
        return {f"{field.key}-{each}": [str(at)] for at, each in enumerate(value, 1)}
    return {field.key: [str(each) for each in value] if isinstance(value, list) else [str(value)]}


def names(field: FormField) -> list[str]:
    """Return the names of a field's inputs."""
    if field.type == FieldType.RANKING:
        return [f"{field.key}-{each}" for each in field.options]
    if field.type == FieldType.MATRIX:
        return [f"{field.key}-{each}" for each in field.rows]
    return [field.key] if field.asks else []


def _one(name: str, sent: Sent) -> str:
    texts = [each for each in sent.get(name, ()) if each.strip()]
    if len(texts) > 1:
        raise Bad(Mistake.CHOICE_TWICE)
    return unicodedata.normalize("NFC", texts[0].replace("\r\n", "\n")).strip() if texts else ""


def _text(field: FormField, sent: Sent) -> str | None:
    text = _one(field.key, sent)
    if field.type == FieldType.SHORT:
        text = " ".join(text.split())
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in BREAKS for c in text):
        raise Bad(Mistake.TEXT_UNREADABLE)
    if len(text) > field.longest:
        raise Bad(Mistake.TEXT_TOO_LONG, most=field.longest, long=len(text))
    return text or None


def _number(field: FormField, sent: Sent) -> int | str | None:
    text = _one(field.key, sent)
    if not text:
        return None
    try:
        amount = Decimal(text.translate(COMMAS))
    except InvalidOperation:
        raise Bad(Mistake.NUMBER_UNREADABLE) from None
    if not amount.is_finite() or len(text) > 20 or abs(amount) >= 10**15:
        raise Bad(Mistake.NUMBER_UNREADABLE)
    places = Decimal(1).scaleb(-field.decimals)
    if amount % places:
        raise Bad(Mistake.NUMBER_TOO_FINE, decimals=field.decimals)
    if field.least is not None and amount < field.least:
        raise Bad(Mistake.NUMBER_TOO_SMALL, least=field.least)
    if field.most is not None and amount > field.most:
        raise Bad(Mistake.NUMBER_TOO_LARGE, most=field.most)
    return str(amount.quantize(places) + 0) if field.decimals else int(amount)


def _date(field: FormField, sent: Sent) -> str | None:
    text = _one(field.key, sent)
    if not text:
        return None
    plain = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)
    try:
        day = date.fromisoformat(plain if len(plain) == len("2026-11-26") else "")
    except ValueError:
        raise Bad(Mistake.DATE_UNREADABLE) from None
    if field.first and day < field.first:
        raise Bad(Mistake.DATE_TOO_EARLY, first=field.first.isoformat())
    if field.last and day > field.last:
        raise Bad(Mistake.DATE_TOO_LATE, last=field.last.isoformat())
    return day.isoformat()


def _yes_no(field: FormField, sent: Sent) -> bool | None:
    text = _offered(_one(field.key, sent), (YES, NO))
    return text == YES if text else None


def _single(field: FormField, sent: Sent) -> str | None:
    return _offered(_one(field.key, sent), field.options) or None


def _multiple(field: FormField, sent: Sent) -> list[str] | None:
    chosen = {_offered(each.strip(), field.options) for each in sent.get(field.key, ())} - {""}
    if not chosen:
        return None
    if field.least is not None and len(chosen) < field.least:
        raise Bad(Mistake.CHOICES_TOO_FEW, least=field.least)
    if field.most is not None and len(chosen) > field.most:
        raise Bad(Mistake.CHOICES_TOO_MANY, most=field.most)
    return [each for each in field.options if each in chosen]


def _step(field: FormField, sent: Sent) -> int | None:
    steps = [str(each) for each in range(1, field.count_of_steps + 1)]
    text = _offered(_one(field.key, sent), steps)
    return int(text) if text else None


def _ranking(field: FormField, sent: Sent) -> list[str] | None:
    count = len(field.options)
    places = [str(each) for each in range(1, count + 1)]
    chosen = {each: _offered(_one(f"{field.key}-{each}", sent), places) for each in field.options}
    if not any(chosen.values()):
        return None
    if not all(chosen.values()):
        raise Bad(Mistake.PLACE_MISSING, most=count)
    if len(set(chosen.values())) < count:
        raise Bad(Mistake.PLACE_TWICE, most=count)
    return sorted(field.options, key=lambda each: int(chosen[each]))


def _matrix(field: FormField, sent: Sent) -> dict[str, str] | None:
    chosen = {row: _offered(_one(f"{field.key}-{row}", sent), field.options) for row in field.rows}
    if field.required and any(chosen.values()) and not all(chosen.values()):
        raise Bad(Mistake.ROW_MISSING, missing=sum(not each for each in chosen.values()))
    return {row: column for row, column in chosen.items() if column} or None


def _consent(field: FormField, sent: Sent) -> bool:
    return _offered(_one(field.key, sent), (YES,)) == YES


def _offered(text: str, options: Sequence[str]) -> str:
    if text and text not in options:
        raise Bad(Mistake.CHOICE_UNKNOWN)
    return text


# By type: what reads an answer, and what kinds of values it is kept as.
TYPES: dict[FieldType, tuple[Callable[[FormField, Sent], Value | None], tuple[type, ...]]] = {
    FieldType.SHORT: (_text, (str,)),
    FieldType.LONG: (_text, (str,)),
    FieldType.NUMBER: (_number, (int, str)),
    FieldType.DATE: (_date, (str,)),
    FieldType.YES_NO: (_yes_no, (bool,)),
    FieldType.SINGLE: (_single, (str,)),
    FieldType.MULTIPLE: (_multiple, (list,)),
    FieldType.SCALE: (_step, (int,)),
    FieldType.RATING: (_step, (int,)),
    FieldType.RANKING: (_ranking, (list,)),
    FieldType.MATRIX: (_matrix, (dict,)),
    FieldType.CONSENT: (_consent, (bool,)),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One mistake: at which field, and what its message says."""

    key: str
    mistake: Mistake
    facts: Mapping[str, str | int] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """Parsed answers. `dropped` are keys of fields that are not shown to this respondent."""

    values: Mapping[str, Value]
    wrong: tuple[Wrong, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        return not self.wrong


def read(form: Definition, sent: Sent) -> Reading:
    """Return answers, mistakes and what was dropped. Total: anything that is sent gives a reading.
    An answer that cannot be read is no answer to those who ask for it in a condition. What was
    answered although the field is not shown is dropped, right or wrong."""
    good: dict[str, Value] = {}
    bad: dict[str, Wrong] = {}
    for question in form.asking():
        try:
            value = read_field(question, sent)
        except Bad as error:
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


def checked(form: Definition, kept: object) -> Values:
    """Return kept answers, when they are exactly what `read` would have made.
    Errors: Bad with the first mistake: a field that there is not, one that is not shown, a value of
    another kind or spelling, a required answer that is missing."""
    if not isinstance(kept, dict):
        raise Bad(Mistake.CHOICE_UNKNOWN)
    sent: dict[str, list[str]] = {}
    for key, value in kept.items():
        question = form.field(key)
        if question is None or not question.asks:
            raise Bad(Mistake.CHOICE_UNKNOWN)
        sent |= spell(question, value)
    reading = read(form, sent)
    for wrong in reading.wrong:
        raise Bad(wrong.mistake, **wrong.facts)
    values = reading.values
    is_same = values == kept and all(type(values[key]) is type(kept[key]) for key in kept)
    if not is_same:  # in kind, too: 1 is not True
        raise Bad(Mistake.CHOICE_UNKNOWN)
    return values


def _was_sent(question: FormField, sent: Sent) -> bool:
    return any(text.strip() for name in names(question) for text in sent.get(name, ()))
