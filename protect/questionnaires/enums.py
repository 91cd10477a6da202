from enum import StrEnum


class FieldType(StrEnum):
    """Types of form fields. Add a new one to `ANSWER_TYPES`, `WIDGETS` and `_paper_part.html`."""

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
    """The use of a form, by which other packages choose among forms."""

    TEST = "test"
    ASSESSMENT = "assessment"
    EVALUATION = "evaluation"
    FOLLOW_UP = "follow_up"
    MAPPING = "mapping"  # an interview or focus group about needs
    OTHER = "other"


class PartialScoring(StrEnum):
    NONE = "none"  # full points or none
    EACH = "each"  # points for right minus wrong choices, or for each right rank


TYPES_WITHOUT_ANSWER = frozenset({FieldType.SECTION, FieldType.NOTE})  # they take no answer
FREE_TEXT_TYPES = frozenset({FieldType.SHORT, FieldType.LONG})
SCALE_TYPES = frozenset({FieldType.SCALE, FieldType.RATING})
CHOICE_TYPES = {FieldType.SINGLE, FieldType.MULTIPLE, FieldType.RANKING, FieldType.MATRIX}
SCORABLE_TYPES = CHOICE_TYPES | {FieldType.NUMBER, FieldType.YES_NO, FieldType.SCALE}
SCORABLE_TYPES -= {FieldType.MATRIX}


class Mistake(StrEnum):
    """The mistakes that an answer can have. Codes never change; docs/errors.md says what to do."""

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
