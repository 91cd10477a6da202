"""Messages around a form's own texts: mistakes with their remedy, how to answer, conditions."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from protect.kernel.text import plain_name, plain_number
from protect.questionnaires.enums import FieldType, Mistake
from protect.questionnaires.rules.answers import Wrong
from protect.questionnaires.schemas import AnyOf, AtLeast, Condition, Equals, FormField, Plain
from protect.questionnaires.words import Form

EXAMPLE = plain_number("2026-11-26")  # digits and hyphens would turn round in Arabic
MISTAKES: dict[Mistake, Promise] = {
    Mistake.MISSING: gettext_lazy("This has no answer yet. Answer it."),
    Mistake.CONSENT_MISSING: gettext_lazy("This can only be sent if you agree. Tick the box."),
    Mistake.TEXT_UNREADABLE: gettext_lazy("It holds signs that cannot be kept. Type it anew."),
    # Translators: {long} and {most} are numbers of characters.
    Mistake.TEXT_TOO_LONG: gettext_lazy(
        "It has {long} characters, and there is room for {most}. Make it shorter."
    ),
    Mistake.NUMBER_UNREADABLE: gettext_lazy(
        "This is no number. Write digits only, for example 12."
    ),
    # Translators: {decimals} is how many digits may stand behind the comma; it may be 0.
    Mistake.NUMBER_TOO_FINE: gettext_lazy(
        "It has too many digits behind the comma: {decimals} at most. Round it."
    ),
    Mistake.NUMBER_TOO_SMALL: gettext_lazy("Write a number that is {least} or more."),
    Mistake.NUMBER_TOO_LARGE: gettext_lazy("Write a number that is {most} or less."),
    # Translators: {example} is 2026-11-26.
    Mistake.DATE_UNREADABLE: gettext_lazy(
        "This is no date. Write year, month and day, for example {example}."
    ),
    Mistake.DATE_TOO_EARLY: gettext_lazy("Choose {first} or a later day."),
    Mistake.DATE_TOO_LATE: gettext_lazy("Choose {last} or an earlier day."),
    Mistake.CHOICE_UNKNOWN: gettext_lazy("This is none of the choices. Choose again."),
    Mistake.CHOICE_TWICE: gettext_lazy("There is room for one answer. Keep one of them."),
    Mistake.CHOICES_TOO_FEW: gettext_lazy("Tick {least} or more."),
    Mistake.CHOICES_TOO_MANY: gettext_lazy("Tick {most} at most."),
    Mistake.PLACE_MISSING: gettext_lazy("Give each line a place, from 1 to {most}."),
    Mistake.PLACE_TWICE: gettext_lazy(
        "Two lines have the same place. Give each its own, from 1 to {most}."
    ),
    # Translators: {missing} is a number of lines.
    Mistake.ROW_MISSING: gettext_lazy("Lines without an answer: {missing}. Answer each line."),
}


def mistake(wrong: Wrong) -> str:
    facts = {name: plain_number(value) for name, value in wrong.facts.items()}
    return str(MISTAKES[wrong.mistake]).format_map({"example": EXAMPLE, **facts})


def how(field: FormField) -> str:
    if field.type == FieldType.RANKING:
        return _("Give each line a place: 1 comes first.")
    if field.type == FieldType.DATE:
        # Translators: {example} is 2026-11-26.
        return _("Year, month and day, for example {example}.").format(example=EXAMPLE)
    if field.type == FieldType.MULTIPLE and field.most is not None:
        text = ngettext("Tick %(count)d at most.", "Tick up to %(count)d.", field.most)
        return text % {"count": field.most}
    if field.type == FieldType.MULTIPLE:
        return _("Tick all that apply.")
    return _("Choose one.") if field.type == FieldType.SINGLE else ""


def yes_no(*, is_yes: bool) -> str:
    return _("Yes") if is_yes else _("No")


def when(form: Form, condition: Condition) -> str:
    for test in (condition.equals, condition.any_of, condition.at_least):
        if test is not None:
            return _compared(form, test)
    if condition.negated is not None:
        # Translators: {condition} is such as: “Did you use it?” is “Yes”.
        return _("not: {condition}").format(condition=when(form, condition.negated))
    if condition.all_of:
        # Translators: joins conditions that must all be met; keep the blanks.
        return _(" and ").join(when(form, each) for each in condition.all_of)
    # Translators: joins conditions or choices of which one is enough; keep the blanks.
    return _(" or ").join(when(form, each) for each in condition.one_of or ())


def _compared(form: Form, test: Equals | AnyOf | AtLeast) -> str:
    question = _quoted(form.label(test.field))
    if isinstance(test, AtLeast):
        # Translators: {question} is the text of a question in quotes, {least} a number.
        return _("{question}: {least} or more").format(question=question, least=test.value)
    wanted = test.values if isinstance(test, AnyOf) else [test.value]
    answers = _(" or ").join(_quoted(_answer(form, test.field, each)) for each in wanted)
    # Translators: {question} is the text of a question, {answer} one or more of its choices.
    return _("{question}: {answer}").format(question=question, answer=answers)


def _quoted(text: str) -> str:
    # Translators: the quotes of your language around a text.
    return _("“{text}”").format(text=plain_name(text))


def _answer(form: Form, key: str, value: Plain) -> str:
    if isinstance(value, bool):
        return yes_no(is_yes=value)
    text = form.optional_text(f"{key}.options.{value}")
    return text.text if text else str(value)
