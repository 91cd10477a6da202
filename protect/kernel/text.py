"""Foreign text on our pages: its direction is isolated, and one line stays one line."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

# Left-to-right isolate, isolate by its own direction, and their end: where no HTML can stand.
LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"


def isolated(value: object) -> SafeString:
    """Return a value in `<bdi>`, so that its own direction decides and its neighbours stay."""
    return format_html("<bdi>{}</bdi>", value)


def number(value: object) -> SafeString:
    """Return a number, a time or a telephone number, always read from left to right."""
    return format_html('<bdi dir="ltr">{}</bdi>', value)


def apart(value: object, part: str) -> SafeString:
    """Return a text in which a part of an address is read from left to right."""
    before, middle, after = str(value).partition(part)
    return format_html("{}{}{}", before, number(middle) if middle else "", after)


def plain_number(value: object) -> str:
    """Return the same for plain text (command line, JSON, typst): isolated by characters."""
    return f"{LRI}{value}{PDI}"


def plain_name(value: object) -> str:
    """Return a name for plain text and titles: its own direction decides, its neighbours stay."""
    return f"{FSI}{value}{PDI}"


def one_line(value: str) -> str:
    """Return a text in one line, without invisible characters: it can forge no other."""
    return " ".join("".join(char if char.isprintable() else " " for char in value).split())
