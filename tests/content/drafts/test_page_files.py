"""The pages that come with the software."""

import re

import pytest

from protect.content.drafts import page_files
from protect.content.drafts.page_files import (
    load_pages,
    load_translations,
    pages_of_kind,
    source_part,
)
from protect.content.enums import PageKind, SegmentKind
from protect.kernel.errors import DataError
from protect.reference import vocabulary

RIGHTS = pages_of_kind(PageKind.RIGHTS)
COMPLETE = ("fr", "nl", "es", "it", "el", "pl", "ar", "fa", "ti", "uk", "so")
PLACEHOLDER = re.compile(r"\{[^{}]*\}")


@pytest.fixture
def overlay(settings, tmp_path):
    """A folder whose files replace those of the software."""
    settings.PROTECT_DATA_DIRS = [tmp_path]
    page_files.clear_caches()
    (tmp_path / "content/pages").mkdir(parents=True)
    yield tmp_path / "content/pages"
    page_files.clear_caches()


def texts_of(code):
    return {each.key: each.text for each in load_pages()[code].segment if each.kind != "block"}


def test_the_list_leads_to_each_page_once():
    linked = [each.text for each in load_pages()[page_files.INDEX].segment if each.kind == "block"]

    for code in RIGHTS.keys() - {page_files.INDEX}:
        assert linked.count(f"{{page:{code}}}") == 1


def test_what_could_hurt_if_it_were_wrong_is_read_by_two_people():
    others = {code for code, page in RIGHTS.items() if not page.is_safety}

    assert others == {"rights", "what-violence-is"}


def test_a_page_names_what_it_rests_on():
    assert [code for code, page in RIGHTS.items() if not page.sources] == ["rights"]


def test_these_languages_have_drafts_of_all_texts():
    assert set(page_files.fully_drafted_languages()) == set(COMPLETE)


@pytest.mark.parametrize("tag", sorted(load_translations().keys() - set(COMPLETE)))
def test_every_other_language_has_at_least_the_titles_and_the_urgent_sentences(tag):
    for code, page in RIGHTS.items():
        urgent = {each.key for each in page.segment if each.kind in ("title", "call")}
        drafts, sources = load_translations()[tag][code], texts_of(code)

        assert urgent <= drafts.keys() <= sources.keys(), code
        for key, row in drafts.items():
            assert row.source == source_part(sources[key]), (code, key)
            assert PLACEHOLDER.findall(row.text) == PLACEHOLDER.findall(sources[key]), (code, key)


def test_every_language_of_the_site_can_read_the_titles():
    published = set(vocabulary.published_languages("demo"))

    assert published - load_translations().keys() == {page_files.SOURCE_TAG}


@pytest.mark.parametrize("tag", COMPLETE)
def test_a_language_with_drafts_has_all_of_them(tag):
    drafts = load_translations()[tag]

    for code in RIGHTS:
        sources = texts_of(code)
        assert drafts[code].keys() == sources.keys(), code
        for key, row in drafts[code].items():
            assert row.source == source_part(sources[key]), (code, key)
            written = sorted(PLACEHOLDER.findall(row.text))
            assert written == sorted(PLACEHOLDER.findall(sources[key])), (code, key)


def test_no_draft_belongs_to_a_language_or_page_that_does_not_exist():
    for tag, drafts in load_translations().items():
        assert tag in vocabulary.languages()
        assert drafts.keys() <= load_pages().keys()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('[[segment]]\nkey = "a"\nkind = "title"\ntext = "A {limit:hiv}"', "{limit:who_hiv_pep}"),
        ('[[segment]]\nkey = "a"\nkind = "title"\ntext = "A {page:men}"', "{page:men}"),
        ('[[segment]]\nkey = "a"\nkind = "item"\ntext = "A"', "one segment of the kind title"),
        ('[[segment]]\nkey = "a"\nkind = "poem"\ntext = "A"', "segment.0.kind"),
        (
            '[[segment]]\nkey = "a"\nkind = "title"\ntext = "A"\n'
            '[[segment]]\nkey = "a"\nkind = "item"\ntext = "B"',
            "Two segments have this key",
        ),
        (
            '[[segment]]\nkey = "a"\nkind = "title"\ntext = "A"\n'
            '[[segment]]\nkey = "b"\nkind = "block"\ntext = "See {page:men}"',
            "See {page:men}",
        ),
    ],
)
def test_a_wrong_file_is_named_with_its_remedy(overlay, content, problem):
    (overlay / "men.toml").write_text(content, "utf-8")

    with pytest.raises(DataError) as refused:
        load_pages()
    assert "men.toml" in refused.value.text()
    assert problem in refused.value.text()
    assert "docs/content.md" in refused.value.text()


def test_a_file_of_an_office_replaces_a_page(overlay):
    (overlay / "men.toml").write_text('[[segment]]\nkey = "a"\nkind = "title"\ntext = "Men"')

    assert texts_of("men") == {"a": "Men"}
    assert load_pages()["men"].segment[0].kind is SegmentKind.TITLE
