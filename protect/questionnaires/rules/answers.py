"""Parse sent data into answers, mistakes and dropped answers, and write answers as sent data. Sent
data are lists of texts by name. The name is the key of the field; where a field has several inputs
(ranks of a ranking, rows of a matrix), it is key, hyphen, option."""

import dataclasses
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from protect.questionnaires.enums import FieldType, Mistake
from protect.questionnaires.rules import conditions
from protect.questionnaires.schemas import Definition, FormField, Value, Values

type PostData = Mapping[str, Sequence[str]]
type Parser = Callable[[FormField, PostData], Value | None]

YES, NO = "yes", "no"  # as a browser sends them, for a question or a consent
ALLOWED_CONTROLS = frozenset("\n\t")  # control characters in a text
DECIMAL_COMMAS = str.maketrans({",": ".", "\N{ARABIC DECIMAL SEPARATOR}": "."})  # to points


class AnswerError(Exception):
    """An answer is not accepted. `facts` fill the message that says how to correct it."""

    def __init__(self, mistake: Mistake, **facts: str | int) -> None:
        super().__init__(mistake)
        self.mistake, self.facts = mistake, facts


def parse_field(field: FormField, post_data: PostData) -> Value | None:
    """Return a field's answer; None if unanswered (a consent: False). Errors: AnswerError."""
    return ANSWER_TYPES[field.type][0](field, post_data)


def answer_to_post_data(field: FormField, value: Value) -> dict[str, list[str]]:
    """Return an answer as a browser sends it, the reverse of `parse_field`. Errors: AnswerError."""
    if type(value) not in ANSWER_TYPES[field.type][1]:
        raise AnswerError(Mistake.CHOICE_UNKNOWN)
    if isinstance(value, bool):
        no = {} if field.type == FieldType.CONSENT else {field.key: [NO]}
        return {field.key: [YES]} if value else no
    if isinstance(value, Mapping):
        return {f"{field.key}-{row}": [str(column)] for row, column in value.items()}
    if field.type == FieldType.RANKING and isinstance(value, list):
        return {f"{field.key}-{option}": [str(at)] for at, option in enumerate(value, 1)}
    return {field.key: [str(item) for item in value] if isinstance(value, list) else [str(value)]}


def input_names(field: FormField) -> list[str]:
    """Return the names of a field's inputs in sent data."""
    if field.type == FieldType.RANKING:
        return [f"{field.key}-{option}" for option in field.options]
    if field.type == FieldType.MATRIX:
        return [f"{field.key}-{row}" for row in field.rows]
    return [field.key] if field.is_question else []


def _single_text(name: str, post_data: PostData) -> str:
    """Return the one text sent as `name`, "" without a text. Errors: AnswerError for several."""
    texts = [text for text in post_data.get(name, ()) if text.strip()]
    if len(texts) > 1:
        raise AnswerError(Mistake.CHOICE_TWICE)
    return unicodedata.normalize("NFC", texts[0].replace("\r\n", "\n")).strip() if texts else ""


def _parse_text(field: FormField, post_data: PostData) -> str | None:
    text = _single_text(field.key, post_data)
    if field.type == FieldType.SHORT:
        text = " ".join(text.split())
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in ALLOWED_CONTROLS for c in text):
        raise AnswerError(Mistake.TEXT_UNREADABLE)
    if len(text) > field.max_length:
        raise AnswerError(Mistake.TEXT_TOO_LONG, most=field.max_length, long=len(text))
    return text or None


