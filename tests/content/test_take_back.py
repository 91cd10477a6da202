"""Translations that are taken back, and come back within ten minutes."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from protect.content import actions
from protect.content.errors import ContentRefusal, PageChanged
from protect.content.models import SegmentTranslation
from protect.content.texts.rules import text_digest
from protect.kernel import clock
from tests.content.editing import member, read, segment, state, texts_of, translate

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def text(page, tag="fr"):
    stored = texts_of(page).text_in(segment(page), tag)
    return stored.text if stored else ""


def take_back(scope, page, tag="fr", digest="", at=None):
    digest = digest or text_digest(text(page, tag))
    actions.take_back_translation(scope, page, tag, "lead", digest, at=at or clock.now())


def restore(scope, page, at):
    actions.restore_translation(scope, page, "fr", "lead", at=at)


def test_the_text_before_counts_again_and_the_undo_brings_it_back(page, amal, bela):
    draft, at = text(page), clock.now()
    translate(amal, page, "Les hommes aussi.")

    take_back(bela, page, at=at)
    assert text(page) == draft

    restore(amal, page, at + 9 * MINUTE)
    assert text(page) == "Les hommes aussi."


def test_after_ten_minutes_it_stays_taken_back(page, amal):
    at = clock.now()
    translate(amal, page, "Les hommes aussi.")
    take_back(amal, page, at=at)

    with pytest.raises(ContentRefusal) as refused:
        restore(amal, page, at + 11 * MINUTE)

    assert refused.value.code == "content_undo_expired"
    assert text(page) != "Les hommes aussi."


def test_the_only_translation_leaves_the_text_without_one(page, amal):
    translate(amal, page, "Männer auch.", tag="de")

    take_back(amal, page, "de")

    assert text(page, "de") == ""
    assert state(page, "de") == "missing"


def test_what_another_person_saved_meanwhile_is_not_taken_back(page, amal, bela):
    translate(amal, page, "Un.")
    seen = text_digest("Un.")
    translate(bela, page, "Deux.")

    with pytest.raises(PageChanged):
        take_back(amal, page, digest=seen)

    assert text(page) == "Deux."
    assert not SegmentTranslation.objects.exclude(taken_back_at=None).exists()


def test_who_wrote_a_text_that_was_taken_back_does_not_review_it(page, amal, bela):
    translate(amal, page, "Un.")
    take_back(amal, page)
    translate(bela, page, "Un.")

    with pytest.raises(ContentRefusal) as refused:
        read(amal, page, "language")

    assert refused.value.code == "content_same_person"


@pytest.mark.parametrize("role", ["specialist", "trainer"])
def test_who_does_not_translate_takes_nothing_back(page, amal, role):
    translate(amal, page, "Un.")

    with pytest.raises(PermissionDenied):
        take_back(member("dana", role), page)

    assert text(page) == "Un."
