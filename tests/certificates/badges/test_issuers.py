from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from protect.certificates.badges.issuers import build_issuer_document, keys_in_document
from tests.certificates.badges.given import (
    ADDRESS,
    CONTROLLER,
    ISSUER,
    KEY,
    KEYS,
    LATER,
    OLD_KEY,
    OTHER,
    PROFILE,
    iterate_leaves,
    with_value,
    without_member,
)
from tests.refusals import refuses

METHODS = "verificationMethod"


def test_published_profile_is_read_back():
    assert keys_in_document(PROFILE) == KEYS


def test_current_and_retired_keys_may_assert_and_have_their_period():
    old, new = PROFILE[METHODS]

    assert PROFILE["assertionMethod"] == [OLD_KEY.address, KEY.address]
    assert old["validThrough"] == "2026-10-21T12:00:00Z"
    assert new["validFrom"] == old["validThrough"]
    assert "validThrough" not in new
    assert not {"expires", "revoked"} & (old.keys() | new.keys())
    assert (PROFILE["name"], PROFILE["alsoKnownAs"]) == (ISSUER.name, [ADDRESS])


def test_a_distrusted_key_stays_published_and_may_assert_nothing():
    bad = replace(KEY, retired=LATER, distrusted=LATER)
    published = build_issuer_document(ISSUER, [OLD_KEY, bad])

    assert published["assertionMethod"] == [OLD_KEY.address]
    assert published[METHODS][1]["revoked"] == "2026-11-22T12:00:00Z"
    assert keys_in_document(published) == (OLD_KEY, bad)


def test_a_key_under_another_name_is_published_there():
    moved = replace(OLD_KEY, controller=OTHER)

    assert build_issuer_document(ISSUER, [moved, KEY])[METHODS] == PROFILE[METHODS][1:]


def test_additional_members_of_a_profile_are_ignored():
    assert keys_in_document(PROFILE | {"service": [{"id": "x"}]}) == KEYS


@pytest.mark.parametrize(
    "path", [path for path, _value in iterate_leaves(PROFILE) if path[0] != "@context"]
)
def test_missing_member_of_a_profile_is_named(path):
    spoilt = without_member(PROFILE, path)
    if path == (METHODS, 0, "validThrough"):
        assert keys_in_document(spoilt)[0].retired is None
        return

    with refuses("certificates_issuer_unreadable"):
        keys_in_document(spoilt)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("id",), OTHER),
        ((METHODS, 0, "controller"), OTHER),
        ((METHODS, 0, "id"), KEY.address),
        ((METHODS, 0, "publicKeyMultibase"), KEY.public),
        ((METHODS, 0, "publicKeyMultibase"), "z6Mk"),
        ((METHODS, 0, "type"), "Ed25519VerificationKey2020"),
        ((METHODS, 0, "validFrom"), "2026-02-30T00:00:00Z"),
        ((METHODS, 0, "secretKeyMultibase"), "z"),
        ((METHODS,), []),
        (("assertionMethod",), []),
        (("assertionMethod",), [KEY.address, f"{CONTROLLER}#{KEY.public[:-1]}2"]),
        ((METHODS, 1, "revoked"), "2026-11-22T12:00:00Z"),
    ],
)
def test_keys_that_contradict_each_other_are_refused(path, value):
    with refuses("certificates_issuer_unreadable"):
        keys_in_document(with_value(deepcopy(PROFILE), path, value))


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(PROFILE)), st.none() | st.text() | st.lists(st.text()))
)
def test_arbitrary_document_is_refused_without_a_crash(change):
    if change.keys() <= {"@context", "name"}:
        return
    with refuses("certificates_issuer_unreadable"):
        keys_in_document({**PROFILE, "id": OTHER, **change})
