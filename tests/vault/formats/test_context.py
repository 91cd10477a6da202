import hashlib
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from protect.vault.formats import context
from tests.vault.formats.given import CASE, VECTORS

USER, TEAM, RECORD = UUID(CASE["user"]), UUID(CASE["team"]), UUID(CASE["record"])
KDF = bytes([1, 0, 0, 0x4C, 0, 2, 1])
GIVEN = {
    "seal": {"kind": "case", "record": RECORD, "compartment": "content", "version": 3, "schema": 2},
    "wrap": {"kind": "case", "record": RECORD, "version": 3, "team": TEAM, "team_version": 2},
    "link": {"kind": "case", "record": RECORD, "version": 3, "packet": UUID(CASE["packet"])},
    "grant": {"team": TEAM, "version": 2, "user": USER, "user_version": 4},
    "half": {"team": TEAM, "version": 2, "pair": "1-3", "slot": 1},
    "user": {"user": USER, "kind": 1, "credential": UUID(CASE["password_credential"]), "kdf": KDF},
    "unlock": {"user": USER, "session": UUID(CASE["session"])},
    "draft": {
        "user": USER,
        "user_version": 4,
        "draft": UUID(VECTORS["draft"]["id"]),
        "form": "case-note",
    },
    "parcel": {"user": USER, "parcel": UUID(VECTORS["draft"]["id"])},
    "factor": {"user": USER, "device": UUID(VECTORS["device"])},
    "badge": {"organisation": TEAM, "key": UUID(VECTORS["device"])},
    "file": {"file": UUID(CASE["file_id"]), "record": RECORD},
    "origin": {
        "wrap": bytes.fromhex(VECTORS["contexts"]["wrap"]),
        "sealed_hash": bytes.fromhex(VECTORS["hashes"]["a"]),
        "wrap_hash": bytes.fromhex(VECTORS["hashes"]["b"]),
    },
}
OF_TYPE = {
    str: st.text(st.characters(codec="utf-8"), max_size=4),
    int: st.integers(-(2**63), 2**63 - 1),
    UUID: st.uuids(),
    bytes: st.binary(max_size=4),
}
ANY = st.sampled_from(sorted(GIVEN)).flatmap(
    lambda name: st.tuples(
        st.just(name),
        st.fixed_dictionaries({key: OF_TYPE[type(value)] for key, value in GIVEN[name].items()}),
    )
)


@pytest.mark.parametrize("name", GIVEN)
def test_each_context_is_the_one_known(name):
    assert getattr(context, name)(**GIVEN[name]).hex() == VECTORS["contexts"][name]


@pytest.mark.parametrize("name", GIVEN)
def test_each_context_begins_with_the_house_its_name_and_one(name):
    head = bytes.fromhex("0100000007") + b"protect\x01" + len(name).to_bytes(4, "big")
    head += name.encode() + bytes.fromhex("0200000008") + (1).to_bytes(8, "big")

    assert getattr(context, name)(**GIVEN[name])[4:].startswith(head)


@pytest.mark.parametrize(("name", "key"), [(name, key) for name in GIVEN for key in GIVEN[name]])
def test_each_item_counts(name, key):
    changed = {
        str: lambda value: value + "x",
        int: lambda value: value + 1,
        UUID: lambda value: UUID(int=value.int ^ 1),
        bytes: lambda value: hashlib.sha256(value).digest(),
    }[type(GIVEN[name][key])]
    make = getattr(context, name)

    assert make(**GIVEN[name] | {key: changed(GIVEN[name][key])}) != make(**GIVEN[name])


@given(ANY, ANY)
def test_no_two_contexts_are_equal_but_by_being_the_same(one, two):
    made = [getattr(context, name)(**values) for name, values in (one, two)]

    assert (made[0] == made[1]) is (one == two)


def test_no_context_is_the_beginning_of_another():
    made = [bytes.fromhex(known) for known in VECTORS["contexts"].values()]

    assert not any(a.startswith(b) or b.startswith(a) for a, b in combinations(made, 2))
