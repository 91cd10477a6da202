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
    CONTENT,
    CONTROLLER,
    FOREIGN_SEED,
    ISSUER,
    KEY,
    KEYS,
    LATER,
    OLD_KEY,
    OLD_SEED,
    OTHER,
    SEED,
    SIGNED,
    STATUS_INDEX,
    STATUS_LISTS,
    altered_value,
    iterate_leaves,
    make_status_lists,
    sign,
    with_value,
    without_member,
)

PATHS = [path for path, _value in iterate_leaves(SIGNED)]
VALUES = dict(iterate_leaves(SIGNED))
REFUSED = {State.ALTERED, State.UNKNOWN_ISSUER, State.FOREIGN}


def verify_document(
    document=SIGNED, lists=STATUS_LISTS, keys=KEYS, at=LATER
) -> tuple[State, tuple[Reason, ...]]:
    verdict = verify(document, lists, keys, at=at)
    return verdict.state, verdict.reasons


def test_signed_certificate_is_valid():
    verdict = verify(SIGNED, STATUS_LISTS, KEYS, at=LATER)

    assert (verdict.state, verdict.reasons) == (State.VALID, ())
    assert verdict.content.title == CONTENT.title
    assert verdict.content.key == KEY.public


@pytest.mark.parametrize("path", PATHS, ids=str)
def test_any_changed_field_is_refused_and_no_content_is_returned(path):
    verdict = verify(
        with_value(SIGNED, path, altered_value(VALUES[path])), STATUS_LISTS, KEYS, at=LATER
    )

    assert verdict.state in REFUSED
    assert verdict.content is None


@pytest.mark.parametrize("path", PATHS, ids=str)
def test_any_removed_field_is_refused(path):
    assert verify_document(without_member(SIGNED, path))[0] is State.ALTERED


@pytest.mark.parametrize("value", [None, [], {}, 1, True, "", "x", [None], {"id": "x"}])
@pytest.mark.parametrize("path", PATHS[::4], ids=str)
def test_field_of_a_wrong_type_is_refused(path, value):
    if value != VALUES[path]:
        assert verify_document(with_value(SIGNED, path, value))[0] in REFUSED


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
    assert verify_document(with_value(SIGNED, path, "Demo")) == (State.ALTERED, (Reason.SHAPE,))


@pytest.mark.parametrize("document", [{}, {"proof": None}, without_member(SIGNED, ("proof",))])
def test_an_unsigned_document_is_refused(document):
    assert verify_document(document)[0] is State.ALTERED


@settings(deadline=None)
@given(st.recursive(st.none() | st.text(max_size=5) | st.integers(), st.lists, max_leaves=5))
def test_arbitrary_document_is_refused_without_a_crash(value):
    assert verify_document({"@context": value, "issuer": value})[0] is State.ALTERED
    assert verify_document(SIGNED | {"proof": value})[0] is State.ALTERED


def test_issuer_without_keys_is_called_another_issuer():
    others = [replace(KEY, controller=OTHER)]
    for keys in ((), others):
        assert verify_document(keys=keys) == (State.FOREIGN, (Reason.UNCHECKED,))
        here = verify(
            SIGNED, STATUS_LISTS, keys, at=LATER, is_local_issuer=lambda name: name == CONTROLLER
        )
        assert (here.state, here.reasons) == (State.UNKNOWN_ISSUER, (Reason.ISSUER,))


def test_a_key_that_the_issuer_does_not_publish_is_unknown():
    assert verify_document(sign(build_document(CONTENT), FOREIGN_SEED)) == (
        State.UNKNOWN_ISSUER,
        (Reason.KEY,),
    )


def test_a_key_of_another_issuer_signs_nothing_for_this_one():
    own = badges.IssuerKey(OTHER, badges.public_key_of(FOREIGN_SEED), KEY.created)
    forged = badges.sign(build_document(CONTENT), FOREIGN_SEED, own.address, at=AT)

    assert verify_document(forged, keys=(*KEYS, own)) == (State.UNKNOWN_ISSUER, (Reason.KEY,))


def test_foreign_key_under_a_known_name_is_detected():
    forged = badges.sign(build_document(CONTENT), FOREIGN_SEED, KEY.address, at=AT)

    assert verify_document(forged) == (State.ALTERED, (Reason.PROOF,))


def test_retired_key_is_valid_for_documents_of_its_period():
    then = OLD_KEY.retired - timedelta(days=1)
    made = build_document(replace(CONTENT, issued=then))
    late, early = OLD_KEY.retired + timedelta(hours=1), OLD_KEY.created - timedelta(hours=1)

    assert verify_document(sign(made, OLD_SEED, at=then)) == (State.VALID, ())
    for at in (late, early):
        signed = sign(made, OLD_SEED, at=at)
        assert verify_document(signed) == (State.UNKNOWN_ISSUER, (Reason.KEY_DATES,))


