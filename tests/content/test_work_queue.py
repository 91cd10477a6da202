"""What waits for a translator or a reader, by page."""

import pytest

from protect.content.enums import ChangeClass, TranslationState
from protect.content.screens import work_queue
from tests.content.editing import member, save, translate

pytestmark = pytest.mark.django_db


def page_in(queue, code="men"):
    return next((page for page in queue.pages if page.code == code), None)


def test_a_language_without_drafts_has_every_word_to_translate():
    queue = work_queue.waiting_pages("de")

    page = page_in(queue)
    assert page.words > dict(page.counts)[TranslationState.MISSING] > 3
    assert queue.words == sum(each.words for each in queue.pages)


def test_a_change_for_safety_comes_first_and_counts_its_words(page, amal):
    before = page_in(work_queue.waiting_pages("fr"))
    assert (before.words, before.words_to_read > 0) == (0, True)
    save(amal, page, "Never do that.", ChangeClass.SAFETY)

    queue = work_queue.waiting_pages("fr")

    assert queue.pages[0].code == "men"
    assert queue.pages[0].counts[0] == (TranslationState.WITHDRAWN, 1)
    assert queue.words == 3


def test_a_change_of_content_waits_as_such(page, amal):
    save(amal, page, "Men, too.", ChangeClass.CONTENT)

    assert (TranslationState.BEHIND, 1) in page_in(work_queue.waiting_pages("fr")).counts


def test_own_languages_are_those_of_texts_that_the_user_wrote_and_of_the_desk(page, amal):
    tiba = member("tiba", "translator", is_reader=False)
    translate(tiba, page, "Männer auch.", tag="de")

    assert work_queue.own_languages(tiba.user_id, "nl") == {"de", "nl"}
    assert work_queue.own_languages(amal.user_id, "en") == {"fr"}  # as recorded
