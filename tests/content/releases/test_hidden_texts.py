"""A preview says of a text that a condition hides it from other readers."""

import pytest
from django.template.loader import render_to_string

from protect.content import released
from protect.content.enums import PageKind, SegmentKind
from protect.content.released import ReleasedPage, ReleasedSegment
from protect.content.releases.preview import compare_pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
TITLE = ReleasedSegment("title", SegmentKind.TITLE, "Demo", "en")
LEAD = ReleasedSegment("lead", SegmentKind.PARAGRAPH, "Go to a doctor.", "en")
ONLY = ReleasedSegment("only-lead", SegmentKind.BLOCK, "{only:recent}", "en")


def demo_page(*segments):
    return {"demo": ReleasedPage("demo", PageKind.RIGHTS, (), (TITLE, *segments))}


def test_a_condition_before_a_text_is_said_beside_it(monkeypatch):
    monkeypatch.setattr(released, "read", lambda _tag: demo_page(LEAD))

    (page,) = compare_pages([], "en", demo_page(ONLY, LEAD)).pages

    (change,) = [each for each in page.texts if each.kind is SegmentKind.PARAGRAPH]
    assert (change.hidden_before, change.hidden) == ((), ("{only:recent}",))
    html = render_to_string("content/_text_change.html", {"change": change})
    assert "Hidden from other readers" in html
    assert "{only:recent}" in html


def test_a_text_without_a_condition_is_not_called_hidden(monkeypatch):
    monkeypatch.setattr(released, "read", lambda _tag: demo_page())

    (page,) = compare_pages([], "en", demo_page(LEAD)).pages

    assert [change.hidden for change in page.texts] == [()]
