import hashlib
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from protect.kernel.items import encode_items
from protect.vault.formats import fingerprint, signing
from protect.vault.formats.errors import Forged
from protect.vault.formats.secrets import SigningSeed, TeamPublicKey, TeamSecret, UserPublicKey
from protect.vault.formats.signing import AdmissionStatement, KeyVersion, ManifestStatement
from tests.vault.formats.given import CASE, OTHER_SECRET, TEAM, TEAM_SECRET, VECTORS, flip, flipped

KNOWN = VECTORS["signing"]
AT = datetime(2026, 11, 25, 10, 30, 0, 123456, tzinfo=UTC)
KNOWN_TEAM = TeamSecret(bytes.fromhex(VECTORS["team_secret"]))
NEXT_TEAM = TeamSecret(bytes.fromhex(VECTORS["next_secret"]))
OLD = TeamPublicKey(bytes.fromhex(CASE["team_public"]))
NEW = TeamPublicKey(bytes.fromhex(CASE["next_public"]))
PARTNER = TeamPublicKey(bytes.fromhex(KNOWN["partner_public"]))
MANIFEST = ManifestStatement(
    packet=UUID(CASE["packet"]),
    sealed_hash=hashlib.sha256(bytes.fromhex(CASE["sealed"])).digest(),
    sender=KeyVersion(UUID(CASE["team"]), 2),
    receiver=KeyVersion(UUID(KNOWN["other_team"]), 5),
    fingerprint=fingerprint.digest(PARTNER),
    consent=UUID(KNOWN["consent"]),
    scope=frozenset({"need", "contact", "age"}),
    person=UUID(CASE["user"]),
    at=AT,
)
CHAIN = f"org:{KNOWN['organisation']}"
HEAD = {"chain": CHAIN, "n": 41, "entry_hash": bytes.fromhex(KNOWN["entry"]), "at": AT}
BEFORE = KeyVersion(UUID(CASE["team"]), CASE["team_version"])
PROOF = bytes.fromhex(CASE["continuity"])
ADMISSION = AdmissionStatement(
    team=BEFORE,
    holder=UUID(CASE["user"]),
    holder_version=CASE["user_version"],
    place=UUID(CASE["place"]),
    digest=fingerprint.digest(UserPublicKey(bytes.fromhex(VECTORS["user_public"]))),
    role=CASE["role"],
    at=AT,
)


def test_what_is_signed_is_what_is_known():
    guest = replace(MANIFEST, receiver=None, fingerprint=None, scope=frozenset())

    assert MANIFEST.message().hex() == KNOWN["manifest"]
    assert guest.message().hex() == KNOWN["guest"]
    assert ADMISSION.message().hex() == KNOWN["admission"]
    assert signing.chain_head_message(**HEAD).hex() == KNOWN["head"]


def test_continuity_signs_both_keys_with_the_number_of_each():
    team, version = BEFORE.team, BEFORE.version

    statement = encode_items(
        "protect", "continuity", 1, team, version, OLD.raw, version + 1, NEW.raw
    )

    assert statement.hex() == KNOWN["continuity"]
    for secret, half in ((KNOWN_TEAM, PROOF[:64]), (NEXT_TEAM, PROOF[64:])):
        assert Ed25519PrivateKey.from_private_bytes(secret.reveal()[96:]).sign(statement) == half


def test_signatures_are_those_known():
    platform = SigningSeed(bytes.fromhex(KNOWN["platform_seed"]))

    assert signing.public_key_of(platform).hex() == KNOWN["platform_public"]
    assert (
        signing.sign(platform, signing.chain_head_message(**HEAD)).hex() == KNOWN["head_signature"]
    )
    assert (
        signing.sign(KNOWN_TEAM.signing(), MANIFEST.message()).hex() == KNOWN["manifest_signature"]
    )
    assert signing.sign(KNOWN_TEAM.signing(), ADMISSION.message()).hex() == CASE["admission"]
    assert signing.sign_next_version(BEFORE, KNOWN_TEAM, NEXT_TEAM) == PROOF


def test_the_next_key_follows_with_the_signatures_of_both():
    assert len(PROOF) == 128
    assert signing.must_follow_key(BEFORE, OLD, NEW, PROOF) is None


def test_every_bit_of_both_signatures_counts():
    for spoilt in flipped(PROOF):
        with pytest.raises(Forged, match=r"^not signed with this key$"):
            signing.must_follow_key(BEFORE, OLD, NEW, spoilt)


@pytest.mark.parametrize(
    "proof",
    [
        b"",
        PROOF[:64],
        PROOF[64:],
        PROOF[:64] * 2,
        PROOF[64:] * 2,
        PROOF[64:] + PROOF[:64],
        PROOF[:-1],
        PROOF + b"\0",
        bytes(128),
    ],
)
def test_the_signature_of_one_version_alone_proves_nothing(proof):
    with pytest.raises(Forged):
        signing.must_follow_key(BEFORE, OLD, NEW, proof)


@pytest.mark.parametrize("forger", ["old", "new"])
def test_a_forger_with_the_secret_of_one_version_links_no_other_key(forger):
    """A stolen older secret vouches for no key that its owner does not sign back, or before it."""
    stolen = TeamSecret.generate()
    ends = (stolen, NEXT_TEAM) if forger == "old" else (KNOWN_TEAM, stolen)
    proof = signing.sign_next_version(BEFORE, *ends)

    with pytest.raises(Forged):
        signing.must_follow_key(BEFORE, OLD, NEW, proof)


