"""Texts that are added to a page, and texts that are removed once others have read that."""

import pytest
from django.core.exceptions import PermissionDenied

from protect.audit.models import Entry
from protect.content.enums import PageKind, ReviewRole, SegmentKind
from protect.content.errors import ContentRefusal, PageChanged, TextsRefused
from protect.content.models import Page, PageState, Release, Revision
from protect.content.segments import actions
from protect.content.texts import composition
from protect.kernel import clock
from tests.content.editing import member, read_by_two, save, segment, texts_of, translate

pytestmark = pytest.mark.django_db
NEW = "You can bring a friend."


def add(scope, page, text=NEW, after="lead", kind=SegmentKind.PARAGRAPH):
    return actions.add_text(scope, page, after, kind, text, at=clock.now())


def remove(scope, page, key="lead"):
    actions.remove_text(scope, page, key, segment(page, key).digest, at=clock.now())


def agree(scope, page, role, key="lead", number=None):
    number = number or texts_of(page).removals[key].number
    return actions.review_removal(scope, page, key, number, ReviewRole(role), at=clock.now())


def composed(page, tag="fr"):
    pages = composition.compose_pages([texts_of(page)], tag)
    return {each.key: each for each in pages[page.code].segments} if pages else {}


def test_an_added_text_stands_after_the_chosen_one_and_is_not_translated(page, amal):
    before = PageState.objects.get(page=page, language="fr").counts

    new = add(amal, page)

    keys = [row.key for row in texts_of(page).segments]
    assert keys.index(new.key) == keys.index("lead") + 1
    assert PageState.objects.get(page=page, language="fr").counts == {**before, "missing": 1}
    assert Entry.objects.filter(action="content.revise").count() == 1
    shown = composed(page)[new.key]
    assert (shown.text, shown.language) == (NEW, "en")  # visible in another language


def test_on_a_live_site_the_page_stays_and_an_unread_added_text_waits(
    page, amal, bela, settings, release
):
    settings.IS_DEMO = False
    for row in texts_of(page).segments:
        if row.kind != SegmentKind.BLOCK:
            for scope, role in ((amal, "language"), (bela, "subject")):
                from tests.content.editing import read

                read(scope, page, role, "en", row.key)
    assert composed(page, "en")

    new = add(amal, page)

    assert new.key not in composed(page, "en")
    assert "lead" in composed(page, "en")


def test_two_added_texts_have_names_of_their_own(page, amal):
    assert add(amal, page).key != add(amal, page, "Another one.").key


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"text": "Call {nothing}."}, "content_unknown_fact"),
        ({"text": "Call \u202e112."}, "content_texts_refused"),
        ({"after": "gone"}, "content_changed"),
    ],
)
def test_what_cannot_be_added_changes_nothing(page, amal, changed, code):
    with pytest.raises((ContentRefusal, TextsRefused, PageChanged)) as refused:
        add(amal, page, **changed)

    assert refused.value.code == code
    assert Revision.objects.filter(page=page).count() == 1


def test_no_text_is_added_between_a_condition_and_its_text():
    for page in Page.objects.filter(kind=PageKind.SITE):
        places = {row.key for row in actions.places_of(texts_of(page))}
        assert not [
            row for row in texts_of(page).segments if "{only:" in row.text and row.key in places
        ]


def test_a_translator_adds_and_removes_nothing(page):
    tiba = member("tiba", "translator")
    with pytest.raises(PermissionDenied):
        add(tiba, page)
    with pytest.raises(PermissionDenied):
        remove(tiba, page)
    assert Revision.objects.filter(page=page).count() == 1


def test_a_text_is_removed_once_two_others_have_agreed(page, amal, bela):
    chidi = member("chidi")
    remove(amal, page)
    assert "lead" in composed(page)
    assert not agree(bela, page, "language")
    assert not agree(bela, page, "subject")  # the same person
    assert "lead" in composed(page)

    assert agree(chidi, page, "subject")

    assert "lead" not in composed(page)
    assert "lead" not in {row.key for row in texts_of(page).segments}
    assert composed(page)  # the page stays
    save(amal, page, "Men", key="title")
    assert "lead" not in composed(page)  # also in later revisions


def test_the_person_who_removes_a_text_does_not_agree(page, amal):
    remove(amal, page)

    with pytest.raises(ContentRefusal) as refused:
        agree(amal, page, "language")

    assert refused.value.code == "content_same_person"
    assert "lead" in composed(page)


def test_a_person_without_a_record_does_not_agree(page, amal):
    remove(amal, page)

    with pytest.raises(ContentRefusal) as refused:
        agree(member("dana", is_reader=False), page, "language")

    assert refused.value.code == "content_reader_not_native"


def test_a_removal_that_was_taken_back_needs_two_others_again(page, amal, bela):
    remove(amal, page)
    number = texts_of(page).removals["lead"].number
    agree(bela, page, "language")
    actions.keep_text(amal, page, "lead", segment(page).digest, at=clock.now())
    assert not texts_of(page).removals
    remove(amal, page)

    assert not agree(member("chidi"), page, "subject")
    assert "lead" in composed(page)
    with pytest.raises(PageChanged):
        agree(bela, page, "language", number=number)


def test_a_release_with_a_removed_text_does_not_come_back(page, amal, bela, release):
    release("fr")
    first = Release.objects.get()
    remove(amal, page)
    agree(bela, page, "language")
    agree(member("chidi"), page, "subject")

    assert composition.withdrawn_pages(
        [texts_of(page)],
        {code: each for code, each in _pages_of(first).items() if code == page.code},
    )


def _pages_of(release):
    from protect.content import released

    return released.from_json(release.pages)


@pytest.mark.parametrize("key", ["title"])
def test_a_title_is_not_removed(page, amal, key):
    with pytest.raises(ContentRefusal) as refused:
        remove(amal, page, key)

    assert refused.value.code == "content_text_needed"
    assert not texts_of(page).removals


def test_texts_of_urgent_pages_are_not_removed(amal):
    page = Page.objects.get(code="first-hours")
    row = next(row for row in texts_of(page).segments if row.kind in {"paragraph", "item", "call"})
    with pytest.raises(ContentRefusal):
        remove(amal, page, row.key)
    assert not texts_of(page).removals


def test_a_row_of_the_database_alone_removes_nothing(page, amal, bela):
    translate(amal, page)
    read_by_two(page, bela, member("chidi"))
    Revision.objects.get(page=page).segments.filter(key="lead").update(is_removed=True)

    assert "lead" in composed(page)


def test_a_condition_that_would_hide_the_next_text_is_not_added(page, amal):
    with pytest.raises(ContentRefusal) as refused:
        add(amal, page, "{only:may-be-pregnant}", kind=SegmentKind.BLOCK)

    assert refused.value.code == "content_condition_not_added"
    assert Revision.objects.filter(page=page).count() == 1


@pytest.mark.parametrize(
    "forge",
    [
        lambda revision: revision.segments.filter(key="lead").update(kind=SegmentKind.BLOCK),
        lambda revision: revision.segments.filter(key="lead").update(text="{only:men}"),
        lambda revision: Revision.objects.filter(pk=revision.pk).update(
            sources=[{"title": "Demo: call 0900 666"}]
        ),
    ],
    ids=["kind", "text", "sources"],
)
def test_a_forged_kind_text_or_source_breaks_the_seal_of_its_revision(page, forge):
    revision = texts_of(page).current
    assert revision.is_sealed()

    forge(revision)

    assert not Revision.objects.get(pk=revision.pk).is_sealed()
