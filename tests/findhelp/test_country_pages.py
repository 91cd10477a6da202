"""The pages of the site that are in booklets and offline files say what the public site says."""

import html
import re

import pytest

from protect.content.enums import ReferenceKind
from protect.findhelp import addresses
from protect.findhelp.answers.country_pages import first_hours_page, police_page
from protect.findhelp.answers.helper_page import helper_page
from protect.findhelp.answers.page_blocks import BlockPage, Number
from protect.kernel import clock
from protect.reference import vocabulary

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("country", ["MT", "BE", "IT"])
@pytest.mark.parametrize("tag", ["en", "ar", "so"])
def test_each_sentence_for_paper_is_on_the_page_of_the_site(public, tag, country):
    today = clock.now().date()
    helping = vocabulary.needs()["helping"].short
    whole = addresses.anywhere_in(country).code
    paths = {
        f"/{tag}/{addresses.first_hours_in(country).code}": first_hours_page,
        f"/{tag}/{addresses.police_in(country).code}": police_page,
        f"/{tag}/{whole}-{helping}": helper_page,
    }
    for path, make in paths.items():
        shown = read(public, path)
        page = make(country, tag, today)
        assert [text for text in texts(page) if text not in shown] == [], path
        for fact in (fact for block in page.blocks for fact in block.lines.facts):
            assert fact.source.title in shown or fact.source in page.sources


def test_a_limit_that_is_not_confirmed_has_one_mark_above_the_limits(public):
    page = first_hours_page("MT", "en", clock.now().date())

    marked = [block for block in page.blocks if block.note]
    assert [len(block.passages) for block in marked] == [4]


def test_each_reference_of_these_pages_is_to_a_page_or_need_of_the_site():
    today = clock.now().date()
    for make in (first_hours_page, police_page, helper_page):
        for block in make("MT", "en", today).blocks:
            known = vocabulary.needs() if block.kind == ReferenceKind.NEED else {"first-hours"}
            assert set(block.codes) <= set(known)