def _parse_number(field: FormField, post_data: PostData) -> int | str | None:
    """Return an int, or text if the field has decimals; None if blank. Errors: AnswerError."""
    text = _single_text(field.key, post_data)
    if not text:
        return None
    try:
        amount = Decimal(text.translate(DECIMAL_COMMAS))
    except InvalidOperation:
        raise AnswerError(Mistake.NUMBER_UNREADABLE) from None
    if not amount.is_finite() or len(text) > 20 or abs(amount) >= 10**15:
        raise AnswerError(Mistake.NUMBER_UNREADABLE)
    smallest_unit = Decimal(1).scaleb(-field.decimals)
    if amount % smallest_unit:
        raise AnswerError(Mistake.NUMBER_TOO_FINE, decimals=field.decimals)
    if field.least is not None and amount < field.least:
        raise AnswerError(Mistake.NUMBER_TOO_SMALL, least=field.least)
    if field.most is not None and amount > field.most:
        raise AnswerError(Mistake.NUMBER_TOO_LARGE, most=field.most)
    return str(amount.quantize(smallest_unit) + 0) if field.decimals else int(amount)


def _parse_date(field: FormField, post_data: PostData) -> str | None:
    text = _single_text(field.key, post_data)
    if not text:
        return None
    ascii_digits = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)
    try:
        day = date.fromisoformat(ascii_digits if len(ascii_digits) == len("2026-11-26") else "")
    except ValueError:
        raise AnswerError(Mistake.DATE_UNREADABLE) from None
    if field.first and day < field.first:
        raise AnswerError(Mistake.DATE_TOO_EARLY, first=field.first.isoformat())
    if field.last and day > field.last:
        raise AnswerError(Mistake.DATE_TOO_LATE, last=field.last.isoformat())
    return day.isoformat()


def _parse_yes_no(field: FormField, post_data: PostData) -> bool | None:
    text = _parse_option(field.key, post_data, (YES, NO))
    return text == YES if text else None


def _parse_single_choice(field: FormField, post_data: PostData) -> str | None:
    return _parse_option(field.key, post_data, field.options) or None


def _parse_multiple(field: FormField, post_data: PostData) -> list[str] | None:
    chosen = {text.strip() for text in post_data.get(field.key, ())} - {""}
    if not chosen <= {*field.options}:
        raise AnswerError(Mistake.CHOICE_UNKNOWN)
    if not chosen:
        return None
    if field.least is not None and len(chosen) < field.least:
        raise AnswerError(Mistake.CHOICES_TOO_FEW, least=field.least)
    if field.most is not None and len(chosen) > field.most:
        raise AnswerError(Mistake.CHOICES_TOO_MANY, most=field.most)
    return [option for option in field.options if option in chosen]


def _parse_level(field: FormField, post_data: PostData) -> int | None:
    steps = [str(level) for level in range(1, field.level_count + 1)]
    text = _parse_option(field.key, post_data, steps)
    return int(text) if text else None


def _parse_ranking(field: FormField, post_data: PostData) -> list[str] | None:
    key, count = field.key, len(field.options)
    ranks = [str(rank) for rank in range(1, count + 1)]
    chosen = {code: _parse_option(f"{key}-{code}", post_data, ranks) for code in field.options}
    if not any(chosen.values()):
        return None
    if not all(chosen.values()):
        raise AnswerError(Mistake.PLACE_MISSING, most=count)
    if len(set(chosen.values())) < count:
        raise AnswerError(Mistake.PLACE_TWICE, most=count)
    return sorted(field.options, key=lambda option: int(chosen[option]))


def _parse_matrix(field: FormField, post_data: PostData) -> dict[str, str] | None:
    """Return column by row; rows may be missing unless the field is required."""
    key, columns = field.key, field.options
    chosen = {row: _parse_option(f"{key}-{row}", post_data, columns) for row in field.rows}
    if field.required and any(chosen.values()) and not all(chosen.values()):
        raise AnswerError(
            Mistake.ROW_MISSING, missing=sum(not column for column in chosen.values())
        )
    return {row: column for row, column in chosen.items() if column} or None


def _parse_consent(field: FormField, post_data: PostData) -> bool:
    return _parse_option(field.key, post_data, (YES,)) == YES


def _parse_option(name: str, post_data: PostData, options: Sequence[str]) -> str:
    text = _single_text(name, post_data)
    if text and text not in options:
        raise AnswerError(Mistake.CHOICE_UNKNOWN)
    return text


