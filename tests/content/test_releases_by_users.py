"""Releases by users: who may release what, and what comes back."""

import pytest
from django.core.exceptions import PermissionDenied

from protect.content import released
from protect.content.enums import ChangeClass, PageKind
from protect.content.errors import ContentRefusal
from protect.content.models import Release, Review, Revision
from protect.content.releases import actions
from protect.kernel import clock
from tests.content.editing import (
    confirm,
    member,
    read,
    save,
    state,
    texts_of,
    translate,
)

pytestmark = pytest.mark.django_db


def test_who_translated_a_safety_page_does_not_release_it(page, amal, bela):
    translate(amal, page)
    with pytest.raises(ContentRefusal) as refused:
        actions.release_by_user(amal, ["fr"], at=clock.now())
    assert refused.value.code == "content_own_translation"
    assert "Men and boys" in refused.value.text()
    assert not Release.objects.exists()

    (release,) = actions.release_by_user(bela, ["fr"], at=clock.now())

    assert release.released_by_id == bela.user_id
    assert released.pages_in("fr", PageKind.RIGHTS)["men"].segments[1].text == "Les hommes aussi."


def test_an_earlier_release_comes_back(page, amal, bela):
    (first,) = actions.release_by_user(bela, ["fr"], at=clock.now())
    translate(amal, page)
    actions.release_by_user(bela, ["fr"], at=clock.now())

    again = actions.roll_back(bela, first, at=clock.now())

    assert (again.number, again.pages) == (3, first.pages)


def test_a_release_with_a_text_that_may_harm_does_not_come_back(page, amal, bela):
    (first,) = actions.release_by_user(bela, ["fr"], at=clock.now())
    save(amal, page, "Never do that.", ChangeClass.SAFETY)

    with pytest.raises(ContentRefusal) as refused:
        actions.roll_back(bela, first, at=clock.now())

    assert refused.value.code == "content_release_withdrawn"
    assert Release.objects.count() == 1


@pytest.mark.parametrize("role", ["trainer", "verifier", "organisation_admin"])
def test_roles_without_the_permission_change_nothing(page, bela, role):
    other = member("dana", role)
    (release,) = actions.release_by_user(bela, ["fr"], at=clock.now())
    attempts = [
        lambda: save(other, page, "Men."),
        lambda: confirm(other, page),
        lambda: translate(other, page),
        lambda: read(other, page, "language"),
        lambda: read(other, page, "subject"),
        lambda: actions.release_by_user(other, ["en"], at=clock.now()),
        lambda: actions.roll_back(other, release, at=clock.now()),
    ]
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()
    assert Revision.objects.filter(page=page).count() == 1
    assert Release.objects.count() == 1


def test_a_live_site_shows_the_text_that_was_read_until_the_new_one_is(page, amal, bela, settings):
    settings.IS_DEMO = False
    chidi = member("chidi")
    for row in texts_of(page).segments:
        if row.kind != "block":
            for scope, role in ((bela, "language"), (chidi, "subject")):
                read(scope, page, role, tag="en", key=row.key)
    assert actions.release_by_user(bela, ["en"], at=clock.now())
    before = released.pages_in("en", PageKind.RIGHTS)["men"].segments[1].text

    save(amal, page, "Men and boys are hurt, too.")
    actions.release_by_user(bela, ["en"], at=clock.now())
    assert released.pages_in("en", PageKind.RIGHTS)["men"].segments[1].text == before
    save(amal, page, "Men and boys are hurt.", ChangeClass.SAFETY)
    actions.release_by_user(bela, ["en"], at=clock.now())
    assert "men" not in released.pages_in("en", PageKind.RIGHTS)
    for scope, role in ((bela, "language"), (chidi, "subject")):
        read(scope, page, role, tag="en")
    actions.release_by_user(bela, ["en"], at=clock.now())

    assert (
        released.pages_in("en", PageKind.RIGHTS)["men"].segments[1].text == "Men and boys are hurt."
    )


def test_a_release_that_was_changed_does_not_come_back(bela):
    (first,) = actions.release_by_user(bela, ["fr"], at=clock.now())
    pages = first.pages
    pages["men"]["segments"][0][2] = "0900 000 000"
    Release.objects.filter(pk=first.pk).update(pages=pages)
    first.refresh_from_db()

    with pytest.raises(ContentRefusal) as refused:
        actions.roll_back(bela, first, at=clock.now())
    assert refused.value.code == "content_release_damaged"
    assert Release.objects.count() == 1
    (second,) = actions.release_by_user(bela, ["fr"], at=clock.now())
    assert second.is_sealed()


def test_who_wrote_the_english_does_not_release_it_as_another_language(page, amal):
    save(amal, page, "Men and boys are hurt, too.")

    with pytest.raises(ContentRefusal) as refused:
        actions.release_by_user(amal, ["vi"], at=clock.now())
    assert refused.value.code == "content_own_translation"


def test_who_wrote_a_text_does_not_bring_back_the_release_that_has_it(page, amal, bela):
    translate(amal, page, "Un.")
    (first,) = actions.release_by_user(bela, ["fr"], at=clock.now())
    translate(bela, page, "Deux.")
    chidi = member("chidi")
    actions.release_by_user(chidi, ["fr"], at=clock.now())

    with pytest.raises(ContentRefusal) as refused:
        actions.roll_back(amal, first, at=clock.now())
    assert refused.value.code == "content_own_translation"
    assert Release.objects.count() == 2


@pytest.mark.parametrize("change", ["reviewer", "digest", "seal"])
def test_a_review_that_was_forged_in_the_database_does_not_count(
    page, amal, bela, settings, change
):
    settings.IS_DEMO = False
    translate(amal, page)
    chidi = member("chidi", "specialist")
    read(bela, page, "language")
    read(chidi, page, "subject")
    assert state(page) == "current"

    values = {"reviewer": amal.user_id, "digest": "0" * 64, "seal": "0" * 64}
    Review.objects.filter(role="subject").update(**{change: values[change]})

    assert state(page) == "unreviewed"


def test_a_forged_review_does_not_keep_its_reader_from_reading(page, amal, bela):
    translate(amal, page)
    read(bela, page, "language")
    Review.objects.update(seal="0" * 64)

    assert read(bela, page, "language") == 1
    assert [row.is_sealed() for row in Review.objects.all()] == [True]
