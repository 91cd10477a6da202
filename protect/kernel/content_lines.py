"""Content lines of iCalendar and vCard files, escaped and folded to 75 octets.
Source: RFC 5545 §3.1, RFC 6350 §3.2."""

from collections.abc import Iterator

MAX_LINE_OCTETS = 75  # octets of UTF-8
NEWLINE = "\r\n"
CONTROL_CHARACTERS = frozenset(map(chr, [*range(9), *range(10, 32), 127]))  # not the tab; blanked


def content_line(name: str, value: str) -> str:
    """Return one folded content line with its line end. A text `value` must be escaped before."""
    return NEWLINE.join(_fold_line(f"{name}:{_blank_control_characters(value)}")) + NEWLINE


def text_line(name: str, value: str) -> str:
    """Return the content line of a text value; an empty string for an empty value."""
    return content_line(name, escape_text(value)) if value else ""


def escape_text(value: str) -> str:
    """Return a text with backslash, semicolon, comma and line breaks escaped."""
    for char in "\\;,":
        value = value.replace(char, f"\\{char}")
    return "\\n".join(value.splitlines())


def quote_parameter(value: str) -> str:
    """Return a value in double quotes; a double quote inside becomes a single one (§3.2)."""
    return f'"{_blank_control_characters(value).replace(chr(34), chr(39))}"'


def _blank_control_characters(value: str) -> str:
    """Replace control characters by spaces, so that a value cannot start another line."""
    return "".join(" " if char in CONTROL_CHARACTERS else char for char in value)


def _fold_line(unfolded: str) -> Iterator[str]:
    piece, octets = "", 0
    for char in unfolded:
        size = len(char.encode())
        if octets + size > MAX_LINE_OCTETS:
            yield piece
            piece, octets = " ", 1
        piece += char
        octets += size
    yield piece
