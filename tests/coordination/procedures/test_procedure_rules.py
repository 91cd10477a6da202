from datetime import date

import pytest

from protect.coordination.procedures import rules
from protect.coordination.procedures.enums import (
    SectionStatus,
    SignatureState,
    TranslationState,
    VersionState,
)
from tests.coordination.cast import AT

DAY, BEFORE, AFTER = date(2026, 11, 30), date(2026, 11, 29), date(2026, 12, 1)


@pytest.mark.parametrize(
    ("text", "agreed_at", "status"),
    [
        (" \n", None, SectionStatus.EMPTY),
        ("Demo", None, SectionStatus.DRAFT),
        ("Demo", AT, SectionStatus.AGREED),
    ],
)
def test_status_of_a_section(text, agreed_at, status):
    assert rules.section_status(text, agreed_at) == status


@pytest.mark.parametrize(
    ("starts", "review_by", "replaced", "state"),
    [
        (None, None, None, VersionState.DRAFT),
        (AFTER, date(2027, 1, 1), None, VersionState.COMING),
        (DAY, DAY, None, VersionState.IN_FORCE),  # the day itself is in time
        (BEFORE, BEFORE, None, VersionState.PAST_REVIEW),
        (BEFORE, BEFORE, AFTER, VersionState.PAST_REVIEW),
        (BEFORE, BEFORE, DAY, VersionState.REPLACED),
    ],
)
def test_state_of_a_version(starts, review_by, replaced, state):
    assert rules.version_state(starts, review_by, replaced, DAY) == state


def test_the_digest_of_a_version_depends_on_all_that_is_signed():
    text = ("p", 1, "en", "Title", [("One", "a"), ("Two", "b")])
    others = [
        ("q", *text[1:]),
        ("p", 2, *text[2:]),
        ("p", 1, "fr", *text[3:]),
        (*text[:3], "Titles", text[4]),
        (*text[:4], [("Two", "b"), ("One", "a")]),
        (*text[:4], [("One", "ab"), ("Two", "")]),
        (*text[:4], [("One", "a")]),
    ]

    digests = {rules.version_digest(*each) for each in (text, *others)}

    assert len(digests) == len(others) + 1
    assert rules.version_digest(*text) == rules.version_digest(*text)


@pytest.mark.parametrize(
    ("signed", "is_sealed", "state"),
    [
        ("a", True, SignatureState.SIGNED),
        ("b", True, SignatureState.EARLIER_TEXT),
        ("a", False, SignatureState.DAMAGED),
    ],
)
def test_state_of_a_signature(signed, is_sealed, state):
    assert rules.signature_state(signed, "a", is_sealed=is_sealed) == state


@pytest.mark.parametrize(
    ("source", "is_sealed", "state"),
    [
        (None, False, TranslationState.MISSING),
        ("a", True, TranslationState.CURRENT),
        ("b", True, TranslationState.OUTDATED),
        ("a", False, TranslationState.DAMAGED),
    ],
)
def test_state_of_a_translation(source, is_sealed, state):
    assert rules.translation_state(source, "a", is_sealed=is_sealed) == state
