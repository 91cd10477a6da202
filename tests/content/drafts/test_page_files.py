"""The pages that come with the software."""

import re

import pytest

from protect.content.drafts import page_files
from protect.content.drafts.page_files import load_pages, load_translations, source_part
from protect.content.enums import PageKind, SegmentKind
from protect.kernel.errors import DataError
from protect.reference import vocabulary

COMPLETE = ("fr", "nl", "es", "it", "el", "pl", "ar", "fa", "ti", "uk")
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


def rights_pages():
    """The pages of the public site, without those whose texts are printed."""
    return {code: page for code, page in load_pages().items() if page.kind is PageKind.RIGHTS}


def test_the_list_leads_to_each_page_once():
    linked = [each.text for each in load_pages()[page_files.INDEX].segment if each.kind == "block"]

    for code in rights_pages().keys() - {page_files.INDEX}:
        assert linked.count(f"{{page:{code}}}") == 1


def test_what_could_hurt_if_it_were_wrong_is_read_by_two_people():
    others = {code for code, page in load_pages().items() if not page.is_safety}

    assert others == {"rights", "what-violence-is"}


def test_a_page_names_what_it_rests_on():
    assert [code for code, page in rights_pages().items() if not page.sources] == ["rights"]


@pytest.mark.parametrize("tag", COMPLETE)
def test_a_language_with_drafts_has_all_of_them(tag):
    drafts = load_translations()[tag]

    for code in load_pages():
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
