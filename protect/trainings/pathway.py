"""Whom to call, for a card and a pack: national lines of the directory, the line for children.

112 stands first, always. A number that is overdue, expired or disputed gives way to it; one that
nobody has checked yet says so.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from protect.directory.enums import Fact, Freshness, PhoneKind, Scope
from protect.directory.models import Service
from protect.directory.queries import ServiceQuerySet
from protect.directory.standing import standings

CHILD_LINE = "116111"  # the European number: only where the directory knows that it works
SHOWN = 4  # lines
CHECKED = frozenset({Freshness.FRESH, Freshness.DUE})
TRUSTED = CHECKED | {Freshness.UNVERIFIED}


class Line(NamedTuple):
    """A line to call, and whether somebody has checked it. `source`: where we have it from."""

    name: str
    number: str
    is_checked: bool
    source: str


def lines_in(country: str, *, at: datetime) -> list[Line]:
    """Return lines for the whole country that everybody may call, the checked ones first."""
    rows = (
        Service.objects.published()
        .for_public()
        .filter(country=country, scope=Scope.NATIONAL, categories="helpline")
    )
    found = _lines(rows.exclude(phones__number=CHILD_LINE), at)
    return sorted(found, key=lambda line: not line.is_checked)[:SHOWN]


def child_line(country: str, *, at: datetime) -> Line | None:
    """Return the line for children of a country; None where the directory knows of none."""
    rows = (
        Service.objects.published().for_public().filter(country=country, phones__number=CHILD_LINE)
    )
    return next(iter(_lines(rows, at, number=CHILD_LINE)), None)


def written(number: str) -> str:
    """Return a number in groups, as somebody at home in its country writes it."""
    if not number.startswith("+"):
        return " ".join(number[at : at + 3] for at in range(0, len(number), 3))
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return number
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


def _lines(rows: ServiceQuerySet, at: datetime, *, number: str = "") -> list[Line]:
    services = list(rows.prefetch_related("phones").order_by("short").distinct())
    stand = standings(services, at)
    found = []
    for each in services:
        phones = [row.number for row in each.phones.all() if row.kind == PhoneKind.VOICE]
        fact = stand[each.pk].get(Fact.PHONE)
        if phones and fact and fact.state in TRUSTED:
            shown = written(number or phones[0])
            found.append(Line(each.name, shown, fact.state in CHECKED, each.source_url))
    return found
