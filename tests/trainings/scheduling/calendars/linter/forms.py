"""Check the format of property values, except times."""

import re
from collections.abc import Iterator

from tests.trainings.scheduling.calendars.linter.lines import Component, Fault, Line

VALUES = {
    "STATUS": ("status", r"TENTATIVE|CONFIRMED|CANCELLED"),
    "CLASS": ("class", r"PUBLIC|PRIVATE|CONFIDENTIAL"),
    "TRANSP": ("transp", r"OPAQUE|TRANSPARENT"),
    "SEQUENCE": ("sequence", r"\d{1,9}"),
    "URL": ("uri", r"[A-Za-z][A-Za-z0-9+.-]*:\S+"),
    "ORGANIZER": ("organizer", r"[A-Za-z][A-Za-z0-9+.-]*:\S+"),
    "X-PUBLISHED-TTL": ("refresh", r"P(?:\d+[WD]|(?:\d+D)?T(?:\d+H)?(?:\d+M)?(?:\d+S)?)(?<!T)"),
}
REFRESH = VALUES["X-PUBLISHED-TTL"][1]
TEXTS = frozenset(
    {"COMMENT", "DESCRIPTION", "LOCATION", "NAME", "PRODID", "SUMMARY", "TZNAME", "UID"}
    | {"X-WR-CALDESC", "X-WR-CALNAME"}
)
TEXT = r"(?:[^\\;,]|\\[\\;,nN])*"


def faults(component: Component) -> Iterator[Fault]:
    """Yield the properties of a component, and of those in it, whose value has another form."""
    for line in component.lines:
        if rule := _broken(line):
            yield Fault(rule, f"{component.at} {line.name}")
    for child in component.children:
        yield from faults(child)


def _broken(line: Line) -> str:
    if line.name == "REFRESH-INTERVAL":
        is_said = line.parameters.get("VALUE", "").upper() == "DURATION"
        return "" if is_said and re.fullmatch(REFRESH, line.value) else "refresh"
    if line.name in TEXTS:
        return "" if re.fullmatch(TEXT, line.value) else "text"
    rule, form = VALUES.get(line.name, ("", ""))
    return "" if not rule or re.fullmatch(form, line.value) else rule