def test_key_is_valid_in_the_second_of_its_creation_and_retirement():
    key = replace(KEY, created=AT.replace(microsecond=9), retired=AT.replace(microsecond=10))

    assert verify_document(keys=[key]) == (State.VALID, ())


def test_document_of_a_distrusted_key_is_invalid():
    key = replace(KEY, retired=LATER, distrusted=LATER)

    assert verify_document(keys=[key]) == (State.UNKNOWN_ISSUER, (Reason.KEY_DISTRUSTED,))


def test_certificate_dated_in_the_future_is_not_valid_yet():
    assert verify_document(at=AT - timedelta(hours=1)) == (State.UNDECIDED, (Reason.TOO_EARLY,))
    assert verify_document(at=AT - timedelta(minutes=4)) == (State.VALID, ())


def test_revocation_is_found_by_the_status_index():
    lists = make_status_lists(STATUS_INDEX)

    assert verify_document(lists=lists) == (State.REVOKED, (Reason.REVOKED,))
    assert verify_document(lists=make_status_lists(STATUS_INDEX - 1, STATUS_INDEX + 1)) == (
        State.VALID,
        (),
    )
    assert verify(SIGNED, lists, KEYS, at=LATER).content.title == CONTENT.title


def test_set_bit_in_any_list_of_the_issuer_counts():
    assert verify_document(lists=[*make_status_lists(STATUS_INDEX), *STATUS_LISTS]) == (
        State.REVOKED,
        (Reason.REVOKED,),
    )
    old = make_status_lists(STATUS_INDEX, at=AT - timedelta(days=20))
    assert verify_document(lists=old, at=AT + timedelta(days=90)) == (
        State.REVOKED,
        (Reason.REVOKED,),
    )


@pytest.mark.parametrize("lists", [[], [{}], [{"id": "x"}]])
def test_certificate_without_its_status_list_is_undecided(lists):
    assert verify_document(lists=lists) == (State.UNDECIDED, (Reason.LIST_MISSING,))


def test_status_list_is_valid_for_a_month_and_the_newest_decides():
    end = AT + timedelta(days=LIST_DAYS)
    newer = make_status_lists(at=end)

    assert verify_document(at=end) == (State.VALID, ())
    assert verify_document(at=end + timedelta(hours=1)) == (State.UNDECIDED, (Reason.LIST_OLD,))
    assert verify_document(lists=[*newer, *STATUS_LISTS], at=end + timedelta(hours=1)) == (
        State.VALID,
        (),
    )


@pytest.mark.parametrize(
    "path", [path for path, _value in iterate_leaves(STATUS_LISTS[0]) if path != ("id",)]
)
def test_a_changed_list_fails_verification(path):
    value = dict(iterate_leaves(STATUS_LISTS[0]))[path]
    forged = [with_value(STATUS_LISTS[0], path, altered_value(value))]

    assert verify_document(lists=forged) == (State.UNDECIDED, (Reason.LIST_WRONG,))


def unsigned(**change):
    return build_status_list(ISSUER, 1, [], at=AT) | change


def test_a_list_of_another_purpose_or_issuer_does_not_count():
    other = badges.IssuerKey(OTHER, KEY.public, KEY.created)
    suspending = with_value(unsigned(), ("credentialSubject", "statusPurpose"), "suspension")
    foreign = badges.sign(unsigned(issuer=OTHER), SEED, other.address, at=AT)
    grown = sign(unsigned(name="Demo"))

    for wrong in (sign(suspending), foreign, grown, unsigned()):
        found = verify_document(lists=[wrong], keys=(*KEYS, other))
        assert found == (State.UNDECIDED, (Reason.LIST_WRONG,))


def test_status_list_of_a_distrusted_key_is_ignored():
    new = badges.IssuerKey(CONTROLLER, badges.public_key_of(FOREIGN_SEED), AT)
    old = replace(KEY, retired=AT, distrusted=AT)
    signed = sign(build_document(CONTENT), FOREIGN_SEED)

    assert verify_document(signed, keys=(old, new)) == (State.UNDECIDED, (Reason.LIST_WRONG,))


@pytest.mark.parametrize("index", [str(LIST_SIZE), "-1", "01", "1e3", "٣"])
def test_invalid_status_index_is_refused(index):
    document = build_document(CONTENT)
    document["credentialStatus"][0]["statusListIndex"] = index

    assert verify_document(sign(document))[0] is not State.VALID


def test_certificate_that_names_one_list_twice_is_refused():
    document = build_document(CONTENT)
    document["credentialStatus"].append(deepcopy(document["credentialStatus"][0]))

    assert verify_document(sign(document)) == (State.ALTERED, (Reason.SHAPE,))


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01"])
def test_impossible_date_is_refused(day):
    document = build_document(CONTENT)
    document["credentialSubject"]["activityEndDate"] = f"{day}T00:00:00Z"

    assert verify_document(sign(document)) == (State.ALTERED, (Reason.SHAPE,))


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
