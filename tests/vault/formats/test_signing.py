from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest

from protect.kernel.items import items
from protect.vault.formats import fingerprint, signing
from protect.vault.formats.errors import Forged
from protect.vault.formats.secrets import SigningSeed, TeamPublic, TeamSecret
from protect.vault.formats.signing import Manifest, TeamAt
from tests.vault.formats.given import CASE, OTHER_SECRET, TEAM, TEAM_SECRET, VECTORS, flipped

KNOWN = VECTORS["signing"]
AT = datetime(2026, 11, 25, 10, 30, 0, 123456, tzinfo=UTC)
KNOWN_TEAM = TeamSecret(bytes.fromhex(VECTORS["team_secret"]))
OLD = TeamPublic(bytes.fromhex(CASE["team_public"]))
NEW = TeamPublic(bytes.fromhex(CASE["next_public"]))
MANIFEST = Manifest(
    packet=UUID(CASE["packet"]),
    sealed_hash=hashlib.sha256(bytes.fromhex(CASE["sealed"])).digest(),
    sender=TeamAt(UUID(CASE["team"]), 2),
    receiver=TeamAt(UUID(KNOWN["other_team"]), 5),
    fingerprint=fingerprint.digest(NEW),
    consent=UUID(KNOWN["consent"]),
    scope=frozenset({"need", "contact", "age"}),
    person=UUID(CASE["user"]),
    at=AT,
)
CHAIN = f"org:{KNOWN['organisation']}"
HEAD = {"chain": CHAIN, "n": 41, "entry_hash": bytes.fromhex(KNOWN["entry"]), "at": AT}
CONTINUITY = {"team": UUID(CASE["team"]), "version": 2, "old": OLD, "new": NEW}


def test_what_is_signed_is_what_is_known():
    guest = replace(MANIFEST, receiver=None, fingerprint=None, scope=frozenset())

    assert MANIFEST.said().hex() == KNOWN["manifest"]
    assert guest.said().hex() == KNOWN["guest"]
    assert signing.continuity(**CONTINUITY).hex() == KNOWN["continuity"]
    assert signing.head(**HEAD).hex() == KNOWN["head"]


def test_signatures_are_those_known():
    platform = SigningSeed(bytes.fromhex(KNOWN["platform_seed"]))
    said = signing.continuity(**CONTINUITY)

    assert signing.public_of(platform).hex() == KNOWN["platform_public"]
    assert signing.sign(platform, signing.head(**HEAD)).hex() == KNOWN["head_signature"]
    assert signing.sign(KNOWN_TEAM.signing(), MANIFEST.said()).hex() == KNOWN["manifest_signature"]
    assert signing.sign(KNOWN_TEAM.signing(), said).hex() == CASE["continuity"]


def test_a_version_vouches_for_the_next():
    said = signing.continuity(**CONTINUITY)
    signature = bytes.fromhex(CASE["continuity"])

    assert signing.must_verify(OLD.signing(), signature, said) is None
    with pytest.raises(Forged, match=r"^not signed with this key$"):
        signing.must_verify(NEW.signing(), signature, said)


@pytest.mark.parametrize(
    "change", [{"team": TEAM}, {"version": 3}, {"old": NEW}, {"new": OLD}, {"old": NEW, "new": OLD}]
)
def test_continuity_speaks_of_one_team_one_version_and_both_keys(change):
    said = signing.continuity(**CONTINUITY | change)

    with pytest.raises(Forged):
        signing.must_verify(OLD.signing(), bytes.fromhex(CASE["continuity"]), said)


@pytest.mark.parametrize("field", [field.name for field in fields(Manifest)])
def test_every_field_of_a_manifest_counts(field):
    other = {
        "packet": uuid4(),
        "sealed_hash": bytes(32),
        "sender": TeamAt(TEAM, 2),
        "receiver": None,
        "fingerprint": None,
        "consent": uuid4(),
        "scope": frozenset({"need"}),
        "person": uuid4(),
        "at": AT + timedelta(microseconds=1),
    }
    signature = signing.sign(TEAM_SECRET.signing(), MANIFEST.said())
    changed = replace(MANIFEST, **{field: other[field]})

    with pytest.raises(Forged):
        signing.must_verify(TEAM_SECRET.public().signing(), signature, changed.said())


@pytest.mark.parametrize("which", ["sender", "receiver"])
def test_the_version_of_either_team_counts(which):
    team = getattr(MANIFEST, which)
    changed = replace(MANIFEST, **{which: replace(team, version=team.version + 1)})

    assert changed.said() != MANIFEST.said()


def test_the_order_of_the_scope_does_not_count_but_its_words_do():
    turned = replace(MANIFEST, scope=frozenset(["age", "need", "contact"]))
    glued = replace(MANIFEST, scope=frozenset(["agecontact", "need"]))

    assert turned.said() == MANIFEST.said()
    assert glued.said() != MANIFEST.said()
    assert items("age", "contact", "need") in MANIFEST.said()


@pytest.mark.parametrize("change", [{"chain": "platform"}, {"n": 42}, {"entry_hash": bytes(32)}])
def test_every_item_of_a_head_counts(change):
    assert signing.head(**HEAD | change) != signing.head(**HEAD)
    assert signing.head(**HEAD | {"at": AT + timedelta(seconds=1)}) != signing.head(**HEAD)


def test_a_moment_is_the_same_in_every_zone():
    elsewhere = AT.astimezone(timezone(timedelta(hours=2)))

    assert signing.head(**HEAD | {"at": elsewhere}) == signing.head(**HEAD)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(TypeError):
        signing.head(**HEAD | {"at": AT.replace(tzinfo=None)})


def test_every_bit_of_a_signature_and_of_a_key_counts():
    said = MANIFEST.said()
    public = TEAM_SECRET.public().signing()
    signature = signing.sign(TEAM_SECRET.signing(), said)

    assert len(signature) == 64
    for spoilt in [*flipped(signature), b"", signature[:-1], signature + b"\0"]:
        with pytest.raises(Forged):
            signing.must_verify(public, spoilt, said)
    for spoilt in [*flipped(public), b"", public[:-1], OTHER_SECRET.public().signing()]:
        with pytest.raises(Forged):
            signing.must_verify(spoilt, signature, said)


def test_no_kind_passes_as_another():
    said = {MANIFEST.said(), signing.continuity(**CONTINUITY), signing.head(**HEAD)}
    names = {b"manifest", b"continuity", b"head"}

    assert {bytes(words)[21:].split(b"\2")[0] for words in said} == names


def test_the_public_key_of_a_seed_is_the_team_s():
    assert signing.public_of(TEAM_SECRET.signing()) == TEAM_SECRET.public().signing()
