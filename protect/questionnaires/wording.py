"""Sentences around a form's own texts: mistakes and how to correct them, hints, conditions."""

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _, ngettext

from protect.kernel.text import plain_isolated_name, plain_isolated_number
from protect.questionnaires.enums import FieldType, Mistake
from protect.questionnaires.rules.answers import FieldMistake
from protect.questionnaires.schemas import AnyOf, AtLeast, Condition, Equals, FormField, PlainValue
from protect.questionnaires.words import Form

EXAMPLE_DATE = plain_isolated_number("2026-11-26")  # Arabic text would reverse its digits
MISTAKE_MESSAGES: dict[Mistake, Promise] = {
    Mistake.MISSING: _("This question has no answer yet. Answer it."),
    Mistake.CONSENT_MISSING: _("This can only be sent if you agree. Tick the box."),
    Mistake.TEXT_UNREADABLE: _("The text contains characters that cannot be saved. Type it again."),
    Mistake.TEXT_TOO_LONG: _(  # For translators: {long} and {most} are numbers of characters
        "The text has {long} characters, but at most {most} are allowed. Shorten it."
    ),
    Mistake.NUMBER_UNREADABLE: _("This is not a number. Enter digits only, for example 12."),
    # Translators: {decimals} is how many digits may stand behind the comma; it may be 0.
    Mistake.NUMBER_TOO_FINE: _(
        "The number has too many decimal places. At most {decimals} are allowed. Round it."
    ),
    Mistake.NUMBER_TOO_SMALL: _("Enter a number of {least} or more."),
    Mistake.NUMBER_TOO_LARGE: _("Enter a number of {most} or less."),
    Mistake.DATE_UNREADABLE: _(  # For translators: {example} is 2026-11-26
        "This is not a date. Enter year, month and day, for example {example}."
    ),
    Mistake.DATE_TOO_EARLY: _("Choose {first} or a later day."),
    Mistake.DATE_TOO_LATE: _("Choose {last} or an earlier day."),
    Mistake.CHOICE_UNKNOWN: _("This is not one of the options. Choose again."),
    Mistake.CHOICE_TWICE: _("Only one answer is allowed. Keep one of them."),
    Mistake.CHOICES_TOO_FEW: _("Tick at least {least}."),
    Mistake.CHOICES_TOO_MANY: _("Tick at most {most}."),
    Mistake.PLACE_MISSING: _("Give each line a rank from 1 to {most}."),
    Mistake.PLACE_TWICE: _(
        "Two lines have the same rank. Give each line its own rank, from 1 to {most}."
    ),
    # Translators: {missing} is a number of lines.
    Mistake.ROW_MISSING: _("Number of lines without an answer: {missing}. Answer each line."),
}


def mistake_message(field_mistake: FieldMistake) -> str:
    facts = {name: plain_isolated_number(value) for name, value in field_mistake.facts.items()}
    return str(MISTAKE_MESSAGES[field_mistake.mistake]).format_map(
        {"example": EXAMPLE_DATE, **facts}
    )


def answer_hint(field: FormField) -> str:
    if field.type == FieldType.RANKING:
        return gettext("Give each line a rank: 1 comes first.")
    if field.type == FieldType.DATE:
        # Translators: {example} is 2026-11-26.
        return gettext("Year, month and day, for example {example}.").format(example=EXAMPLE_DATE)
    if field.type == FieldType.MULTIPLE and field.most is not None:
        text = ngettext("Tick %(count)d at most.", "Tick up to %(count)d.", field.most)
        return text % {"count": field.most}
    if field.type == FieldType.MULTIPLE:
        return gettext("Tick all that apply.")
    return gettext("Choose one.") if field.type == FieldType.SINGLE else ""


def yes_no(*, is_yes: bool) -> str:
    return gettext("Yes") if is_yes else gettext("No")


def condition_phrase(form: Form, condition: Condition) -> str:
    for comparison in (condition.equals, condition.any_of, condition.at_least):
        if comparison is not None:
            return _comparison_phrase(form, comparison)
    if condition.negated is not None:
        condition_text = condition_phrase(form, condition.negated)
        # Translators: {condition} is such as: “Did you use it?” is “Yes”.
        return gettext("not: {condition}").format(condition=condition_text)
    if condition.all_of:
        # Translators: joins conditions under which a question is asked; keep the blanks.
        return gettext(" and ").join(condition_phrase(form, part) for part in condition.all_of)
    # Translators: joins conditions or choices of which one is enough; keep the blanks.
    return gettext(" or ").join(condition_phrase(form, part) for part in condition.one_of or ())


def _comparison_phrase(form: Form, comparison: Equals | AnyOf | AtLeast) -> str:
    question = _quote(form.label(comparison.field))
    if isinstance(comparison, AtLeast):
        least = comparison.value
        # Translators: {question} is the text of a question in quotes, {least} a number.
        return gettext("{question}: {least} or more").format(question=question, least=least)
    expected_values = comparison.values if isinstance(comparison, AnyOf) else [comparison.value]
    labels = (_answer_label(form, comparison.field, value) for value in expected_values)
    answers = gettext(" or ").join(map(_quote, labels))
    # Translators: {question} is the text of a question, {answer} one or more of its choices.
    return gettext("{question}: {answer}").format(question=question, answer=answers)


def _quote(text: str) -> str:
    # Translators: the quotes of your language around a text.
    return gettext("“{text}”").format(text=plain_isolated_name(text))


def _answer_label(form: Form, key: str, value: PlainValue) -> str:
    if isinstance(value, bool):
        return yes_no(is_yes=value)
    text = form.optional_text(f"{key}.options.{value}")
    return text.text if text else str(value)
