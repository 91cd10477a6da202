"""Writing, translating, reading and releasing pages: what each does, and what it refuses."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from protect.audit.models import Entry
from protect.content import actions, released
from protect.content.actions import SourceEdit, TranslationEdit
from protect.content.enums import ChangeClass, ReviewRole, TranslationState
from protect.content.errors import ContentRefusal, PageChanged, TextsRefused
from protect.content.models import Page, PageState, Release, Review, Revision, SegmentTranslation
from protect.content.texts import composition
from protect.content.texts.rules import text_digest
from protect.kernel import clock
from protect.orgs.models import User
from protect.orgs.scope import HeldRole, Scope

pytestmark = pytest.mark.django_db
OFFICE = uuid4()


def member(name, role="coordinator"):
    """The scope of a new user with a role in an office."""
    user = User.objects.create_user(f"{name}@example.org", name=name.title())
    return Scope(user.pk, (HeldRole(role, OFFICE, None),))


@pytest.fixture
def page():
    return Page.objects.get(code="men")


@pytest.fixture
def amal():
    return member("amal")


@pytest.fixture
def bela():
    return member("bela")


def texts_of(page):
    return composition.load_texts([page])[0]


def segment(page, key="lead"):
    return next(row for row in texts_of(page).segments if row.key == key)


def edit(page, text, *, tag="fr", key="lead"):
    row = segment(page, key)
    before = texts_of(page).text_in(row, tag)
    return {key: TranslationEdit(text, row.digest, text_digest(before.text) if before else "")}


def state(page, tag="fr", key="lead"):
    return texts_of(page).state_in(segment(page, key), tag)


def save(scope, page, text, change=ChangeClass.CONTENT, key="lead"):
    seen = texts_of(page).current.number
    return actions.save_revision(
        scope, page, {key: SourceEdit(text, change)}, seen=seen, at=clock.now()
    )


def translate(scope, page, text="Les hommes aussi.", **where):
    return actions.save_translations(
        scope, page, where.get("tag", "fr"), edit(page, text, **where), at=clock.now()
    )


def read(scope, page, role, tag="fr", key="lead"):
    text = texts_of(page).text_in(segment(page, key), tag).text
    return actions.review_texts(
        scope, page, tag, {key: text_digest(text)}, ReviewRole(role), at=clock.now()
    )


def test_a_changed_text_is_a_new_revision_and_the_rest_stays(page, amal):
    before = texts_of(page)

    assert save(amal, page, "Men are hurt, too.") == 1

    after = texts_of(page)
    assert after.current.number == before.current.number + 1
    changed = {row.key for row in after.segments} - {
        row.key for row in after.segments if row.digest in {old.digest for old in before.segments}
    }
    assert changed == {"lead"}
    assert after.current.author_id == amal.user_id
    assert Entry.objects.filter(action="content.revise").count() == 1


def test_spaces_alone_are_no_change(page, amal):
    assert save(amal, page, f"  {segment(page).text.replace(' ', '  ')} ") == 0
    assert Revision.objects.filter(page=page).count() == 1


def test_of_two_who_write_at_once_the_second_keeps_their_text_and_sees_the_other(page, amal, bela):
    seen = texts_of(page).current.number
    save(amal, page, "Men are hurt, too.")

    with pytest.raises(PageChanged) as refused:
        actions.save_revision(
            bela,
            page,
            {"lead": SourceEdit("Boys are hurt, too.", ChangeClass.CONTENT)},
            seen=seen,
            at=clock.now(),
        )
    assert refused.value.current == {"lead": "Men are hurt, too."}
    assert segment(page).text == "Men are hurt, too."


@pytest.mark.parametrize(
    ("text", "change", "code"),
    [
        ("Men are hurt, too.", None, "content_change_missing"),
        ("Take it within {limit:hiv} hours.", ChangeClass.CONTENT, "content_unknown_fact"),
        ("See {page:men}.", ChangeClass.CONTENT, "content_unknown_fact"),
    ],
)
def test_what_is_refused_changes_nothing(page, amal, text, change, code):
    with pytest.raises(ContentRefusal) as refused:
        save(amal, page, text, change)

    assert refused.value.code == code
    assert Revision.objects.filter(page=page).count() == 1


def test_an_unknown_reference_is_answered_with_the_nearest(page, amal):
    with pytest.raises(ContentRefusal) as refused:
        save(amal, page, "Take it within {limit:who_hiv} hours.")

    assert "{limit:who_hiv_pep}" in refused.value.text()


def test_a_change_that_may_harm_withdraws_translations(page, amal):
    save(amal, page, "Never do that.", ChangeClass.SAFETY)

    assert state(page) == TranslationState.WITHDRAWN


def test_a_cosmetic_change_of_a_safety_page_needs_another_person(page, amal, bela):
    read_by_two(page, amal, bela)
    save(amal, page, "Men and boys are raped, beaten and abused too.", ChangeClass.COSMETIC)
    assert state(page) == TranslationState.BEHIND
    with pytest.raises(ContentRefusal) as refused:
        actions.confirm_change(amal, page, "lead", at=clock.now())
    assert refused.value.code == "content_same_person"
    assert state(page) == TranslationState.BEHIND

    actions.confirm_change(bela, page, "lead", at=clock.now())

    assert state(page) == TranslationState.CARRIED


def read_by_two(page, *scopes):
    for scope, role in zip(scopes, ReviewRole, strict=True):
        read(scope, page, role)


def test_a_translation_is_stored_with_its_translator_and_is_not_reviewed(page, amal):
    assert translate(amal, page) == 1

    stored = SegmentTranslation.objects.get(language="fr", page=page, text="Les hommes aussi.")
    assert (stored.translator_id, stored.origin) == (amal.user_id, "human")
    assert state(page) == TranslationState.UNREVIEWED


@pytest.mark.parametrize(
    ("key", "text", "problem"),
    [
        ("hiv", "Allez à l’hôpital dans les 72 heures.", "pythonbraceformat"),
        ("lead", "Les hommes aussi, 12 fois.", "numbers"),
        ("lead", "Les hommes \u202eaussi.", "direction"),
    ],
)
def test_a_translation_that_could_send_a_reader_wrong_is_refused(page, amal, key, text, problem):
    count = SegmentTranslation.objects.count()

    with pytest.raises(TextsRefused) as refused:
        translate(amal, page, text, key=key)

    assert problem in refused.value.problems[key]
    assert SegmentTranslation.objects.count() == count


def test_of_two_who_translate_at_once_the_second_sees_the_other(page, amal, bela):
    seen = edit(page, "Les garçons aussi.")
    translate(amal, page)

    with pytest.raises(PageChanged) as refused:
        actions.save_translations(bela, page, "fr", seen, at=clock.now())
    assert refused.value.current == {"lead": "Les hommes aussi."}


def test_a_translation_of_a_text_that_was_changed_meanwhile_is_not_stored(page, amal, bela):
    seen = edit(page, "Les hommes et les garçons.")
    save(bela, page, "Men are hurt, too.")

    with pytest.raises(PageChanged):
        actions.save_translations(amal, page, "fr", seen, at=clock.now())
    assert not SegmentTranslation.objects.filter(text="Les hommes et les garçons.").exists()


def test_two_others_must_read_a_text_of_a_safety_page(page, amal, bela):
    chidi = member("chidi")
    translate(amal, page)
    read(bela, page, "language")
    assert state(page) == TranslationState.UNREVIEWED
    read(bela, page, "subject")
    assert state(page) == TranslationState.UNREVIEWED  # the same person

    read(chidi, page, "subject")

    assert state(page) == TranslationState.CURRENT


def test_nobody_reads_their_own_translation(page, amal):
    translate(amal, page)

    with pytest.raises(ContentRefusal) as refused:
        read(amal, page, "language")
    assert refused.value.code == "content_same_person"
    assert not Review.objects.exists()


def test_a_text_that_was_changed_while_it_was_read_is_not_reviewed(page, amal, bela):
    with pytest.raises(PageChanged):
        actions.review_texts(
            bela, page, "fr", {"lead": text_digest("Seen")}, ReviewRole.LANGUAGE, at=clock.now()
        )
    assert not Review.objects.exists()


def test_the_list_of_states_follows_every_change(page, amal, bela):
    def counted():
        return PageState.objects.get(page=page, language="fr").counts

    total = sum(counted().values())
    assert counted() == {"unreviewed": total}
    read_by_two(page, amal, bela)
    assert counted() == {"unreviewed": total - 1, "current": 1}

    save(amal, page, "Never do that.", ChangeClass.SAFETY)

    assert counted() == {"unreviewed": total - 1, "withdrawn": 1}


def test_who_translated_a_safety_page_does_not_release_it(page, amal, bela):
    translate(amal, page)
    with pytest.raises(ContentRefusal) as refused:
        actions.release_by_user(amal, ["fr"], at=clock.now())
    assert refused.value.code == "content_own_translation"
    assert "Men and boys" in refused.value.text()
    assert not Release.objects.exists()

    (release,) = actions.release_by_user(bela, ["fr"], at=clock.now())

    assert release.released_by_id == bela.user_id
    assert released.pages_in("fr")["men"].segments[1].text == "Les hommes aussi."


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
        lambda: actions.confirm_change(other, page, "lead", at=clock.now()),
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