# By field type: the function that parses an answer, and the Python types of its stored value.
ANSWER_TYPES: dict[FieldType, tuple[Parser, tuple[type, ...]]] = {
    FieldType.SHORT: (_parse_text, (str,)),
    FieldType.LONG: (_parse_text, (str,)),
    FieldType.NUMBER: (_parse_number, (int, str)),
    FieldType.DATE: (_parse_date, (str,)),
    FieldType.YES_NO: (_parse_yes_no, (bool,)),
    FieldType.SINGLE: (_parse_single_choice, (str,)),
    FieldType.MULTIPLE: (_parse_multiple, (list,)),
    FieldType.SCALE: (_parse_level, (int,)),
    FieldType.RATING: (_parse_level, (int,)),
    FieldType.RANKING: (_parse_ranking, (list,)),
    FieldType.MATRIX: (_parse_matrix, (dict,)),
    FieldType.CONSENT: (_parse_consent, (bool,)),
}


@dataclass(frozen=True, slots=True)
class FieldMistake:
    """A mistake at one field. `facts` fill its message."""

    key: str
    mistake: Mistake
    facts: Mapping[str, str | int] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """Parsed answers. `dropped` are the keys of answered fields that are hidden."""

    values: Mapping[str, Value]
    mistakes: tuple[FieldMistake, ...] = ()
    dropped: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        return not self.mistakes


def parse_answers(form: Definition, post_data: PostData) -> Reading:
    """Parse sent data into answers, mistakes and dropped answers; it never fails. For conditions,
    an answer with a mistake counts as no answer. Answers to hidden fields are dropped."""
    valid: dict[str, Value] = {}
    invalid: dict[str, FieldMistake] = {}
    for question in form.questions():
        try:
            value = parse_field(question, post_data)
        except AnswerError as error:
            invalid[question.key] = FieldMistake(question.key, error.mistake, error.facts)
        else:
            if value is not None:
                valid[question.key] = value
    shown_keys = conditions.find_shown_keys(form, valid)
    visible = [question for question in form.questions() if question.key in shown_keys]
    mistakes = [invalid.get(q.key) or find_missing_answer(q, valid.get(q.key)) for q in visible]
    hidden = [question for question in form.questions() if question.key not in shown_keys]
    return Reading(
        {question.key: valid[question.key] for question in visible if question.key in valid},
        tuple(mistake for mistake in mistakes if mistake),
        tuple(question.key for question in hidden if _was_answered(question, post_data)),
    )


def find_missing_answer(question: FormField, value: Value | None) -> FieldMistake | None:
    """Return the mistake of a required field that has no answer; None without a mistake."""
    if not question.required or value not in (None, False):
        return None
    if question.type == FieldType.CONSENT:
        return FieldMistake(question.key, Mistake.CONSENT_MISSING)
    return FieldMistake(question.key, Mistake.MISSING) if value is None else None


def validate_stored_answers(form: Definition, stored: object) -> Values:
    """Return stored answers if they are exactly what `parse_answers` would return.
    Errors: AnswerError: an unknown or hidden field, another type or spelling, a missing answer."""
    if not isinstance(stored, dict):
        raise AnswerError(Mistake.CHOICE_UNKNOWN)
    post_data: dict[str, list[str]] = {}
    for key, value in stored.items():
        question = form.field(key)
        if question is None or not question.is_question:
            raise AnswerError(Mistake.CHOICE_UNKNOWN)
        post_data |= answer_to_post_data(question, value)
    reading = parse_answers(form, post_data)
    for field_mistake in reading.mistakes:
        raise AnswerError(field_mistake.mistake, **field_mistake.facts)
    values = reading.values
    is_same = values == stored and all(type(values[key]) is type(stored[key]) for key in stored)
    if not is_same:  # in type, too: 1 is not True
        raise AnswerError(Mistake.CHOICE_UNKNOWN)
    return values


def _was_answered(question: FormField, post_data: PostData) -> bool:
    return any(text.strip() for name in input_names(question) for text in post_data.get(name, ()))
