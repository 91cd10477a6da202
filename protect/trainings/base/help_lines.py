"""Help lines on a card and in a pack: national lines of the directory, and the child line.
112 stands first, always. A number that is overdue, expired or disputed is replaced by it; an
unchecked number is marked as such."""

from datetime import datetime
from typing import NamedTuple

import phonenumbers
from django.conf import settings
from phonenumbers import NumberParseException, PhoneNumberFormat

from protect.directory import models, service_models
from protect.directory.enums import Fact, Freshness, PhoneKind, Scope, TextField
from protect.directory.fact_records.checks import standings
from protect.matching.services import store

CHILD_LINE = "116111"  # the European number: only where the directory knows that it works
SHOWN = 4  # lines
CHECKED = frozenset({Freshness.FRESH, Freshness.DUE})
TRUSTED = CHECKED | {Freshness.UNVERIFIED}


class Line(NamedTuple):
    """A help line, and whether its number was checked. `source`: where the number comes from.
    `lang`: of the name, BCP 47. `href`: "" where the number is no link."""

    name: str
    number: str
    is_checked: bool
    source: str = ""
    lang: str = ""
    href: str = ""


def lines_in(country: str, tag: str, *, at: datetime) -> list[Line]:
    """Return public lines for the whole country, the checked ones first.
    Names come in the reader's language where they are proofread, else in the line's own."""
    rows = models.Service.objects.published().for_public().filter(country=country)
    rows = rows.filter(scope=Scope.NATIONAL, categories="helpline")
    lines = _lines(rows.exclude(phones__number=CHILD_LINE), tag, at)
    return sorted(lines, key=lambda line: not line.is_checked)[:SHOWN]


def child_line(country: str, tag: str, *, at: datetime) -> Line | None:
    """Return the line for children of a country; None where the directory knows of none."""
    rows = models.Service.objects.published().for_public().filter(country=country)
    rows = rows.filter(phones__number=CHILD_LINE)
    return next(iter(_lines(rows, tag, at, number=CHILD_LINE)), None)


def written(number: str) -> str:
    """Return a number in groups, as its country writes it."""
    if not number.startswith("+"):
        return " ".join(number[at : at + 3] for at in range(0, len(number), 3))
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return number
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


def href_of(number: str, seen: Freshness) -> str:
    """Return the link of a number that was checked; "" for others, and in the demonstration."""
    return f"tel:{number}" if seen in CHECKED and not settings.IS_DEMO else ""


def typed_line(name: str, number: str) -> Line:
    """Return the line of an organisation whose number its own people typed."""
    dialled = "".join(each for each in number if each in "+0123456789")
    href = f"tel:{dialled}" if dialled and not settings.IS_DEMO else ""
    return Line(name, number, is_checked=True, href=href)


def _lines(
    rows: service_models.ServiceQuerySet, tag: str, at: datetime, *, number: str = ""
) -> list[Line]:
    services = list(rows.prefetch_related("phones", "texts").order_by("short").distinct())
    stand = standings(services, at)
    lines = []
    for each in services:
        phones = [row.number for row in each.phones.all() if row.kind == PhoneKind.VOICE]
        fact = stand[each.pk].get(Fact.PHONE)
        if phones and fact and fact.state in TRUSTED:
            called = number or phones[0]
            is_checked, href = fact.state in CHECKED, href_of(called, fact.state)
            name, lang = _name(each, tag)
            lines.append(Line(name, written(called), is_checked, each.source_url, lang, href))
    return lines


def _name(service: models.Service, tag: str) -> tuple[str, str]:
    """Return a service's name in a language, else its own name, with the language of the name."""
    names = store.translations_of(service).get(TextField.NAME, {})
    return (names[tag], tag) if tag in names else (service.name, service.text_language_id or "")
