"""The offline file: one HTML file that holds all and leads nowhere."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from protect.content.drafts import page_files
from protect.directory.enums import Verdict
from protect.findhelp import access
from protect.findhelp.answers.page_blocks import passage_of
from protect.findhelp.paper import booklets, offline_files
from protect.findhelp.posters import offline, papers
from protect.reference import vocabulary
from tests.findhelp.paper.demo import AT, checked, service
from tests.findhelp.paper.editions import booklet_of, edition, release
from tests.refusals import refuses

TAGS = list(access.languages())
VOID = {"meta", "link", "br", "wbr"}
BLOCKS = {"p", "li", "h1", "h2", "h3", "div", "small"}
OUTSIDE = re.compile(r"https?:|//|url\(|@import|<script|<iframe|<img|\bsrc=", re.IGNORECASE)


class Reader(HTMLParser):
    """Reads a file: its ids, links, languages, and the text of each block by section."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []  # tag, id
        self.ids: list[str] = []
        self.links: list[str] = []
        self.roots: list[dict[str, str | None]] = []
        self.texts: dict[str, Counter[str]] = {}
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag == "html":
            self.roots.append(named)
        self.ids += [named["id"]] if "id" in named else []
        self.links += [named["href"]] if "href" in named else []
        if tag in BLOCKS:
            self.words = []
        if tag not in VOID:
            self.open.append((tag, named.get("id") or ""))

    def handle_endtag(self, tag):
        opened, _ = self.open.pop()
        assert opened == tag, (opened, tag)
        if tag in BLOCKS:
            section = next((key for name, key in self.open[::-1] if name == "section"), "")
            text = plain("".join(self.words))
            self.texts.setdefault(section, Counter())[text] += 1
            self.words = []

    def handle_data(self, data):
        if all(tag != "a" for tag, _ in self.open):  # a link repeats a title
            self.words.append(data)


def plain(text: str) -> str:
    return " ".join(re.sub("[\u2066-\u2069]", "", text).split())


def said(page, country: str) -> list[str]:
    """Return the texts of a released page as they are read, without blocks that the site fills."""
    return [
        plain(booklets.printed_text(passage_of(segment, country)).text)
        for segment in page.segments
        if segment.kind != "block"
    ]


@pytest.mark.parametrize("tag", TAGS)
def test_a_file_holds_every_released_text_once_and_leads_nowhere(starter, db, tag):
    booklet = edition("MT", tag).booklet

    content = offline_files.html_file(booklet)

    text = content.decode()
    reader = Reader(text)
    language = vocabulary.languages()[tag]
    assert len(content) <= offline.MAX_FILE_BYTES
    assert OUTSIDE.findall(text) == []
    assert reader.roots == [{"lang": tag, "dir": language.direction}]
    assert "<title>Info</title>" in text
    assert len(reader.ids) == len(set(reader.ids))
    anchors = {link for link in reader.links if link.startswith("#")}
    assert {link[1:] for link in anchors} <= set(reader.ids)
    assert set(reader.links) - anchors == {"data:,", "tel:112"}  # a demo links no other number
    keys = {plain(page.title.text): page.key for page in (booklet.contents, *booklet.pages)}
    pages = offline.released_pages(tag)
    for page in pages.values():
        expected = said(page, "MT")
        found = reader.texts[keys[expected[0]]]
        assert {sentence: found[sentence] for sentence in expected} == dict.fromkeys(expected, 1)
    assert len(booklet.pages) == len(pages) + 2  # without the list, with three pages of the site


def test_a_text_in_another_language_is_marked_and_the_page_says_so(starter, db):
    booklet = edition("MT", "vi").booklet

    text = offline_files.html_file(booklet).decode()

    assert '<span lang="en" dir="ltr">Men and boys are raped' in text
    title = page_files.load_translations()["vi"]["men"]["title"].text
    (men,) = [page for page in booklet.pages if page.title.text == title]
    assert men.note


def test_the_file_says_first_how_to_call_for_help_and_how_it_is_deleted(starter, db):
    text = offline_files.html_file(edition("MT", "en").booklet).decode()

    start, _contents, *_ = text.partition("<h1>")
    assert 'href="tel:112"' in start
    assert "As of" in start
    assert "A saved file stays in Downloads." in start
    assert "Delete a file from Downloads." in start
    assert "Demonstration" in start


@pytest.mark.parametrize(
    ("days", "verdict", "is_there", "is_link"),
    [
        (1, Verdict.CONFIRMED, True, True),
        (40, Verdict.CONFIRMED, True, True),  # due
        (70, Verdict.CONFIRMED, False, False),  # overdue
        (200, Verdict.CONFIRMED, False, False),
        (1, Verdict.DISPUTED, False, False),
    ],
)
def test_a_live_file_has_and_links_only_fresh_and_due_numbers(
    db, settings, days, verdict, is_there, is_link
):
    settings.IS_DEMO = False

    text = offline_files.html_file(booklet_of([checked(days, verdict)])).decode()

    assert ("0800 98 100" in text) == is_there
    assert ('href="tel:+3280098100"' in text) == is_link
    assert "Demonstration" not in text


def test_a_live_file_has_no_number_that_was_never_checked(db, settings):
    settings.IS_DEMO = False

    assert "0800 98 100" not in offline_files.html_file(booklet_of([service()])).decode()


def test_a_demonstration_says_that_a_number_was_not_checked_and_links_none(db):
    text = offline_files.html_file(booklet_of([service()])).decode()

    assert "0800 98 100" in text
    assert "Not checked yet" in text
    assert "tel:+" not in text


def test_names_in_an_offline_file_are_escaped_and_websites_have_no_scheme(db):
    row = service(name="Demo <b>&", phones=(), website="https://demo.example/a?b=1")

    text = offline_files.html_file(booklet_of([row])).decode()

    assert "Demo &lt;b&gt;&amp;" in text
    assert "demo.example/a?b=1" in text
    assert OUTSIDE.findall(text) == []


def test_an_area_without_services_has_the_pages_about_rights_and_no_empty_box(db):
    booklet = booklet_of([])

    text = offline_files.html_file(booklet).decode()

    assert booklet.chapter_links == ()
    assert all(block.kind != "need" for page in booklet.pages for block in page.blocks)
    assert re.findall(r"<ul[^>]*>\s*</ul>", text) == []


def test_a_file_that_is_too_large_is_refused_with_the_regions_that_fit(starter, db, monkeypatch):
    release("en")
    belgium, small = papers.area_named("BE"), papers.area_named("BE-BRU")
    sizes = [len(offline.offline_file(each, "en", AT)) for each in (belgium, small)]
    assert sizes[1] < sizes[0]
    monkeypatch.setattr(offline, "MAX_FILE_BYTES", sizes[1])

    with refuses("findhelp_file_too_large") as refused:
        offline.offline_file(belgium, "en", AT)

    assert "BE-BRU" in refused.value.facts["smaller"]


def test_without_released_pages_nothing_is_made(starter, db):
    with refuses("findhelp_no_pages"):
        offline.build_edition(papers.area_named("MT"), "ti", AT)


def test_pages_of_the_fallback_language_replace_a_language_without_a_release(starter, db):
    release("en")

    made = offline.build_edition(papers.area_named("MT"), "vi", AT)

    assert made.in_other_language == made.pages == len(offline.released_pages("vi"))
    assert made.other_languages == ("en",)