@pytest.mark.parametrize(
    "change",
    [
        {"team": replace(BEFORE, team=TEAM)},
        {"team": replace(BEFORE, version=BEFORE.version + 1)},
        {"old": NEW},
        {"new": OLD},
        {"old": NEW, "new": OLD},
        {"new": PARTNER},
        {"old": PARTNER},
    ],
)
def test_continuity_speaks_of_one_team_one_version_and_both_keys(change):
    given = {"team": BEFORE, "old": OLD, "new": NEW} | change

    with pytest.raises(Forged):
        signing.must_follow_key(**given, proof=PROOF)


@pytest.mark.parametrize("at", [0, 1183, 1184, 1215])
@pytest.mark.parametrize("which", ["old", "new"])
def test_a_key_with_another_byte_for_sealing_does_not_follow(which, at):
    """The signing part alone is what verifies: the rest of the key must be in what is signed."""
    keys = {"old": OLD, "new": NEW}
    keys[which] = TeamPublicKey(flip(keys[which].raw, at * 8))

    with pytest.raises(Forged):
        signing.must_follow_key(BEFORE, **keys, proof=PROOF)


@pytest.mark.parametrize("field", [field.name for field in fields(AdmissionStatement)])
def test_every_field_of_an_admission_counts(field):
    other = {
        "team": replace(BEFORE, team=TEAM),
        "holder": uuid4(),
        "holder_version": ADMISSION.holder_version + 1,
        "place": uuid4(),
        "digest": bytes(32),
        "role": "supervisor",
        "at": AT + timedelta(microseconds=1),
    }
    changed = replace(ADMISSION, **{field: other[field]})

    with pytest.raises(Forged):
        signing.must_verify(OLD.signing(), bytes.fromhex(CASE["admission"]), changed.message())


def test_an_admission_counts_for_one_version_of_one_team_only():
    signature = bytes.fromhex(CASE["admission"])
    later = replace(ADMISSION, team=replace(BEFORE, version=BEFORE.version + 1))

    assert signing.must_verify(OLD.signing(), signature, ADMISSION.message()) is None
    for public, said in (
        (OLD, later.message()),
        (NEW, ADMISSION.message()),
        (NEW, later.message()),
    ):
        with pytest.raises(Forged):
            signing.must_verify(public.signing(), signature, said)


def test_the_place_and_the_holder_of_an_admission_are_not_interchangeable():
    turned = replace(ADMISSION, holder=ADMISSION.place, place=ADMISSION.holder)

    assert turned.message() != ADMISSION.message()


@pytest.mark.parametrize("field", [field.name for field in fields(ManifestStatement)])
def test_every_field_of_a_manifest_counts(field):
    other = {
        "packet": uuid4(),
        "sealed_hash": bytes(32),
        "sender": KeyVersion(TEAM, 2),
        "receiver": None,
        "fingerprint": None,
        "consent": uuid4(),
        "scope": frozenset({"need"}),
        "person": uuid4(),
        "at": AT + timedelta(microseconds=1),
    }
    signature = signing.sign(TEAM_SECRET.signing(), MANIFEST.message())
    changed = replace(MANIFEST, **{field: other[field]})

    with pytest.raises(Forged):
        signing.must_verify(TEAM_SECRET.public().signing(), signature, changed.message())


@pytest.mark.parametrize("which", ["sender", "receiver"])
def test_the_version_of_either_team_counts(which):
    team = getattr(MANIFEST, which)
    changed = replace(MANIFEST, **{which: replace(team, version=team.version + 1)})

    assert changed.message() != MANIFEST.message()


def test_the_order_of_the_scope_does_not_count_but_its_words_do():
    turned = replace(MANIFEST, scope=frozenset(["age", "need", "contact"]))
    glued = replace(MANIFEST, scope=frozenset(["agecontact", "need"]))

    assert turned.message() == MANIFEST.message()
    assert glued.message() != MANIFEST.message()
    assert encode_items("age", "contact", "need") in MANIFEST.message()


@pytest.mark.parametrize("change", [{"chain": "platform"}, {"n": 42}, {"entry_hash": bytes(32)}])
def test_every_item_of_a_head_counts(change):
    assert signing.chain_head_message(**HEAD | change) != signing.chain_head_message(**HEAD)
    assert signing.chain_head_message(
        **HEAD | {"at": AT + timedelta(seconds=1)}
    ) != signing.chain_head_message(**HEAD)


def test_a_moment_is_the_same_in_every_zone():
    elsewhere = AT.astimezone(timezone(timedelta(hours=2)))

    assert signing.chain_head_message(**HEAD | {"at": elsewhere}) == signing.chain_head_message(
        **HEAD
    )


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(TypeError):
        signing.chain_head_message(**HEAD | {"at": AT.replace(tzinfo=None)})


def test_every_bit_of_a_signature_and_of_a_key_counts():
    said = MANIFEST.message()
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
    statements = [
        MANIFEST.message(),
        ADMISSION.message(),
        signing.chain_head_message(**HEAD),
        bytes.fromhex(KNOWN["continuity"]),
    ]
    names = ["manifest", "admission", "head", "continuity"]

    for statement, name in zip(statements, names, strict=True):
        assert statement[4:].startswith(encode_items("protect", name, 1)[4:])


def test_the_public_key_of_a_seed_is_the_team_s():
    assert signing.public_key_of(TEAM_SECRET.signing()) == TEAM_SECRET.public().signing()
