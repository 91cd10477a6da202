"""Kinds of fields and of forms."""

from enum import StrEnum


class FieldType(StrEnum):
    """Every kind of field there is. A new one is a row of `rules.answers` and of a template."""

    SHORT = "short"
    LONG = "long"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"
    RATING = "rating"
    RANKING = "ranking"
    MATRIX = "matrix"
    CONSENT = "consent"
    SECTION = "section"
    NOTE = "note"


class FormKind(StrEnum):
    """What a form is for: other packages choose among forms by it."""

    TEST = "test"
    ASSESSMENT = "assessment"
    EVALUATION = "evaluation"
    FOLLOW_UP = "follow_up"
    OTHER = "other"


class Partial(StrEnum):
    NONE = "none"  # all of them or nothing
    EACH = "each"  # right minus wrong choices, or right places


WORDS_ONLY = frozenset({FieldType.SECTION, FieldType.NOTE})  # they ask nothing
TEXTS = frozenset({FieldType.SHORT, FieldType.LONG})
STEPS = frozenset({FieldType.SCALE, FieldType.RATING})
CHOICES = frozenset({FieldType.SINGLE, FieldType.MULTIPLE, FieldType.RANKING, FieldType.MATRIX})
SCORABLE = CHOICES - {FieldType.MATRIX} | {FieldType.NUMBER, FieldType.YES_NO, FieldType.SCALE}


class Mistake(StrEnum):
    """What can be wrong with an answer. Stable for ever; docs/errors.md says what to do."""

    MISSING = "questionnaire_answer_missing"
    CONSENT_MISSING = "questionnaire_consent_missing"
    TEXT_UNREADABLE = "questionnaire_text_unreadable"
    TEXT_TOO_LONG = "questionnaire_text_too_long"
    NUMBER_UNREADABLE = "questionnaire_number_unreadable"
    NUMBER_TOO_FINE = "questionnaire_number_too_fine"
    NUMBER_TOO_SMALL = "questionnaire_number_too_small"
    NUMBER_TOO_LARGE = "questionnaire_number_too_large"
    DATE_UNREADABLE = "questionnaire_date_unreadable"
    DATE_TOO_EARLY = "questionnaire_date_too_early"
    DATE_TOO_LATE = "questionnaire_date_too_late"
    CHOICE_UNKNOWN = "questionnaire_choice_unknown"
    CHOICE_TWICE = "questionnaire_choice_twice"
    CHOICES_TOO_FEW = "questionnaire_choices_too_few"
    CHOICES_TOO_MANY = "questionnaire_choices_too_many"
    PLACE_MISSING = "questionnaire_place_missing"
    PLACE_TWICE = "questionnaire_place_twice"
    ROW_MISSING = "questionnaire_row_missing"
