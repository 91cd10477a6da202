from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings, strategies as st

from protect.certificates.badges.documents import build_document
from protect.certificates.badges.status_lists import LIST_DAYS, LIST_SIZE, build_status_list
from protect.certificates.badges.verification import Reason, State, issuer_of, verify
from protect.vault.formats import badges
from tests.certificates.badges.given import (
    AT,
    CLEAR,
    CONTROLLER,
    ISSUER,
    KEY,
    KEYS,
    LATER,
    MADE,
    OLD_KEY,
    OLD_SEED,
    OTHER,
    PLACE,
    SEED,
    SIGNED,
    STRANGE_SEED,
    another,
    changed,
    leaves,
    lists_of,
    sign,
    without,
)

PATHS = [path for path, _value in leaves(SIGNED)]
VALUES = dict(leaves(SIGNED))
REFUSED = {State.ALTERED, State.UNKNOWN_ISSUER, State.FOREIGN}


def judged(document=SIGNED, lists=CLEAR, keys=KEYS, at=LATER) -> tuple[State, tuple[Reason, ...]]:
    verdict = verify(document, lists, keys, at=at)
    return verdict.state, verdict.reasons


def test_signed_certificate_is_valid():
    verdict = verify(SIGNED, CLEAR, KEYS, at=LATER)

    assert (verdict.state, verdict.reasons) == (State.VALID, ())
    assert verdict.content.title == MADE.title
    assert verdict.content.key == KEY.public


@pytest.mark.parametrize("path", PATHS, ids=str)
def test_any_changed_field_is_refused_and_no_content_is_returned(path):
    verdict = verify(changed(SIGNED, path, another(VALUES[path])), CLEAR, KEYS, at=LATER)

    assert verdict.state in REFUSED
    assert verdict.content is None


@pytest.mark.parametrize("path", PATHS, ids=str)
def test_any_removed_field_is_refused(path):
    assert judged(without(SIGNED, path))[0] is State.ALTERED


@pytest.mark.parametrize("value", [None, [], {}, 1, True, "", "x", [None], {"id": "x"}])
@pytest.mark.parametrize("path", PATHS[::4], ids=str)
def test_field_of_a_wrong_type_is_refused(path, value):
    if value != VALUES[path]:
        assert judged(changed(SIGNED, path, value))[0] in REFUSED


@pytest.mark.parametrize(
    "path",
    [
        ("grade",),
        ("valid_from",),
        ("evidence",),
        ("credentialSubject", "name"),
        ("credentialSubject", "achievement", "image"),
        ("issuer", "email"),
        ("proof", "expires"),
    ],
)
def test_an_unsigned_field_is_refused(path):
    assert judged(changed(SIGNED, path, "Demo")) == (State.ALTERED, (Reason.SHAPE,))


@pytest.mark.parametrize("document", [{}, {"proof": None}, without(SIGNED, ("proof",))])
def test_an_unsigned_document_is_refused(document):
    assert judged(document)[0] is State.ALTERED


@settings(deadline=None)
@given(st.recursive(st.none() | st.text(max_size=5) | st.integers(), st.lists, max_leaves=5))
def test_arbitrary_document_is_refused_without_a_crash(value):
    assert judged({"@context": value, "issuer": value})[0] is State.ALTERED
    assert judged(SIGNED | {"proof": value})[0] is State.ALTERED


def test_issuer_without_keys_is_called_another_issuer():
    others = [replace(KEY, controller=OTHER)]
    for keys in ((), others):
        assert judged(keys=keys) == (State.FOREIGN, (Reason.UNCHECKED,))
        here = verify(
            SIGNED, CLEAR, keys, at=LATER, is_local_issuer=lambda name: name == CONTROLLER
        )
        assert (here.state, here.reasons) == (State.UNKNOWN_ISSUER, (Reason.ISSUER,))


def test_a_key_that_the_issuer_does_not_publish_is_unknown():
    assert judged(sign(build_document(MADE), STRANGE_SEED)) == (State.UNKNOWN_ISSUER, (Reason.KEY,))


def test_a_key_of_another_issuer_signs_nothing_for_this_one():
    own = badges.IssuerKey(OTHER, badges.public_key_of(STRANGE_SEED), KEY.created)
    forged = badges.sign(build_document(MADE), STRANGE_SEED, own.address, at=AT)

    assert judged(forged, keys=(*KEYS, own)) == (State.UNKNOWN_ISSUER, (Reason.KEY,))


def test_foreign_key_under_a_known_name_is_detected():
    forged = badges.sign(build_document(MADE), STRANGE_SEED, KEY.address, at=AT)

    assert judged(forged) == (State.ALTERED, (Reason.PROOF,))


def test_retired_key_is_valid_for_documents_of_its_period():
    then = OLD_KEY.retired - timedelta(days=1)
    made = build_document(replace(MADE, issued=then))
    late, early = OLD_KEY.retired + timedelta(hours=1), OLD_KEY.created - timedelta(hours=1)

    assert judged(sign(made, OLD_SEED, at=then)) == (State.VALID, ())
    for at in (late, early):
        signed = sign(made, OLD_SEED, at=at)
        assert judged(signed) == (State.UNKNOWN_ISSUER, (Reason.KEY_DATES,))


