"""The urgent pages: the same texts on the site, on paper and in each language, before and after a
release, and without a database."""

import html
import re
from datetime import date

import pytest
from django.db import OperationalError

from protect.audit.context import AuditContext
from protect.content import released
from protect.content.drafts import page_files
from protect.content.drafts.urgent_pages import page_of_files, urgent_page
from protect.content.enums import ChangeClass, Origin, PageKind, ReferenceKind, SegmentKind
from protect.content.models import Page, Revision, Segment, SegmentTranslation
from protect.content.releases import actions
from protect.content.sign_off import confirmed
from protect.content.texts.rules import text_digest
from protect.findhelp import addresses
from protect.findhelp.answers.page_blocks import BlockPage, Number, block_page
from protect.findhelp.paper.booklets import URGENT_PAGES
from protect.kernel import clock
from protect.matching import published
from protect.matching.snapshots.served import NoSnapshot
from protect.orgs.models import User
from protect.reference import vocabulary

pytestmark = pytest.mark.django_db
TAGS = tuple(vocabulary.published_languages("demo"))
CODES = tuple(page_files.pages_of_kind(PageKind.SITE))


def words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())


def texts(page: BlockPage) -> list[str]:
    passages = [page.title, *(passage for block in page.blocks for passage in block.passages)]
    parts = [
        "".join(p.text if isinstance(p, Number) else p for p in passage.parts)
        for passage in passages
    ]
    return [words(text) for text in parts]


def read(public, path: str) -> str:
    reply = public.get(path)
    assert reply.status_code == 200, path
    return words(reply.content.decode().split("<main")[1])


def page_for(code: str, tag: str, country: str | None = "MT") -> BlockPage:
    return block_page(urgent_page(code, tag), country, clock.now().date())


def path_of(code: str, tag: str, country: str) -> str:
    helping = vocabulary.needs()["helping"].short
    return {
        "first-hours": f"/{tag}/{addresses.first_hours_in(country).code}",
        "police": f"/{tag}/{addresses.police_in(country).code}",
        "helper": f"/{tag}/{addresses.anywhere_in(country).code}-{helping}",
        "tips": f"/{tag}/{addresses.TIPS.code}",
    }[code]


def release(*tags: str) -> None:
    audit = AuditContext(at=clock.now(), actor=None, organisation=None)
    actions.release_languages(tags, audit)
    released.forget()


@pytest.fixture
def read_as_a_whole(monkeypatch):
    """Return a function that lets two people have read a language, as its record then says."""

    def record(tag: str) -> None:
        read_on = dict.fromkeys(("native_reviewed_on", "sgbv_reviewed_on"), date(2026, 11, 1))
        row = vocabulary.languages()[tag].model_copy(update=read_on)
        monkeypatch.setitem(vocabulary.languages(), tag, row)

    return record


def change_source(code: str, key: str, text: str, change: ChangeClass) -> None:
    """Change an English text as a person does at the desk, whom nobody reviewed."""
    page = Page.objects.get(code=code)
    old = page.revisions.prefetch_related("segments").order_by("-number")[0]
    new = Revision.objects.create(
        page=page,
        number=old.number + 1,
        language_id="en",
        author=User.objects.create_user("editor@example.org"),
        created_at=clock.now(),
    )
    for row in old.segments.all():
        is_changed = row.key == key
        Segment.objects.create(
            revision=new,
            key=row.key,
            position=row.position,
            kind=row.kind,
            text=text if is_changed else row.text,
            digest=text_digest(text) if is_changed else row.digest,
            change=change if is_changed else "",
        )


@pytest.mark.parametrize("country", ["MT", "BE", "IT"])
@pytest.mark.parametrize("tag", ["en", "ar", "so"])
def test_each_sentence_for_paper_stands_on_the_page_of_the_site(public, tag, country):
    for code in URGENT_PAGES:
        path = path_of(code, tag, country)
        shown, page = read(public, path), page_for(code, tag, country)
        assert [text for text in texts(page) if text not in shown] == [], path
        for fact in (fact for block in page.blocks for fact in block.lines.facts):
            assert fact.source.title in shown or fact.source in page.sources


@pytest.mark.parametrize("tag", TAGS)
def test_each_text_of_an_urgent_page_is_in_each_language(tag):
    for code in CODES:
        texts_in = {each.language for each in page_of_files(code, tag).segments}
        assert texts_in == {tag}, code


@pytest.mark.parametrize("tag", ["en", "fr", "ti"])
def test_a_first_release_changes_no_urgent_page(tag):
    release(tag)

    assert {code: released.page_in(tag, code) for code in CODES} == {
        code: page_of_files(code, tag) for code in CODES
    }


