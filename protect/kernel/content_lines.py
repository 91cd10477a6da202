"""Lines of calendars and cards: escaped, and folded to 75 octets (RFC 5545 §3.1, RFC 6350 §3.2)."""

from collections.abc import Iterator

WIDTH = 75  # octets of UTF-8
NEWLINE = "\r\n"
CONTROLS = frozenset(map(chr, [*range(9), *range(10, 32), 127]))  # all but the tab


def line(name: str, value: str) -> str:
    """Return a line with its end. `value` is escaped already where it is text."""
    return NEWLINE.join(_pieces(f"{name}:{_one_line(value)}")) + NEWLINE


def text(name: str, value: str) -> str:
    """Return a line with a text in it; nothing for a blank one."""
    return line(name, escaped(value)) if value else ""


def escaped(value: str) -> str:
    """Return a text as such a line holds it."""
    for char in "\\;,":
        value = value.replace(char, f"\\{char}")
    return "\\n".join(value.splitlines())


def quoted(value: str) -> str:
    """Return a text as a parameter holds it: in quotes, which it cannot hold itself (§3.2)."""
    return f'"{_one_line(value).replace(chr(34), chr(39))}"'


def _one_line(value: str) -> str:
    """Return a value without what could end its line and begin another."""
    return "".join(" " if char in CONTROLS else char for char in value)


def _pieces(whole: str) -> Iterator[str]:
    piece, octets = "", 0
    for char in whole:
        size = len(char.encode())
        if octets + size > WIDTH:
            yield piece
            piece, octets = " ", 1
        piece += char
        octets += size
    yield piece
