"""Writing, translating and reading pages: what each does, and what it refuses."""

import pytest
from django.core.exceptions import PermissionDenied

from protect.audit.models import Entry
from protect.content import actions
from protect.content.actions import SeenDigests, SourceEdit
from protect.content.enums import ChangeClass, PageKind, ReviewRole, TranslationState
from protect.content.errors import ContentRefusal, PageChanged, TextsRefused
from protect.content.models import Page, PageState, Review, Revision, SegmentTranslation
from protect.content.texts.rules import text_digest
from protect.kernel import clock
from tests.content.editing import (
    confirm,
    edit,
    member,
    read,
    read_by_two,
    save,
    segment,
    state,
    texts_of,
    translate,
)

pytestmark = pytest.mark.django_db


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
        confirm(amal, page)
    assert refused.value.code == "content_same_person"
    assert state(page) == TranslationState.BEHIND

    confirm(bela, page)

    assert state(page) == TranslationState.CARRIED


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


@pytest.mark.parametrize("role", ReviewRole)
def test_without_the_record_of_a_coordinator_no_text_is_reviewed(page, amal, role):
    dana = member("dana", is_reader=False)
    translate(amal, page)

    with pytest.raises(ContentRefusal) as refused:
        read(dana, page, role)

    reader = "native" if role is ReviewRole.LANGUAGE else "specialist"
    assert refused.value.code == f"content_reader_not_{reader}"
    assert not Review.objects.exists()


def test_a_text_that_was_changed_while_it_was_read_is_not_reviewed(page, amal, bela):
    seen = {"lead": SeenDigests(segment(page).digest, text_digest("Seen"))}
    with pytest.raises(PageChanged):
        actions.review_texts(bela, page, "fr", seen, ReviewRole.LANGUAGE, at=clock.now())
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


def test_of_two_who_change_different_texts_both_are_stored(page, amal, bela):
    seen = texts_of(page).current.number
    save(amal, page, "Men are hurt, too.")
    edits = {"title": SourceEdit("Men, boys", ChangeClass.CONTENT)}

    assert actions.save_revision(bela, page, edits, seen=seen, at=clock.now()) == 1

    assert segment(page).text == "Men are hurt, too."
    assert segment(page, "title").text == "Men, boys"


def test_after_a_conflict_the_page_can_be_saved(page, amal, bela):
    edits, number = (
        {"lead": SourceEdit("Boys.", ChangeClass.CONTENT)},
        texts_of(page).current.number,
    )
    save(amal, page, "Men.")
    with pytest.raises(PageChanged) as refused:
        actions.save_revision(bela, page, edits, seen=number, at=clock.now())

    seen = int(refused.value.seen["seen"])
    assert actions.save_revision(bela, page, edits, seen=seen, at=clock.now()) == 1


def test_saving_another_text_keeps_no_translation_of_a_changed_source(page, amal, bela):
    chidi = member("chidi")
    read_by_two(page, bela, chidi)
    save(amal, page, "Never do that.", ChangeClass.SAFETY)
    edits = edit(page, texts_of(page).text_in(segment(page), "fr").text)
    edits |= edit(page, "Hommes", key="title")

    assert actions.save_translations(bela, page, "fr", edits, at=clock.now()) == 1
    assert state(page) == TranslationState.WITHDRAWN


def test_a_translation_that_is_kept_for_a_changed_source_is_read_anew(page, amal, bela):
    chidi = member("chidi")
    read_by_two(page, bela, chidi)
    assert state(page) == TranslationState.CURRENT
    save(amal, page, "Men and boys are hurt, too.")
    kept = {
        key: each._replace(is_kept=True)
        for key, each in edit(page, texts_of(page).text_in(segment(page), "fr").text).items()
    }

    assert actions.save_translations(amal, page, "fr", kept, at=clock.now()) == 1
    assert state(page) == TranslationState.UNREVIEWED


def test_a_text_that_comes_back_is_still_of_the_person_who_wrote_it_first(page, amal, bela):
    translate(amal, page, "Un.")
    translate(bela, page, "Deux.")
    translate(bela, page, "Un.")

    for own in (amal, bela):
        with pytest.raises(ContentRefusal) as refused:
            read(own, page, "language")
        assert refused.value.code == "content_same_person"


