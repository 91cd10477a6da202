"""The page “If it just happened”: what matters in the first hours after sexual violence."""

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from protect.findhelp.answers import country_lines
from protect.findhelp.answers.country_lines import CountryLines, Source, source_of
from protect.kernel.text import plain_isolated_number
from protect.matching.questions import Question
from protect.reference import country_facts
from protect.reference.country_facts import LIMIT_KEYS

MALE = "m"  # a gender
# Sentences of `_urgent_sentences.html` and `_urgent_hours.html` that papers print, too.
# Translators: a danger: strangled or choked; {number} is the emergency number.
NECK = _(
    "If your neck was pressed, go to a hospital or call {number} at once, "
    "even if you feel well now."
)
# Translators: go to a hospital or a centre; the medicines and their hours follow.
GO_NOW = _("After rape, get medical care now.")
# Translators: {hours} is a number.
HIV = _("Medicine against HIV: within {hours} hours, best within one day")
# Translators: emergency contraception, after the violence; {hours} is a number.
PILL = _("A pill against pregnancy: within {hours} hours, the sooner the better")
# Source: World Health Organization, Clinical management of rape … survivors, 2020.
# Translators: care after sexual violence is never too late, and for what it is.
ANY_TIME = _(
    "Medical care helps at any time, also weeks later: "
    "with injuries, infections, a pregnancy or bad sleep."
)
# Translators: the right to refuse an examination or a part of it; "they" is the hospital.
NO_TO_EXAMINATION = _(
    "You can say no to any examination. Ask first whether they must tell the police."
)


class Limit(NamedTuple):
    """The hours in which a treatment helps, and where they come from."""

    hours: int
    source: Source
    is_confirmed: bool


class Urgency(NamedTuple):
    """The hours in which each medicine helps, and what follows from when it happened. Both are said
    until the longer limit has passed, so that a visitor reads whether it is too late."""

    hiv: int | None  # None: both have passed
    pill: int | None  # None: the same, or the person is a man
    is_late: bool  # whether the time of a medicine has passed
    is_long_ago: bool  # whether the time of every medicine has passed
    may_be_pregnant: bool = True


class FirstHours(NamedTuple):
    hiv: Limit
    contraception: Limit
    examination: Limit
    lines: CountryLines  # of the country

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return the sources of the limits and of the facts of the country, each once."""
        limits = (self.hiv.source, self.contraception.source, self.examination.source)
        return tuple(dict.fromkeys([*limits, *self.lines.sources]))


def first_hours(country: str | None, today: date) -> FirstHours:
    """Return the page of a country; None: only what holds everywhere. Errors: DataError."""
    hiv, contraception, examination = (_hours_limit(key, today) for key in LIMIT_KEYS)
    lines = country_lines.lines_about_first_hours(country, today) if country else CountryLines()
    return FirstHours(hiv, contraception, examination, lines)


def find_urgency(
    gender: str | None = None, hours_ago: int | None = None, *, may_be_trans: bool = False
) -> Urgency:
    """Return what can still help a person. `hours_ago`: since it happened; None: not known.
    `may_be_trans`: whether a man said LGBTQI+: he may become pregnant."""
    hiv, pill, _examination = (int(country_facts.limit(key).value) for key in LIMIT_KEYS)
    passed = hours_ago or 0
    is_long_ago, may_be_pregnant = passed > max(hiv, pill), gender != MALE or may_be_trans
    return Urgency(
        hiv=None if is_long_ago else hiv,
        pill=pill if may_be_pregnant and not is_long_ago else None,
        is_late=passed > min(hiv, pill),
        is_long_ago=is_long_ago,
        may_be_pregnant=may_be_pregnant,
    )


def urgency_of(question: Question | None) -> Urgency:
    """Return what can still help the person of a question; None: nothing was said."""
    if question is None:
        return find_urgency()
    person, hours_ago = question.person, question.hours_since_event
    may_be_trans = "lgbtqi" in (person.groups or ())
    return find_urgency(person.gender, hours_ago, may_be_trans=may_be_trans)


def printed_sentences(number: str) -> tuple[str, ...]:
    """Return the most urgent sentences in the active language, as plain text for papers.
    `number`: of the emergency services."""
    urgency = find_urgency()
    return (
        str(NECK).format(number=plain_isolated_number(number)),
        str(GO_NOW),
        str(HIV).format(hours=plain_isolated_number(urgency.hiv)),
        str(PILL).format(hours=plain_isolated_number(urgency.pill)),
        str(ANY_TIME),
        str(NO_TO_EXAMINATION),
    )


def urgent_context(
    country: str | None, today: date, urgency: Urgency | None = None
) -> dict[str, object]:
    """Return what the template `_urgent_hours.html` needs. `urgency`: None if the visitor said
    nothing."""
    lines = country_lines.lines_on_answers(country, today) if country else CountryLines()
    return {"urgency": urgency or find_urgency(), "urgent_lines": lines}


def _hours_limit(key: str, today: date) -> Limit:
    fact = country_facts.limit(key)
    return Limit(int(fact.value), source_of(fact, today), fact.is_confirmed)
