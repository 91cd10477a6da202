"""The picture of a pathway and its list say the same, for any pathway and in both directions."""

import re
from uuid import UUID, uuid4
from xml.etree import ElementTree as ET

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given, settings, strategies as st

from protect.coordination.pathways.enums import Branch
from protect.coordination.pathways.flow_charts import build_chart, draw
from protect.coordination.pathways.live_services import Number, ServiceWords
from protect.coordination.pathways.output_views import picture_context
from protect.directory.enums import PhoneKind

LABELS = {branch.value: f"Part {branch}" for branch in Branch}
LABELS |= {"step": "Step {number}", "away": "Not available now"}
ISOLATES = re.compile("[\\s\u2066-\u2069]")
SVG = "{http://www.w3.org/2000/svg}"
some_words = st.text("abcdefgh ()&<>'\"-ابتšđ", min_size=1, max_size=60)
# Also boxes of many lines, which examples seldom have by themselves.
long_words = st.lists(
    st.sampled_from(["shelter", "0800 123", "مركز الإيواء", "krizni"]), min_size=12
)
texts = some_words.map(str.strip).filter(bool) | long_words.map(" ".join)
keys = st.uuids()


def words(key: UUID, name: str, number: str) -> ServiceWords:
    numbers = (
        Number(number, number, PhoneKind.VOICE, is_free=False, is_checked=True, can_call=True),
    )
    return ServiceWords(
        *(key, name, "Demo", "Helpline"),
        is_available=number != "",
        is_for_professionals=False,
        numbers=numbers if number else (),
    )


@st.composite
def pathways(draw):
    """Return a title, steps as an edition stores them, and their services in words."""
    services = draw(
        st.dictionaries(
            keys, st.tuples(texts, st.sampled_from(["", "0800 123", "112"])), max_size=6
        )
    )
    known = {key: words(key, name, number) for key, (name, number) in services.items()}
    steps = st.fixed_dictionaries(
        {
            "branch": st.sampled_from(Branch.values),
            "note": st.just("") | texts,
            "services": st.lists(st.sampled_from(sorted(map(str, known)) or [""]), max_size=4)
            if known
            else st.just([]),
        }
    )
    return draw(texts), draw(st.lists(steps, max_size=8)), known


def parts_of(lines: list[tuple[str, bool]]) -> tuple[str, str]:
    """Return label and detail of a node from its lines; blanks between words do not count."""
    strong = " ".join(text for text, is_strong in lines if is_strong)
    other = " ".join(text for text, is_strong in lines if not is_strong)
    return ISOLATES.sub("", strong), ISOLATES.sub("", other)


def read_picture(svg: str) -> tuple[list[tuple[str, str, str]], set[tuple[str, str]]]:
    root = ET.fromstring(svg)
    nodes = []
    for group in root.iter(f"{SVG}g"):
        if "data-node" in group.attrib:
            lines = [
                (each.text or "", "font-weight" in each.attrib) for each in group.iter(f"{SVG}text")
            ]
            nodes.append((group.attrib["data-node"], *parts_of(lines)))
    arrows = {
        (path.attrib["data-from"], path.attrib["data-to"])
        for path in root.iter(f"{SVG}path")
        if "data-from" in path.attrib
    }
    return nodes, arrows


def read_list(html: str) -> tuple[list[tuple[str, str, str]], set[tuple[str, str]]]:
    root = ET.fromstring(f"<div>{html}</div>")
    nodes, arrows = [], set()
    for item in root.iter("li"):
        spans = {span.attrib["class"]: span.text or "" for span in item.findall("span")}
        lines = [(spans["pathway__node"], True), (spans.get("pathway__detail", ""), False)]
        nodes.append((item.attrib["data-node"], *parts_of(lines)))
        if "data-from" in item.attrib:
            arrows.add((item.attrib["data-from"], item.attrib["data-node"]))
    return nodes, arrows


@pytest.mark.parametrize("tag", ["en", "ar"])
@given(pathway=pathways())
@settings(max_examples=60, deadline=None)
def test_the_picture_and_its_list_have_the_same_nodes_and_arrows(tag, pathway):
    title, steps, known = pathway
    with translation.override(tag):
        context = picture_context(build_chart(title, steps, known, LABELS)) | {"is_file": True}
        picture = render_to_string("coordination/pathways/_picture.html", context)
        listed = render_to_string("coordination/pathways/_picture_list.html", context)

    nodes, arrows = read_picture(picture)
    assert (nodes, arrows) == read_list(listed)
    assert len(nodes) == len({key for key, _label, _detail in nodes})
    assert len(arrows) == len(nodes) - 1  # each node but the first has one arrow to it


@given(pathway=pathways())
@settings(max_examples=40, deadline=None)
def test_right_to_left_is_the_mirror_and_no_boxes_overlap(pathway):
    title, steps, known = pathway
    chart = build_chart(title, steps, known, LABELS)
    plain, mirrored = draw(chart, "ltr", "en"), draw(chart, "rtl", "en")

    for box, turned in zip(plain.boxes, mirrored.boxes, strict=True):
        assert box.x + box.width + turned.x == plain.width
        assert (box.y, box.height) == (turned.y, turned.height)
    for number, one in enumerate(plain.boxes):
        for other in plain.boxes[number + 1 :]:
            is_beside = one.x + one.width <= other.x or other.x + other.width <= one.x
            assert is_beside or one.y + one.height <= other.y or other.y + other.height <= one.y


def test_a_number_keeps_its_order_in_a_right_to_left_picture():
    key = uuid4()
    step = {"branch": "night", "note": "", "services": [str(key)]}
    chart = build_chart("Demo", [step], {key: words(key, "Demo line", "0800 123")}, LABELS)

    texts = [line.text for box in draw(chart, "rtl", "ar").boxes for line in box.lines]

    assert "\u20680800\u00a0123\u2069" in texts
    assert all(text.startswith("\u2068") and text.endswith("\u2069") for text in texts)


def test_a_control_character_in_a_note_does_not_break_the_picture():
    key = uuid4()
    step = {"branch": "night", "note": "Ring\x01twice\x1b", "services": [str(key)]}
    chart = build_chart("Demo", [step], {key: words(key, "Demo\x02line", "112")}, LABELS)
    with translation.override("en"):
        context = picture_context(chart) | {"is_file": True}
        nodes, _arrows = read_picture(
            render_to_string("coordination/pathways/_picture.html", context)
        )

    assert ("step-night-1", "Step1", "Ringtwice") in nodes
