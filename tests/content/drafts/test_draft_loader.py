"""Loading the pages of the data files beside what people wrote."""

import pytest

from protect.content.drafts import draft_loader, page_files
from protect.content.drafts.page_files import PageRow, TranslationRow, source_part
from protect.content.models import Page, PageState, Revision, Segment, SegmentTranslation
from protect.kernel import clock
from protect.orgs.models import User

pytestmark = pytest.mark.django_db
MEN = "men"
TEXTS = {"title": "Men", "call": "Call {emergency}."}


def page_row(texts=TEXTS, *, is_safety=True, **change):
    kinds = {"title": "title"}
    segments = [
        {"key": key, "kind": kinds.get(key, "item"), "text": text, "change": change.get(key)}
        for key, text in texts.items()
    ]
    return PageRow(code=MEN, is_safety=is_safety, sources=("Demo, 2026",), segment=segments)


@pytest.fixture
def files(monkeypatch):
    """Pages and translations that a test changes."""
    pages, translations = {MEN: page_row()}, {}
    monkeypatch.setattr(page_files, "load_pages", lambda: pages)
    monkeypatch.setattr(page_files, "load_translations", lambda: translations)
    for model in (PageState, SegmentTranslation, Segment, Revision, Page):
        model.objects.all().delete()
    return pages, translations


def load():
    """Load the drafts; return the counts of added, changed and unchanged rows by table."""
    results = []
    draft_loader.load_drafts(results.append)
    return {each.table: (each.added, each.changed, each.same) for each in results}


def test_loading_twice_changes_nothing(files):
    _, translations = files
    translations["fr"] = {MEN: {"title": TranslationRow(source=source_part("Men"), text="Hommes")}}

    assert load() == {"page": (1, 0, 0), "segmenttranslation": (1, 0, 0)}
    assert load() == {"page": (0, 0, 1), "segmenttranslation": (0, 0, 1)}
    assert Revision.objects.get().sources == ["Demo, 2026"]


@pytest.mark.parametrize(
    ("is_safety", "stated", "change"),
    [(True, None, "safety"), (False, None, "content"), (True, "cosmetic", "cosmetic")],
)
def test_a_changed_text_is_a_revision_that_says_what_the_change_means(
    files, is_safety, stated, change
):
    pages, _ = files
    load()
    changed = {**TEXTS, "call": "Call {emergency} now."}
    pages[MEN] = page_row(changed, is_safety=is_safety, call=stated)

    assert load()["page"] == (0, 1, 0)
    newest = Revision.objects.get(number=2)
    assert dict(newest.segments.values_list("key", "change")) == {"title": "", "call": change}


def test_what_a_person_wrote_stays(files):
    pages, _ = files
    load()
    author = User.objects.create_user("editor@example.org")
    written = Revision.objects.create(
        page=Page.objects.get(),
        number=2,
        language_id="en",
        author=author,
        created_at=clock.now(),
    )
    pages[MEN] = page_row({**TEXTS, "title": "Men and boys"})

    assert load()["page"] == (0, 0, 1)
    assert Revision.objects.order_by("number").last() == written


def test_a_translation_of_an_older_text_is_kept_and_one_of_an_unknown_text_is_not(files):
    pages, translations = files
    load()
    pages[MEN] = page_row({**TEXTS, "title": "Men and boys"})
    translations["fr"] = {
        MEN: {
            "title": TranslationRow(source=source_part("Men"), text="Hommes"),
            "call": TranslationRow(source=source_part("Never written"), text="Appelez."),
        }
    }

    load()

    stored = SegmentTranslation.objects.get()
    assert (stored.key, stored.text, stored.translator, stored.origin) == (
        *("title", "Hommes", None, "project"),
    )