@pytest.mark.parametrize("tag", ["en", "ar"])
def test_on_a_live_site_the_drafts_of_urgent_pages_are_released_unread(
    settings, read_as_a_whole, tag
):
    """They were read with the rest of the language, before the site offers it."""
    settings.IS_DEMO = False
    read_as_a_whole(tag)

    release(tag)

    assert {code for code in CODES if released.page_in(tag, code)} == set(CODES)
    assert released.page_in(tag, "first-hours") == page_of_files("first-hours", tag)
    assert released.page_in(tag, "men") is None


@pytest.mark.parametrize("origin", [Origin.PROJECT, Origin.MACHINE])
def test_a_row_without_author_that_no_file_has_is_not_released_unread(
    settings, read_as_a_whole, origin
):
    """A person who can write to the database, or a machine, adds a translation."""
    settings.IS_DEMO = False
    read_as_a_whole("ar")
    stored = SegmentTranslation.objects.filter(page__code="first-hours", language="ar")
    genuine = stored.exclude(text__contains="{").order_by("key").first()
    forged = "0900 000 000"
    stored.filter(key=genuine.key).update(text=forged, digest=text_digest(forged), origin=origin)

    release("ar")

    texts = {each.key: each.text for each in released.page_in("ar", "first-hours").segments}
    assert forged not in texts.values()


def test_a_draft_of_a_language_that_nobody_read_gives_way_to_the_source_text(settings):
    settings.IS_DEMO = False

    release("ar")

    assert released.page_in("ar", "first-hours") == page_of_files("first-hours", "ar")
    shown = released.page_in("ar", "first-hours").segments
    languages = {each.language for each in shown if each.kind is not SegmentKind.BLOCK}
    assert languages == {"en"}


def test_a_text_that_may_harm_leaves_an_urgent_page_with_its_condition(settings):
    settings.IS_DEMO = False
    change_source("first-hours", "pill", "Another text.", ChangeClass.SAFETY)

    release("ar")

    keys = [each.key for each in released.page_in("ar", "first-hours").segments]
    assert "pill" not in keys
    assert "pill_only" not in keys  # else it would hide the next text
    assert keys[keys.index("after_hiv") + 1] == "examination"


def test_without_a_database_the_urgent_pages_are_those_of_the_files(monkeypatch):
    def fail(*_arguments):
        raise OperationalError

    monkeypatch.setattr(released, "page_in", fail)

    assert urgent_page("helper", "fa") == page_of_files("helper", "fa")


@pytest.mark.parametrize("code", CODES)
def test_a_server_without_its_first_snapshot_shows_the_urgent_pages(public, monkeypatch, code):
    def fail(*_arguments):
        raise NoSnapshot

    for name in ("get", "get_now"):
        monkeypatch.setattr(type(published.CURRENT), name, fail)
    released.forget()
    confirmed.forget()
    spot = {"tips": addresses.TIPS, "helper": addresses.HELPER}.get(code)
    path = f"/en/{spot.code}" if spot else path_of(code, "en", "BE")

    reply = public.get(path)

    assert reply.status_code == 200
    title = page_of_files(code, "en").title.text
    assert f"<h1>{title}</h1>" in reply.content.decode()
    assert "Protect-Valid-Until" not in reply.headers  # it is made anew with its links


def test_a_man_reads_nothing_of_a_pregnancy():
    released_page = urgent_page("first-hours", "en")
    page = block_page(released_page, "BE", clock.now().date(), {"recent", "not-pregnant"})
    text = " ".join(texts(page))

    assert "pregnan" not in text
    assert "Medicine against HIV" in text
    assert not [
        fact for block in page.blocks for fact in block.lines.facts if "pregnan" in fact.text
    ]


def test_a_limit_that_is_not_confirmed_is_marked_once():
    page = page_for("first-hours", "en")

    marks = [passage.is_unchecked for block in page.blocks for passage in block.passages]
    assert marks.count(True) == 3
    (marked,) = [block for block in page.blocks if any(p.is_unchecked for p in block.passages)]
    assert [each.is_unchecked for each in marked.passages] == [True, False, True, True]


def test_without_a_country_an_urgent_page_has_no_facts_and_no_heading_above_them():
    for code in ("first-hours", "helper"):
        page = page_for(code, "en", country=None)
        assert not [block for block in page.blocks if block.kind == ReferenceKind.FACTS]
        assert "In this country" not in texts(page)
        assert "Must you report it?" not in texts(page)


def test_each_condition_stands_before_a_text_or_a_part():
    for code in CODES:
        segments = page_of_files(code, "en").body
        assert not segments[-1].text.startswith("{only:")
        assert segments[0].kind in SegmentKind


@pytest.mark.parametrize(
    ("tag", "words"), [("en", "some phones show our page again"), ("so", "telefoonnada qaarkood")]
)
def test_the_page_about_traces_says_that_going_back_may_show_the_page(public, tag, words):
    page = public.get(f"/{tag}/{addresses.TIPS.code}").content.decode()

    assert words in page
