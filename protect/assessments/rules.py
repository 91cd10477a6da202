"""Rules of forms: when a form is open, which test set is given, how paper answers are typed."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from protect.kernel.ids import to_western_digits
from protect.questionnaires.enums import SCALE_TYPES, FieldType, Mistake
from protect.questionnaires.rules.answers import NO, YES, AnswerError
from protect.questionnaires.schemas import FormField
from protect.trainings.base.enums import Phase
from protect.trainings.curricula.enums import SetOrder

DAYS_OPEN = timedelta(days=30)  # after the last session; not for pre-test and follow-up
NOON = 12  # o'clock; divides a day into two half days: see to_half_day

TEST_PHASES = frozenset({Phase.PRE, Phase.POST})
PAPER_PHASES = TEST_PHASES | {Phase.EVALUATION}  # phases whose paper forms staff type in

type SessionTimes = Sequence[tuple[datetime, datetime]]  # start and end of each session, in order
EMPTY_ROW_MARKS = {"-", "–", "0"}  # in a matrix: typed for a row without a cross
VERBATIM_TYPES = {FieldType.SHORT, FieldType.LONG, FieldType.NUMBER, FieldType.DATE}  # as typed
MAX_UNSEPARATED_BOXES = 9  # with at most so many boxes, “134” means boxes 1, 3 and 4


def is_open(phase: Phase, session_times: SessionTimes, at: datetime) -> bool:
    """Return whether a form takes answers at an instant. A pre-test does until the first session
    ends; post-test, evaluation and named assessment from the start of the last session until
    DAYS_OPEN after its end. A follow-up always does: its slips have their own expiry date."""
    if phase == Phase.FOLLOW_UP:
        return True
    if not session_times:
        return False
    if phase == Phase.PRE:
        return at < session_times[0][1]
    begins, ends = session_times[-1]
    return begins <= at < ends + DAYS_OPEN


def swaps_test_sets(order: SetOrder, phase: Phase, coin: int) -> bool:
    """Return whether a participant takes the two test sets in reverse order. `coin` is 0 or 1."""
    return order is SetOrder.HALVES and phase in TEST_PHASES and bool(coin % 2)


def to_half_day(at: datetime, zone: ZoneInfo) -> tuple[date, bool]:
    """Return the day of `at` and whether it is after noon, in `zone`. Errors: ValueError."""
    if at.tzinfo is None:
        raise ValueError("at must carry a time zone")
    local_time = at.astimezone(zone)
    return local_time.date(), local_time.hour >= NOON


def has_reached(points: Fraction | float, maximum: float, percent: int) -> bool:
    """Return whether points reach a percentage of the maximum. Rounding removes float noise."""
    return maximum > 0 and round(float(points) * 100 - percent * float(maximum), 9) >= 0


def box_numbers_to_post_data(question: FormField, typed: str) -> dict[str, list[str]]:
    """Return typed box numbers as the POST data that a browser would send; {} for an empty text.
    Shapes: the first box is 1. Multiple choice: “134”, from ten boxes on “1 3 12”. Ranking: the
    rank of each line, in the order of lines. Matrix: the column of each row, “-” for none.
    Errors: AnswerError, with the mistake."""
    text = to_western_digits(typed).strip()
    if not text:
        return {}
    if question.type in VERBATIM_TYPES:
        return {question.key: [text]}
    if question.type == FieldType.YES_NO:
        return {question.key: [_parse_box(text, [YES, NO])]}
    if question.type == FieldType.CONSENT:
        return {question.key: [_parse_box(text, [YES])]}
    if question.type in SCALE_TYPES:
        steps = [str(step) for step in range(1, question.level_count + 1)]
        return {question.key: [_parse_box(text, steps)]}
    if question.type == FieldType.SINGLE:
        return {question.key: [_parse_box(text, question.options)]}
    return _parse_several_boxes(question, text)


def _parse_several_boxes(question: FormField, text: str) -> dict[str, list[str]]:
    """Return option codes by name of the form's field; for a ranking, the ranks as typed."""
    boxes = len(question.options)
    parts = [part for part in re.split(r"[\s,;.]+", text) if part]
    if len(parts) == 1 and boxes <= MAX_UNSEPARATED_BOXES:
        parts = list(parts[0])
    if question.type == FieldType.MULTIPLE:
        return {question.key: [_parse_box(part, question.options) for part in parts]}
    inputs = question.options if question.type == FieldType.RANKING else question.rows
    if len(parts) > len(inputs):
        raise AnswerError(Mistake.CHOICES_TOO_MANY, most=len(inputs))
    if question.type == FieldType.RANKING:
        return {f"{question.key}-{line}": [part] for line, part in zip(inputs, parts, strict=False)}
    return {
        f"{question.key}-{line}": [_parse_box(part, question.options)]
        for line, part in zip(inputs, parts, strict=False)
        if part not in EMPTY_ROW_MARKS
    }


def _parse_box(text: str, option_codes: list[str]) -> str:
    """Return the code of the option in the box with this number. Errors: AnswerError."""
    if not text.isdecimal() or not 1 <= int(text) <= len(option_codes):
        raise AnswerError(Mistake.CHOICE_UNKNOWN)
    return option_codes[int(text) - 1]
