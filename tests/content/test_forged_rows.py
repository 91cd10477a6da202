"""A person who can write to the database, but has no key of the server, loosens no rule."""

from contextlib import suppress

import pytest

from protect.content.drafts.draft_loader import load_drafts
from protect.content.enums import ChangeClass, TranslationState
from protect.content.errors import ContentRefusal
from protect.content.models import Page, Revision, Segment
from protect.content.texts.composition import load_texts
from tests.content.editing import confirm, member, read_by_two, save, segment, state, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def safety_page():
    return Page.objects.get(code="fgm")


@pytest.fixture
def readers():
    return member("rana"), member("sami")


def translate_and_change(page, amal, readers, change):
    """Translate the lead, have it read, and change its source text."""
    translate(amal, page, "Un texte court.")
    read_by_two(page, *readers)
    assert state(page) == TranslationState.CURRENT
    save(amal, page, "Another short text.", change)


def test_a_page_about_safety_stays_one_when_its_row_is_changed(safety_page, caplog):
    Page.objects.filter(pk=safety_page.pk).update(is_safety=False)

    assert load_texts([Page.objects.get(code="fgm")])[0].page.is_about_safety
    assert "content_page_damaged" in caplog.text


def test_loading_the_files_seals_a_page_again():
    Page.objects.filter(code="men").update(kind="programme")

    load_drafts(lambda result: None)

    page = Page.objects.get(code="men")
    assert (page.kind, page.is_sealed()) == ("rights", True)


def test_a_harmful_change_that_is_called_cosmetic_in_the_database_still_withdraws(
    page, amal, readers, caplog
):
    translate_and_change(page, amal, readers, ChangeClass.SAFETY)
    assert state(page) == TranslationState.WITHDRAWN

    Segment.objects.filter(revision__number=2, key="lead").update(change=ChangeClass.COSMETIC)

    assert state(page) == TranslationState.WITHDRAWN
    assert "content_revision_damaged" in caplog.text


def test_a_confirmation_that_is_written_to_the_database_does_not_count(
    safety_page, amal, bela, readers
):
    translate_and_change(safety_page, amal, readers, ChangeClass.COSMETIC)
    assert state(safety_page) == TranslationState.BEHIND

    Segment.objects.filter(revision__number=2, key="lead").update(confirmed_by=bela.user_id)

    assert state(safety_page) == TranslationState.WITHDRAWN
    with suppress(ContentRefusal):
        confirm(bela, safety_page)
    assert state(safety_page) == TranslationState.WITHDRAWN  # no person seals what was forged


def test_a_confirmation_by_a_second_person_counts(safety_page, amal, bela, readers):
    translate_and_change(safety_page, amal, readers, ChangeClass.COSMETIC)

    confirm(bela, safety_page)

    assert state(safety_page) == TranslationState.CARRIED
    assert segment(safety_page).confirmed_by_id == bela.user_id


def test_a_harmful_change_whose_revision_is_removed_still_withdraws(page, amal, readers):
    translate_and_change(page, amal, readers, ChangeClass.SAFETY)
    save(amal, page, "A third short text.", ChangeClass.COSMETIC)

    Segment.objects.filter(revision__number=2).delete()
    Revision.objects.filter(page=page, number=2).delete()

    assert state(page) == TranslationState.WITHDRAWN
