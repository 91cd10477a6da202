"""A pathway as nodes and arrows, drawn as SVG, and as a list that says the same. Both are made of
one `Chart`; a right-to-left page gets the mirrored drawing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import NamedTuple
from uuid import UUID

from protect.coordination.pathways.enums import Branch
from protect.coordination.pathways.live_services import ServiceWords
from protect.kernel.text import plain_isolated_name, xml_text

# Units of the drawing. A letter of its 14-unit type is about 7.2 wide; wide scripts get 9.
BOX_WIDTH, GAP, LANE_GAP, LINE, PADDING, INDENT, MARGIN = 216, 44, 28, 19, 10, 22, 4
MIDDLE = 18  # of a box with one line, where arrows begin and end
LETTERS, WIDE_LETTERS = 26, 21  # of a line
WIDE_TAGS = frozenset({"ar", "fa", "prs", "ps", "ur", "ckb", "el", "am", "ti"})
BLANK_IN_NUMBER = re.compile(r"(?<=\d) (?=\d)")


@dataclass(frozen=True, slots=True)
class Node:
    key: str
    label: str
    detail: str = ""  # a number, or why there is none
    is_service: bool = False


class Edge(NamedTuple):
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class ChartStep:
    node: Node
    before: str  # key of the part, or of the step before
    services: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """One part of a pathway: its node, and its steps in their order."""

    node: Node
    steps: tuple[ChartStep, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    start: Node
    lanes: tuple[Lane, ...]

    def nodes(self) -> Iterator[Node]:
        yield self.start
        for lane in self.lanes:
            yield lane.node
            for step in lane.steps:
                yield step.node
                yield from step.services

    def edges(self) -> Iterator[Edge]:
        """Yield the arrows: from the start to each part, to its first step, to the next step, and
        from each step to its services."""
        for lane in self.lanes:
            yield Edge(self.start.key, lane.node.key)
            for step in lane.steps:
                yield Edge(step.before, step.node.key)
                yield from (Edge(step.node.key, service.key) for service in step.services)


class Line(NamedTuple):
    """A line of a box. Its text is isolated: without, a number would be turned around in Arabic."""

    x: int
    y: int
    text: str
    is_strong: bool


@dataclass(frozen=True, slots=True)
class Box:
    node: Node
    x: int
    y: int
    width: int
    height: int
    lines: tuple[Line, ...]


class Arrow(NamedTuple):
    edge: Edge
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    direction: str  # ltr, rtl
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def build_chart(
    title: str,
    steps: Sequence[Mapping[str, object]],
    words: Mapping[UUID, ServiceWords],
    labels: Mapping[str, str],
) -> Chart:
    """Return the chart of an arrangement. `steps`: as an edition stores them; `labels`: the names
    of parts by code, and "step" with {number}, and "away" for a service that cannot be called."""
    lanes = []
    for branch in Branch:
        own = [step for step in steps if step["branch"] == branch]
        if own:
            parts = tuple(
                _chart_step(branch, number, step, words, labels)
                for number, step in enumerate(own, 1)
            )
            lanes.append(Lane(Node(f"part-{branch}", labels[branch]), parts))
    return Chart(Node("start", title), tuple(lanes))


def _chart_step(
    branch: str,
    number: int,
    step: Mapping[str, object],
    words: Mapping[UUID, ServiceWords],
    labels: Mapping[str, str],
) -> ChartStep:
    key = f"step-{branch}-{number}"
    services = [words[UUID(str(each))] for each in step["services"]]  # type: ignore[attr-defined]
    nodes = tuple(
        Node(f"{key}-{place}", each.name, _detail(each, labels), is_service=True)
        for place, each in enumerate(services, 1)
    )
    before = f"part-{branch}" if number == 1 else f"step-{branch}-{number - 1}"
    node = Node(key, labels["step"].format(number=number), str(step["note"]))
    return ChartStep(node, before, nodes)


def _detail(service: ServiceWords, labels: Mapping[str, str]) -> str:
    if not service.is_available:
        return labels["away"]
    number = next(iter(service.numbers), None)
    return number.text if number else service.email or service.where


def draw(chart: Chart, direction: str, tag: str) -> Drawing:
    """Return a chart with the place of each box and the path of each arrow, mirrored for `rtl`."""
    letters = WIDE_LETTERS if tag in WIDE_TAGS else LETTERS
    columns = 2 + max((len(lane.steps) for lane in chart.lanes), default=0)
    width = columns * BOX_WIDTH + (columns - 1) * GAP + 2 * MARGIN
    boxes, y = {"start": _box(chart.start, 0, MARGIN, letters)}, MARGIN
    for lane in chart.lanes:
        placed = list(_place_lane(lane, y, letters))
        boxes |= {box.node.key: box for box in placed}
        y = max(box.y + box.height for box in placed) + LANE_GAP
    height = max(box.y + box.height for box in boxes.values()) + MARGIN
    arrows = [Arrow(edge, _path(boxes, edge, width, direction)) for edge in chart.edges()]
    turned = [_turned(box, width) if direction == "rtl" else box for box in boxes.values()]
    return Drawing(width, height, direction, tuple(turned), tuple(arrows))


def _place_lane(lane: Lane, y: int, letters: int) -> Iterator[Box]:
    yield _box(lane.node, 1, y, letters)
    for column, step in enumerate(lane.steps, 2):
        head = _box(step.node, column, y, letters)
        yield head
        below = head.y + head.height + PADDING
        for service in step.services:
            box = _box(service, column, below, letters - 3, INDENT)
            yield box
            below = box.y + box.height + PADDING


def _box(node: Node, column: int, y: int, letters: int, indent: int = 0) -> Box:
    x, width = MARGIN + column * (BOX_WIDTH + GAP) + indent, BOX_WIDTH - indent
    texts = [(text, True) for text in _wrapped(node.label, letters)]
    texts += [(text, False) for text in _wrapped(node.detail, letters)]
    middle = x + width // 2
    lines = tuple(
        Line(middle, y + PADDING + 14 + LINE * place, plain_isolated_name(text), is_strong)
        for place, (text, is_strong) in enumerate(texts)
    )
    return Box(node, x, y, width, LINE * len(texts) + 2 * PADDING - 2, lines)


def _wrapped(text: str, letters: int) -> list[str]:
    """Return a text in lines; nothing of it is left out, and no number is divided."""
    unbroken = BLANK_IN_NUMBER.sub("\u00a0", xml_text(text))
    return wrap(unbroken, letters, break_on_hyphens=False) if text else []


def _turned(box: Box, width: int) -> Box:
    lines = tuple(line._replace(x=width - line.x) for line in box.lines)
    return Box(box.node, width - box.x - box.width, box.y, box.width, box.height, lines)


def _path(boxes: Mapping[str, Box], edge: Edge, width: int, direction: str) -> str:
    """Return the path of an arrow: level to the next column, or down and then to the side."""
    source, target = boxes[edge.source], boxes[edge.target]

    def at(x: int) -> int:
        return width - x if direction == "rtl" else x

    end_y = target.y + MIDDLE
    if target.node.is_service:
        trunk = source.x + INDENT // 2
        return f"M{at(trunk)} {source.y + source.height}V{end_y}H{at(target.x)}"
    start_x, start_y = source.x + source.width, source.y + MIDDLE
    trunk = start_x + GAP // 2
    return f"M{at(start_x)} {start_y}H{at(trunk)}V{end_y}H{at(target.x)}"
