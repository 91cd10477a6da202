"""Pages that are created at the desk."""

import pytest
from django.core.exceptions import PermissionDenied

from protect.content.enums import PageKind, SegmentKind
from protect.content.errors import ContentRefusal, TextsRefused
from protect.content.models import Page, Revision
from protect.content.new_pages import NewPage, create_page, split_body
from protect.kernel import clock
from tests.content.editing import member, texts_of

BODY = "# Where\n\nCall {emergency}  now.\n- One\n- Two\n{need:talk}"
NEW = NewPage("school-poster", PageKind.MATERIAL, "There is help", BODY)


def create(scope, new=NEW):
    return create_page(scope, new, at=clock.now())


def test_each_line_is_a_segment():
    assert list(split_body("Title", BODY)) == [
        ("title", SegmentKind.TITLE, "Title"),
        ("heading1", SegmentKind.HEADING, "Where"),
        ("text1", SegmentKind.PARAGRAPH, "Call {emergency} now."),
        ("item1", SegmentKind.ITEM, "One"),
        ("item2", SegmentKind.ITEM, "Two"),
        ("block1", SegmentKind.BLOCK, "{need:talk}"),
    ]


@pytest.mark.django_db
def test_a_campaigner_creates_a_page_of_materials():
    page = create(member("nela", "campaigner"))

    texts = texts_of(page)
    assert (texts.title, page.kind) == ("There is help", PageKind.MATERIAL)
    assert page.states.filter(language="fr").get().counts == {"missing": 5}


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["men", "queue", "first-hours"])
def test_a_code_that_is_taken_or_that_the_site_needs_is_refused(amal, code):
    with pytest.raises(ContentRefusal) as refused:
        create(amal, NEW._replace(code=code))

    assert refused.value.code == "content_code_taken"
    assert not Page.objects.filter(code="school-poster").exists()
    assert Revision.objects.exclude(author=None).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("Call {limit:nothing}.", "content_unknown_fact"),
        ("{facts:nothing}", "content_unknown_fact"),
        ("Call \u202e112.", "content_texts_refused"),
    ],
)
def test_texts_are_checked_as_those_of_other_pages(amal, body, code):
    with pytest.raises((ContentRefusal, TextsRefused)) as refused:
        create(amal, NEW._replace(body=body))

    assert refused.value.code == code
    assert not Page.objects.filter(code=NEW.code).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "kind"),
    [("campaigner", PageKind.PROGRAMME), ("translator", PageKind.MATERIAL)],
)
def test_who_may_not_write_such_pages_creates_none(role, kind):
    with pytest.raises(PermissionDenied):
        create(member("dana", role), NEW._replace(kind=kind))

    assert not Page.objects.filter(code=NEW.code).exists()