def test_key_is_valid_in_the_second_of_its_creation_and_retirement():
    key = replace(KEY, created=AT.replace(microsecond=9), retired=AT.replace(microsecond=10))

    assert judged(keys=[key]) == (State.VALID, ())


def test_document_of_a_distrusted_key_is_invalid():
    key = replace(KEY, retired=LATER, distrusted=LATER)

    assert judged(keys=[key]) == (State.UNKNOWN_ISSUER, (Reason.KEY_DISTRUSTED,))


def test_certificate_dated_in_the_future_is_not_valid_yet():
    assert judged(at=AT - timedelta(hours=1)) == (State.UNDECIDED, (Reason.TOO_EARLY,))
    assert judged(at=AT - timedelta(minutes=4)) == (State.VALID, ())


def test_revocation_is_found_by_the_status_index():
    lists = lists_of(PLACE)

    assert judged(lists=lists) == (State.REVOKED, (Reason.REVOKED,))
    assert judged(lists=lists_of(PLACE - 1, PLACE + 1)) == (State.VALID, ())
    assert verify(SIGNED, lists, KEYS, at=LATER).content.title == MADE.title


def test_set_bit_in_any_list_of_the_issuer_counts():
    assert judged(lists=[*lists_of(PLACE), *CLEAR]) == (State.REVOKED, (Reason.REVOKED,))
    old = lists_of(PLACE, at=AT - timedelta(days=20))
    assert judged(lists=old, at=AT + timedelta(days=90)) == (State.REVOKED, (Reason.REVOKED,))


@pytest.mark.parametrize("lists", [[], [{}], [{"id": "x"}]])
def test_certificate_without_its_status_list_is_undecided(lists):
    assert judged(lists=lists) == (State.UNDECIDED, (Reason.LIST_MISSING,))


def test_status_list_is_valid_for_a_month_and_the_newest_decides():
    end = AT + timedelta(days=LIST_DAYS)
    newer = lists_of(at=end)

    assert judged(at=end) == (State.VALID, ())
    assert judged(at=end + timedelta(hours=1)) == (State.UNDECIDED, (Reason.LIST_OLD,))
    assert judged(lists=[*newer, *CLEAR], at=end + timedelta(hours=1)) == (State.VALID, ())


@pytest.mark.parametrize("path", [path for path, _value in leaves(CLEAR[0]) if path != ("id",)])
def test_a_changed_list_fails_verification(path):
    value = dict(leaves(CLEAR[0]))[path]
    forged = [changed(CLEAR[0], path, another(value))]

    assert judged(lists=forged) == (State.UNDECIDED, (Reason.LIST_WRONG,))


def unsigned(**change):
    return build_status_list(ISSUER, 1, [], at=AT) | change


def test_a_list_of_another_purpose_or_issuer_does_not_count():
    other = badges.IssuerKey(OTHER, KEY.public, KEY.created)
    suspending = changed(unsigned(), ("credentialSubject", "statusPurpose"), "suspension")
    foreign = badges.sign(unsigned(issuer=OTHER), SEED, other.address, at=AT)
    grown = sign(unsigned(name="Demo"))

    for wrong in (sign(suspending), foreign, grown, unsigned()):
        found = judged(lists=[wrong], keys=(*KEYS, other))
        assert found == (State.UNDECIDED, (Reason.LIST_WRONG,))


def test_status_list_of_a_distrusted_key_is_ignored():
    new = badges.IssuerKey(CONTROLLER, badges.public_key_of(STRANGE_SEED), AT)
    old = replace(KEY, retired=AT, distrusted=AT)
    signed = sign(build_document(MADE), STRANGE_SEED)

    assert judged(signed, keys=(old, new)) == (State.UNDECIDED, (Reason.LIST_WRONG,))


@pytest.mark.parametrize("index", [str(LIST_SIZE), "-1", "01", "1e3", "٣"])
def test_invalid_status_index_is_refused(index):
    document = build_document(MADE)
    document["credentialStatus"][0]["statusListIndex"] = index

    assert judged(sign(document))[0] is not State.VALID


def test_certificate_that_names_one_list_twice_is_refused():
    document = build_document(MADE)
    document["credentialStatus"].append(deepcopy(document["credentialStatus"][0]))

    assert judged(sign(document)) == (State.ALTERED, (Reason.SHAPE,))


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01"])
def test_impossible_date_is_refused(day):
    document = build_document(MADE)
    document["credentialSubject"]["activityEndDate"] = f"{day}T00:00:00Z"

    assert judged(sign(document)) == (State.ALTERED, (Reason.SHAPE,))


@pytest.mark.parametrize(
    "document", [{}, {"issuer": ["x"]}, {"issuer": {"id": 1}}, {"issuer": None}]
)
def test_a_document_may_name_no_issuer(document):
    assert issuer_of(document) == ""
    assert issuer_of(SIGNED) == CONTROLLER


@pytest.mark.parametrize("state", State)
def test_every_state_and_reason_has_a_text(state):
    assert str(state.label) != state.value
    assert all(str(reason.label).endswith(".") for reason in Reason)
