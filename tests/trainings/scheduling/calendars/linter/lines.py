"""Parse bytes to lines and components, and report faults."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

WIDTH = 75  # octets
NAME = r"[A-Za-z0-9-]+"
WORDS = r'(?:"[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*)'
LINE = re.compile(rf"({NAME})((?:;{NAME}={WORDS}(?:,{WORDS})*)*):(.*)", re.DOTALL)
PARAMETER = re.compile(rf";({NAME})=({WORDS}(?:,{WORDS})*)")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Fault(NamedTuple):
    """A rule that is broken, and where: "line 4", "VEVENT 2 DTEND"."""

    rule: str
    at: str


class Line(NamedTuple):
    """A property."""

    name: str
    parameters: dict[str, str]
    value: str


@dataclass(slots=True)
class Component:
    """What stands between BEGIN and END."""

    name: str
    at: str
    lines: list[Line] = field(default_factory=list)
    children: "list[Component]" = field(default_factory=list)

    def all(self, name: str) -> list[Line]:
        """Return the properties of a name."""
        return [line for line in self.lines if line.name == name]

    def first(self, name: str) -> Line | None:
        """Return the first property of a name."""
        return next(iter(self.all(name)), None)

    def parts(self, *names: str) -> "list[Component]":
        """Return the components in it that have one of these names."""
        return [child for child in self.children if child.name in names]


def bytes_faults(document: bytes) -> Iterator[Fault]:
    """Yield what is wrong with the octets."""
    try:
        document.decode()
    except UnicodeDecodeError:
        yield Fault("encoding", "document")
    if not document.endswith(b"\r\n") or re.search(rb"\r(?!\n)|(?<!\r)\n", document):
        yield Fault("newline", "document")
    for number, line in enumerate(document.split(b"\r\n"), 1):
        if len(line) > WIDTH:
            yield Fault("width", f"line {number}")
        if line[:1] in (b" ", b"\t") and line[1:2] and 0x80 <= line[1] < 0xC0:
            yield Fault("fold", f"line {number}")
        if CONTROL.search(line.decode(errors="replace")):
            yield Fault("control", f"line {number}")


def read(document: bytes) -> tuple[Component, list[Fault]]:
    """Return a component that holds the calendars, and what could not be read."""
    faults: list[Fault] = []
    root = Component("", "document")
    open_ones = [root]
    for number, whole in _unfolded(document):
        line = _line(whole)
        if line is None:
            faults.append(Fault("syntax", f"line {number}"))
        elif line.name == "BEGIN":
            open_ones.append(_begun(open_ones[-1], line.value.upper()))
        elif line.name == "END":
            if len(open_ones) < 2 or open_ones[-1].name != line.value.upper():
                faults.append(Fault("nesting", f"line {number}"))
            else:
                open_ones.pop()
        else:
            open_ones[-1].lines.append(line)
    if len(open_ones) > 1 or root.lines or [child.name for child in root.children] != ["VCALENDAR"]:
        faults.append(Fault("nesting", "document"))
    return root, faults


def _unfolded(document: bytes) -> Iterator[tuple[int, str]]:
    """Yield whole lines, with the number of their first."""
    number = 1
    text = document.decode(errors="replace").replace("\r\n ", "\0").replace("\r\n\t", "\0")
    for line in text.removesuffix("\r\n").split("\r\n"):
        yield number, line.replace("\0", "")
        number += 1 + line.count("\0")


def _line(whole: str) -> Line | None:
    found = LINE.fullmatch(whole)
    if found is None:
        return None
    parameters = {name.upper(): value.strip('"') for name, value in PARAMETER.findall(found[2])}
    return Line(found[1].upper(), parameters, found[3])


def _begun(parent: Component, name: str) -> Component:
    count = len(parent.parts(name)) + 1
    made = Component(name, name if parent.name == "" else f"{name} {count}")
    parent.children.append(made)
    return made