def test_a_draft_of_the_project_does_not_replace_what_a_person_translated(page, amal):
    translate(amal, page)
    row = segment(page)
    SegmentTranslation.objects.create(
        page=page,
        key="lead",
        language_id="fr",
        source_digest=row.digest,
        text="Brouillon.",
        digest=text_digest("Brouillon."),
        origin="project",
        created_at=clock.now(),
    )

    assert texts_of(page).text_in(row, "fr").text == "Les hommes aussi."


def test_a_translation_beside_another_source_than_its_own_is_not_reviewed(page, amal, bela):
    save(amal, page, "Men and boys are hurt, too.")

    assert read(bela, page, "language") == 0
    assert not Review.objects.exists()


def test_a_source_text_that_was_changed_while_it_was_read_is_not_reviewed(page, amal, bela):
    text = texts_of(page).text_in(segment(page), "fr").text
    seen = {"lead": SeenDigests(segment(page).digest, text_digest(text))}
    save(amal, page, "Men and boys are hurt, too.")

    with pytest.raises(PageChanged):
        actions.review_texts(bela, page, "fr", seen, ReviewRole.LANGUAGE, at=clock.now())
    assert not Review.objects.exists()


def test_a_text_that_may_harm_does_not_come_back_with_its_translations(page, amal, bela):
    before = segment(page).text
    save(amal, page, "Never do that.", ChangeClass.SAFETY)

    with pytest.raises(ContentRefusal) as refused:
        save(bela, page, before, ChangeClass.COSMETIC)
    assert refused.value.code == "content_text_withdrawn"
    assert segment(page).text == "Never do that."


def test_a_translation_that_was_replaced_is_read_anew_when_it_comes_back(page, amal, bela):
    chidi = member("chidi")
    translate(amal, page, "Un.")
    read_by_two(page, bela, chidi)
    translate(bela, page, "Deux.")

    translate(amal, page, "Un.")

    assert state(page) == TranslationState.UNREVIEWED


def test_a_text_that_was_changed_in_the_database_has_no_review(page, amal, bela):
    read_by_two(page, amal, bela)
    assert state(page) == TranslationState.CURRENT
    SegmentTranslation.objects.filter(page=page, key="lead", language="fr").update(text="0900")

    assert state(page) == TranslationState.UNREVIEWED


def test_a_source_text_has_no_invisible_characters(page, amal):
    with pytest.raises(TextsRefused) as refused:
        save(amal, page, "Call \u202e0900.")
    assert refused.value.problems == {"lead": ("direction",)}
    assert Revision.objects.filter(page=page).count() == 1


def test_a_change_that_the_user_has_not_seen_is_not_confirmed(page, amal, bela):
    save(amal, page, "Men and boys are raped, beaten and abused too.", ChangeClass.COSMETIC)
    (seen,) = texts_of(page).unconfirmed_changes
    save(amal, page, "Men and boys are raped, hit and abused too.", ChangeClass.COSMETIC)

    names = {(seen.key, seen.number)}
    assert actions.confirm_changes(bela, page, names, at=clock.now()) == 1

    (unseen,) = texts_of(page).unconfirmed_changes
    assert (unseen.before, unseen.after) == (
        "Men and boys are raped, beaten and abused too.",
        "Men and boys are raped, hit and abused too.",
    )
    assert actions.confirm_changes(bela, page, names, at=clock.now()) == 0


def test_a_campaigner_writes_materials_and_no_pages_about_rights(page):
    campaigner = member("neza", "campaigner")
    with pytest.raises(PermissionDenied):
        save(campaigner, page, "Men are hurt, too.")
    assert texts_of(page).current.number == 1

    poster = Page.objects.filter(kind=PageKind.MATERIAL).first()
    key = next(row.key for row in texts_of(poster).segments if row.kind == "paragraph")
    assert save(campaigner, poster, "You can talk with a person.", key=key) == 1
