"""The page “If it just happened”: what matters in the first hours after sexual violence."""

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from protect.findhelp.answers import country_lines
from protect.findhelp.answers.country_lines import CountryLines, Source, source_of
from protect.kernel.text import plain_isolated_number
from protect.reference import country_facts

# The sentences of `_urgent_sentences.html` that papers print, too.
# Translators: heading over four dangers; {number} is the emergency number.
AT_ONCE = _("Go to a hospital or call {number} at once if:")
# Translators: a danger: strangled or choked. It stands also alone behind the heading.
NECK = _("Your neck was pressed, even if you feel well now")
# Translators: after sexual violence; go to a hospital or centre. {hiv} is 72, {pill} is 120.
GO_NOW = _(
    "Go now. Medicine against HIV works only in the first {hiv} hours, "
    "a pill against pregnancy up to {pill} hours."
)
# Translators: care after sexual violence is never too late.
ANY_TIME = _("You can get medical care at any time, also weeks later.")
# Translators: the right to refuse an examination or a part of it; "they" is the hospital.
NO_TO_EXAMINATION = _(
    "You can say no to any examination. Ask first whether they must tell the police."
)


class Limit(NamedTuple):
    """The hours in which a treatment helps, and where they come from."""

    hours: int
    source: Source
    is_confirmed: bool


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
    hiv, contraception, examination = (_hours_limit(key, today) for key in country_facts.LIMIT_KEYS)
    lines = country_lines.lines_about_first_hours(country, today) if country else CountryLines()
    return FirstHours(hiv, contraception, examination, lines)


def urgent_hours() -> dict[str, int]:
    """Return the limits of the medicines, for the sentence that stands on results."""
    hiv, contraception, _examination = map(country_facts.limit, country_facts.LIMIT_KEYS)
    return {"hiv": int(hiv.value), "pill": int(contraception.value)}


def printed_sentences(number: str) -> tuple[str, ...]:
    """Return the most urgent sentences in the active language, as plain text for papers.
    `number`: of the emergency services."""
    hours = {key: plain_isolated_number(value) for key, value in urgent_hours().items()}
    return (
        f"{str(AT_ONCE).format(number=plain_isolated_number(number))} {NECK}",
        str(GO_NOW).format(**hours),
        str(ANY_TIME),
        str(NO_TO_EXAMINATION),
    )


def urgent_context(country: str | None, today: date) -> dict[str, object]:
    """Return what the template `_urgent_hours.html` needs."""
    lines = country_lines.lines_on_answers(country, today) if country else CountryLines()
    return {"urgent_hours": urgent_hours(), "urgent_lines": lines}


def _hours_limit(key: str, today: date) -> Limit:
    fact = country_facts.limit(key)
    return Limit(int(fact.value), source_of(fact, today), fact.is_confirmed)
