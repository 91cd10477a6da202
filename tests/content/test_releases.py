"""Releases: what the public reads, and what a person who can write to the database cannot do."""

import pytest

from protect.content import released
from protect.content.drafts.page_files import load_pages, pages_of_kind
from protect.content.enums import PageKind
from protect.content.models import Page, Release, Revision, Segment, SegmentTranslation
from protect.content.texts.rules import text_digest
from protect.directory.models import DirectoryVersion
from protect.kernel import clock
from protect.reference import vocabulary
from protect.reference.catalogue import is_complete

pytestmark = pytest.mark.django_db


def revise(code, key, text, change):
    """Store a new revision of a page in which one text is another."""
    page = Page.objects.get(code=code)
    before = page.revisions.last()
    rows = [*before.segments.all()]
    after = Revision(page=page, number=before.number + 1, language_id="en", created_at=clock.now())
    for row in rows:
        row.pk, row._state.adding, row.revision, row.change = None, True, after, ""
        if row.key == key:
            row.text, row.digest, row.change = text, text_digest(text), change
    after.store([Segment(**values(row)) for row in rows])


def values(row):
    names = ("revision", "key", "position", "kind", "text", "digest", "change")
    return {name: getattr(row, name) for name in names}


def text_of(tag, code, key):
    page = released.pages_in(tag, PageKind.RIGHTS)[code]
    return next(each for each in page.segments if each.key == key)


def test_a_release_has_every_page_of_the_files(release):
    (made,) = release("en")

    for kind in PageKind:
        assert released.pages_in("en", kind).keys() == pages_of_kind(kind).keys()
    assert made.number == 1
    assert release("en") == []  # nothing has changed


def test_only_a_release_with_other_texts_renews_the_public_pages(release):
    """Each new version makes all servers draw all their pages again."""
    release("en", "fr")
    version = DirectoryVersion.objects.get().number

    assert release("en", "fr") == []
    assert DirectoryVersion.objects.get().number == version

    revise("men", "lead", "Men and boys are hurt, too.", "content")
    assert [each.language_id for each in release("en", "fr")] == ["en", "fr"]
    assert DirectoryVersion.objects.get().number == version + 1
    assert text_of("en", "men", "lead").text == "Men and boys are hurt, too."


def test_a_page_is_shown_only_where_its_kind_is_shown(release):
    Page.objects.filter(code="men").update(kind=PageKind.PROGRAMME)
    release("en")

    assert "men" not in released.pages_in("en", PageKind.RIGHTS)
    assert "men" in released.pages_in("en", PageKind.PROGRAMME)


def test_before_the_first_release_there_is_no_page():
    assert released.pages_in("en", PageKind.RIGHTS) == {}


def test_a_missing_translation_is_shown_in_the_language_that_replaces_it(release):
    SegmentTranslation.objects.filter(language="fr", page__code="men", key="title").delete()
    release("fr")

    title = text_of("fr", "men", "title")
    assert (title.language, title.text) == ("en", "Men and boys")
    assert text_of("fr", "men", "lead").language == "fr"


@pytest.mark.parametrize(
    ("change", "language", "is_dated"),
    [("cosmetic", "fr", True), ("content", "fr", True), ("safety", "en", False)],
)
def test_a_change_on_a_safety_page_reaches_every_language_with_the_next_release(
    release, change, language, is_dated
):
    release("en", "fr")
    revise("men", "lead", "Men and boys are hurt, too.", change)
    released.forget()
    assert text_of("fr", "men", "lead").language == "fr"  # until the release

    release("en", "fr")

    lead = text_of("fr", "men", "lead")
    assert (lead.language, bool(lead.dated)) == (language, is_dated)
    assert text_of("en", "men", "lead").text == "Men and boys are hurt, too."


def test_a_live_site_releases_no_text_that_was_not_reviewed(release, settings):
    settings.IS_DEMO = False
    release("en", "fr")

    assert released.pages_in("fr", PageKind.RIGHTS) == {}


def test_a_release_that_was_changed_in_the_database_is_not_shown(release):
    first, second = release("en")[0], None
    revise("men", "lead", "Men and boys are hurt, too.", "content")
    (second,) = release("en")
    pages = second.pages
    pages["men"]["segments"][1][2] = "Call 0900 000 000, they know what to do."
    Release.objects.filter(pk=second.pk).update(pages=pages)
    released.forget()

    assert text_of("en", "men", "lead").text == load_pages()["men"].segment[1].text
    Release.objects.filter(pk=first.pk).update(number=9)
    released.forget()
    assert released.pages_in("en", PageKind.RIGHTS) == {}


def test_a_release_of_another_language_cannot_be_put_in_its_place(release):
    french, english = release("fr", "en")
    Release.objects.filter(pk=english.pk).update(pages=french.pages, seal=french.seal)
    released.forget()

    assert released.pages_in("en", PageKind.RIGHTS) == {}


def test_a_page_is_read_once_for_each_version(release, django_assert_num_queries):
    release("en")
    released.pages_in("en", PageKind.RIGHTS)

    with django_assert_num_queries(0):
        released.pages_in("en", PageKind.RIGHTS)


@pytest.mark.parametrize("seal", ["\u00e9" * 64, "", "0" * 64])
def test_a_forged_release_is_skipped_whatever_its_seal(release, seal):
    (first,) = release("en")
    Release.objects.create(
        language_id="en", number=9, pages={"men": 1}, seal=seal, released_at=clock.now()
    )
    released.forget()

    assert released.read("en") == released.from_json(first.pages)


def test_the_date_of_a_text_is_a_sentence_in_each_language_of_the_public_site():
    tags = [tag for tag, row in vocabulary.languages().items() if row.state != "planned"]
    notes = {tag: released.dated_note("2026-12-01", tag) for tag in tags if is_complete(tag)}

    assert len(notes) > 30
    assert [tag for tag, note in notes.items() if note == "2026-12-01"] == []
    assert "As of" in notes["en"]
    assert "2026" in notes["fr"]


def test_without_a_translated_sentence_the_date_stands_alone():
    assert released.dated_note("2026-12-01", "wo") == "2026-12-01"
