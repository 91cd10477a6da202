"""States of translations over random sequences of edits, translations and reviews."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st

from protect.content.enums import ChangeClass, ReviewRole, Shown, TranslationState
from protect.content.texts.rules import (
    Review,
    SourceText,
    Translation,
    is_reviewed,
    shown,
    text_digest,
    translation_state,
)

PEOPLE = [uuid4() for _ in range(4)]
WRITER, TRANSLATOR, READER, SPECIALIST = PEOPLE
CHANGES = st.sampled_from(ChangeClass)
people = st.sampled_from(PEOPLE)
texts = st.sampled_from(["Call 112.", "Call now.", "Go to a hospital.", "You decide."])


def reviews() -> st.SearchStrategy[tuple[Review, ...]]:
    return st.lists(st.builds(Review, st.sampled_from(ReviewRole), people), max_size=4).map(tuple)


@st.composite
def histories(
    draw: st.DrawFn, changes: st.SearchStrategy[ChangeClass] = CHANGES
) -> list[SourceText]:
    first = draw(texts)
    history, text = [SourceText(text_digest(first), None, WRITER)], first
    for new in draw(st.lists(texts, max_size=6)):
        if new != text:
            confirmed = draw(st.none() | people)
            history.append(SourceText(text_digest(new), draw(changes), WRITER, confirmed))
            text = new
    return history


def reviewed_translation(source: SourceText) -> Translation:
    both = (Review(ReviewRole.LANGUAGE, READER), Review(ReviewRole.SUBJECT, SPECIALIST))
    return Translation(source.digest, TRANSLATOR, both)


@given(history=histories(st.just(ChangeClass.COSMETIC)), place=st.integers(0, 6))
def test_a_confirmed_cosmetic_change_never_makes_a_translation_outdated(history, place):
    confirmed = [version._replace(confirmed_by=READER) for version in history]
    translation = reviewed_translation(confirmed[min(place, len(confirmed) - 1)])

    for is_safety in (False, True):
        state = translation_state(confirmed, translation, is_safety=is_safety)
        assert state in {TranslationState.CURRENT, TranslationState.CARRIED}
        assert shown(confirmed, translation, is_safety=is_safety, is_demo=False) == Shown.TEXT


@given(history=histories(), new=texts, is_safety=st.booleans(), is_demo=st.booleans())
def test_a_safety_change_withdraws_every_older_translation(history, new, is_safety, is_demo):
    changed = SourceText(text_digest(new), ChangeClass.SAFETY, WRITER, READER)
    older = [version for version in history if version.digest != changed.digest]
    for version in older:
        translation = reviewed_translation(version)
        after = [*history, changed]
        assert translation_state(after, translation, is_safety=is_safety) == "withdrawn"
        assert shown(after, translation, is_safety=is_safety, is_demo=is_demo) == Shown.FALLBACK


@given(history=histories(), is_safety=st.booleans(), given_reviews=reviews(), own=people)
def test_no_review_of_the_translators_own_counts(history, is_safety, given_reviews, own):
    translation = Translation(history[-1].digest, own, given_reviews)
    others = tuple(review for review in given_reviews if review.reviewer != own)

    assert is_reviewed(translation, is_safety=is_safety) == is_reviewed(
        translation._replace(reviews=others), is_safety=is_safety
    )
    if is_reviewed(translation, is_safety=is_safety):
        assert {ReviewRole.LANGUAGE} <= {review.role for review in others}
    if is_safety and is_reviewed(translation, is_safety=True):
        assert {review.role for review in others} == {*ReviewRole}
        assert len({review.reviewer for review in others}) > 1


@given(history=histories(), is_safety=st.booleans())
def test_a_live_site_shows_no_text_that_was_not_reviewed(history, is_safety):
    translation = Translation(history[-1].digest, TRANSLATOR)

    assert translation_state(history, translation, is_safety=is_safety) == "unreviewed"
    assert shown(history, translation, is_safety=is_safety, is_demo=False) == Shown.FALLBACK
    assert shown(history, translation, is_safety=is_safety, is_demo=True) == Shown.TEXT


@given(history=histories(), is_safety=st.booleans())
def test_a_translation_of_a_text_that_came_back_is_current_again(history, is_safety):
    translation = reviewed_translation(history[0])
    back = [*history, SourceText(history[0].digest, ChangeClass.SAFETY, WRITER)]

    assert translation_state(back, translation, is_safety=is_safety) == "current"


@pytest.mark.parametrize(
    ("change", "confirmed_by", "state", "public"),
    [
        (ChangeClass.COSMETIC, READER, "carried", Shown.TEXT),
        (ChangeClass.COSMETIC, None, "behind", Shown.DATED_TEXT),
        (ChangeClass.COSMETIC, WRITER, "behind", Shown.DATED_TEXT),
        (ChangeClass.CONTENT, None, "behind", Shown.DATED_TEXT),
        (ChangeClass.SAFETY, READER, "withdrawn", Shown.FALLBACK),
    ],
)
def test_a_change_of_a_safety_page(change, confirmed_by, state, public):
    first = SourceText(text_digest("Call now."), None, WRITER)
    second = SourceText(text_digest("Call 112 now."), change, WRITER, confirmed_by)
    translation = reviewed_translation(first)

    assert translation_state([first, second], translation, is_safety=True) == state
    assert shown([first, second], translation, is_safety=True, is_demo=False) == public


def test_one_person_alone_confirms_nothing_on_other_pages_either_but_needs_not():
    first = SourceText(text_digest("Our office"), None, WRITER)
    second = SourceText(text_digest("Our offices"), ChangeClass.COSMETIC, WRITER)

    translation = Translation(first.digest, TRANSLATOR, (Review(ReviewRole.LANGUAGE, READER),))

    assert translation_state([first, second], translation, is_safety=False) == "carried"


def test_a_translation_of_another_segment_is_missing():
    history = [SourceText(text_digest("Call now."), None, WRITER)]
    other = reviewed_translation(SourceText(text_digest("You decide."), None, WRITER))

    assert translation_state(history, other, is_safety=False) == "missing"
    assert shown(history, other, is_safety=False, is_demo=True) == Shown.FALLBACK
    assert translation_state(history, None, is_safety=False) == "missing"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("You decide.", " You\n  decide. ", True),
        ("caf\u00e9", "cafe\u0301", True),
        ("You decide.", "You decide!", False),
        ("72 hours", "27 hours", False),
    ],
)
def test_a_digest_ignores_spaces_and_encodings_and_nothing_else(one, other, is_same):
    assert (text_digest(one) == text_digest(other)) == is_same


def test_states_depend_on_no_identity_of_people():
    history = [SourceText(text_digest("Call now."), None, UUID(int=1))]
    translation = Translation(
        history[0].digest, UUID(int=2), (Review(ReviewRole.LANGUAGE, UUID(int=3)),)
    )

    assert translation_state(history, translation, is_safety=False) == "current"
