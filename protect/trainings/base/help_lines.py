"""Help lines printed on cards and school packs, below 112: national lines and the child line.
An overdue, expired or disputed number is left out, and an unchecked one is marked."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import phonenumbers
from django.conf import settings
from phonenumbers import NumberParseException, PhoneNumberFormat

from protect.directory import models, service_models
from protect.directory.enums import Fact, Freshness, PhoneKind, ServiceScope, TranslatableField
from protect.directory.fact_records.checks import fact_states_of_services
from protect.matching.services import store

CHILD_LINE = "116111"  # European number of child help lines, printed apart from the others
MAX_LINES_SHOWN = 4  # help lines on a card or in a school pack
CHECKED_STATES = frozenset({Freshness.FRESH, Freshness.DUE})  # UNVERIFIED: shown, with a mark
SHOWN_STATES = CHECKED_STATES | {Freshness.UNVERIFIED}


class HelpLine(NamedTuple):
    """A help line, and whether its number was checked. `source`: address of the page that states
    the number. `lang`: BCP 47, of the name. `href`: "" if the number must not be a link."""

    name: str
    number: str
    is_checked: bool
    source: str = ""
    lang: str = ""
    href: str = ""


def national_help_lines(country: str, tag: str, *, at: datetime) -> list[HelpLine]:
    """Return a country's help lines except the child line, the checked ones first, at most four.
    Names are in language `tag` if that translation was proofread, else in the line's own."""
    rows = models.Service.objects.published().for_public().filter(country=country)
    rows = rows.filter(scope=ServiceScope.NATIONAL, categories="helpline")
    lines = _help_lines(rows.exclude(phones__number=CHILD_LINE), tag, at)
    return sorted(lines, key=lambda line: not line.is_checked)[:MAX_LINES_SHOWN]


def find_child_help_line(country: str, tag: str, *, at: datetime) -> HelpLine | None:
    """Return a country's help line for children; None if the directory shows no number of it."""
    rows = models.Service.objects.published().for_public().filter(country=country)
    rows = rows.filter(phones__number=CHILD_LINE)
    return next(_help_lines(rows, tag, at, number=CHILD_LINE), None)


def format_number(number: str) -> str:
    """Return a number in international format; a short number in groups of three digits."""
    if not number.startswith("+"):
        return " ".join(number[at : at + 3] for at in range(0, len(number), 3))
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return number
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


def phone_href(number: str, freshness: Freshness) -> str:
    """Return the link of a checked number; "" for an unchecked one and in the demonstration."""
    return f"tel:{number}" if freshness in CHECKED_STATES and not settings.IS_DEMO else ""


def help_line_from_text(name: str, number: str) -> HelpLine:
    """Return an organisation's help line; its number, typed by its staff, counts as checked."""
    digits = "".join(character for character in number if character in "+0123456789")
    href = f"tel:{digits}" if digits and not settings.IS_DEMO else ""
    return HelpLine(name, number, is_checked=True, href=href)


def _help_lines(
    rows: service_models.ServiceQuerySet, tag: str, at: datetime, *, number: str = ""
) -> Iterator[HelpLine]:
    """Yield help lines of services whose phone may be shown; `number` replaces their number."""
    services = list(rows.prefetch_related("phones", "texts").order_by("short").distinct())
    standings = fact_states_of_services(services, at)
    for service in services:
        phones = [row.number for row in service.phones.all() if row.kind == PhoneKind.VOICE]
        fact = standings[service.pk].get(Fact.PHONE)
        if phones and fact and fact.state in SHOWN_STATES:
            shown = number or phones[0]
            is_checked, href = fact.state in CHECKED_STATES, phone_href(shown, fact.state)
            (name, lang), text = _localised_name(service, tag), format_number(shown)
            yield HelpLine(name, text, is_checked, service.source_url, lang, href)


def _localised_name(service: models.Service, tag: str) -> tuple[str, str]:
    """Return a service's name in a language, else its official name, else its working name, with
    the language of the name; "" = not known."""
    names = store.translations_of(service).get(TranslatableField.NAME, {})
    if tag in names:
        return names[tag], tag
    if service.official_name:
        return service.official_name, service.official_language_id or ""
    return service.name, service.text_language_id or ""
