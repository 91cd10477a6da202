"""Direction of text: numbers, addresses and foreign names must not turn around."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

LRI, PDI = "\u2066", "\u2069"  # left-to-right isolate … pop, for places that take no HTML


def isolated(value: object) -> SafeString:
    """Return a value in `<bdi>`, so that its own direction decides and its neighbours stay."""
    return format_html("<bdi>{}</bdi>", value)


def number(value: object) -> SafeString:
    """Return a number, a time or a telephone number, always read from left to right."""
    return format_html('<bdi dir="ltr">{}</bdi>', value)


def plain_number(value: object) -> str:
    """Return the same for plain text (command line, JSON, typst): isolated by characters."""
    return f"{LRI}{value}{PDI}"
