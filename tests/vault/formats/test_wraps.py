import hashlib
import hmac

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given, strategies as st

from protect.vault.formats import context, secrets, wraps
from protect.vault.formats.errors import Damaged, Forged, Malformed, NotCanonical
from protect.vault.formats.secrets import Dek, SecretHalf, TeamPublicKey, TeamSecret, UserSecret
from tests.vault.formats.given import (
    AMAL,
    AMAL_SECRET,
    BELA,
    BELA_SECRET,
    CASE,
    GRANT,
    OTHER,
    OTHER_SECRET,
    OTHER_TEAM,
    RECORD,
    TEAM,
    TEAM_SECRET,
    VECTORS,
    WRAP,
    flip,
    flipped,
)

DEK = Dek.generate()
TO_TEAM = wraps.wrap_dek(DEK, TEAM_SECRET.public(), WRAP)
HALF = context.half(team=TEAM, version=1, pair="1-2", slot=1)
DRAFT = context.draft(user=AMAL, user_version=1, draft=RECORD, form="note")


def test_a_key_comes_back_to_the_team():
    assert wraps.unwrap_dek(TO_TEAM, TEAM_SECRET, WRAP) == DEK


def test_every_wrap_is_of_the_one_suite_and_as_long_as_written_down():
    blobs = {
        wraps.wrap_dek(DEK, TEAM_SECRET.public(), WRAP): 32,
        wraps.wrap_grant(TEAM_SECRET, AMAL_SECRET.public(), GRANT): 128,
        wraps.wrap_half(SecretHalf.generate(), AMAL_SECRET.public(), HALF): 128,
        wraps.seal_draft({}, AMAL_SECRET.public(), DRAFT): 256,
    }

    assert len(TO_TEAM) == 1170
    for blob, plain in blobs.items():
        assert blob[:2] == b"\x01\x02"
        assert len(blob) == 2 + 1120 + plain + 16


def test_every_bit_counts():
    for spoilt in flipped(TO_TEAM):
        with pytest.raises(Damaged):
            wraps.unwrap_dek(spoilt, TEAM_SECRET, WRAP)


def test_a_cut_is_seen_at_every_length():
    shortest = len(TO_TEAM) - 32

    for size in range(len(TO_TEAM)):
        with pytest.raises(Malformed if size < shortest else Forged):
            wraps.unwrap_dek(TO_TEAM[:size], TEAM_SECRET, WRAP)
    with pytest.raises(Forged, match=r"^a wrap does not open$"):
        wraps.unwrap_dek(TO_TEAM + b"\0", TEAM_SECRET, WRAP)


@pytest.mark.parametrize(
    "head", [b"", b"\x01", b"\x01\x00", b"\x01\x01", b"\x01\x03", b"\x00\x02", b"\x02\x02"]
)
def test_another_version_or_suite_is_malformed(head):
    body = TO_TEAM[2:] if len(head) == 2 else b""

    with pytest.raises(Malformed, match=r"^not a wrap of this version$"):
        wraps.unwrap_dek(head + body, TEAM_SECRET, WRAP)


def test_a_wrap_of_the_retired_suite_without_ml_kem_opens_no_more():
    """Whoever could choose the suite could choose the weaker one."""
    blob, team = bytes.fromhex(VECTORS["retired_suite"]), VECTORS["team_secret"]

    assert blob[:2] == b"\x01\x01"
    with pytest.raises(Malformed, match=r"^not a wrap of this version$"):
        wraps.unwrap_dek(blob, TeamSecret(bytes.fromhex(team)), WRAP)


def test_another_team_does_not_open_it():
    with pytest.raises(Forged):
        wraps.unwrap_dek(TO_TEAM, OTHER_SECRET, WRAP)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "note"},
        {"record": OTHER},
        {"version": 2},
        {"team": OTHER_TEAM},
        {"team_version": 2},
    ],
)
def test_a_wrap_opens_nowhere_else(change):
    where = {"kind": "case", "record": RECORD, "version": 1, "team": TEAM, "team_version": 1}

    with pytest.raises(Forged):
        wraps.unwrap_dek(TO_TEAM, TEAM_SECRET, context.wrap(**where | change))


def test_a_grant_comes_back_to_its_member_alone():
    blob = wraps.wrap_grant(TEAM_SECRET, AMAL_SECRET.public(), GRANT)

    assert wraps.unwrap_grant(blob, AMAL_SECRET, GRANT) == TEAM_SECRET
    assert len(blob) == 2 + 1120 + 128 + 16
    with pytest.raises(Forged):
        wraps.unwrap_grant(blob, BELA_SECRET, GRANT)


@pytest.mark.parametrize(
    "change", [{"team": OTHER_TEAM}, {"version": 2}, {"user": BELA}, {"user_version": 2}]
)
def test_a_grant_opens_nowhere_else(change):
    where = {"team": TEAM, "version": 1, "user": AMAL, "user_version": 1}
    blob = wraps.wrap_grant(TEAM_SECRET, AMAL_SECRET.public(), GRANT)

    with pytest.raises(Forged):
        wraps.unwrap_grant(blob, AMAL_SECRET, context.grant(**where | change))


def test_every_byte_of_a_grant_counts():
    blob = wraps.wrap_grant(TEAM_SECRET, AMAL_SECRET.public(), GRANT)

    for spoilt in flipped(blob, step=8):
        with pytest.raises(Damaged):
            wraps.unwrap_grant(spoilt, AMAL_SECRET, GRANT)


def test_what_was_wrapped_years_ago_opens():
    user = UserSecret(bytes.fromhex(VECTORS["user_secret"]))
    known = {name: bytes.fromhex(bound) for name, bound in VECTORS["contexts"].items()}

    team = wraps.unwrap_grant(bytes.fromhex(CASE["grant"]), user, known["grant"])
    half = wraps.unwrap_half(bytes.fromhex(VECTORS["halves"]["blob"]), user, known["half"])
    dek = wraps.unwrap_dek(bytes.fromhex(CASE["wrap"]), team, known["wrap"])

    assert team.reveal().hex() == VECTORS["team_secret"]
    assert half.reveal().hex() == VECTORS["halves"]["first"]
    assert dek.reveal().hex() == VECTORS["dek"]


def test_the_kem_is_x_wing():
    """RFC 9180 by hand, over the combiner written down, opens what the library wrapped."""
    blob, raw = TO_TEAM, TEAM_SECRET.reveal()
    lattice, curve, sealed = blob[2:1090], blob[1090:1122], blob[1122:]
    own = X25519PrivateKey.from_private_bytes(raw[64:96])
    first = MLKEM768PrivateKey.from_seed_bytes(raw[:64]).decapsulate(lattice)
    second = own.exchange(X25519PublicKey.from_public_bytes(curve))
    shared = hashlib.sha3_256(
        first + second + curve + own.public_key().public_bytes_raw() + rb"\.//^" + b"\\"
    ).digest()

    key, nonce = schedule(bytes.fromhex("647a00010002"), shared, WRAP)

    assert AESGCM(key).decrypt(nonce, sealed, b"") == DEK.reveal()


def schedule(suite: bytes, shared: bytes, info: bytes) -> tuple[bytes, bytes]:
    def extract(salt: bytes, label: bytes, material: bytes) -> bytes:
        return hmac.digest(salt, b"HPKE-v1HPKE" + suite + label + material, "sha256")

    secret = extract(shared, b"secret", b"")
    bound = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)

    def expand(label: bytes, size: int) -> bytes:
        said = size.to_bytes(2, "big") + b"HPKE-v1HPKE" + suite + label + bound
        return HKDFExpand(SHA256(), size, said).derive(secret)

    return expand(b"key", 32), expand(b"base_nonce", 12)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[:1184] + bytes(32) + raw[1216:],  # a curve point of small order
        lambda raw: b"\xff" * 1184 + bytes(32) + raw[1216:],
    ],
)
def test_a_public_key_that_is_none_is_refused(spoil):
    to = TeamPublicKey(spoil(TEAM_SECRET.public().raw))

    with pytest.raises(Malformed, match=r"^not a public key$"):
        wraps.wrap_dek(DEK, to, WRAP)


def test_a_lattice_key_out_of_range_is_refused():
    to = TeamPublicKey(b"\xff" * 1184 + TEAM_SECRET.public().raw[1184:])

    with pytest.raises(Malformed):
        wraps.wrap_dek(DEK, to, WRAP)


def test_a_wrap_of_something_else_is_no_key():
    blob = wraps.seal_for_public_key(TEAM_SECRET.public(), b"x" * 31, WRAP)

    with pytest.raises(Malformed):
        wraps.unwrap_dek(blob, TEAM_SECRET, WRAP)


def test_this_machine_has_ml_kem():
    assert wraps.is_mlkem_available() is True


def test_a_machine_without_ml_kem_is_known(monkeypatch):
    def absent() -> None:
        raise UnsupportedAlgorithm("ML-KEM")

    machine = type("Machine", (), {"generate": absent})
    monkeypatch.setattr(wraps, "MLKEM768PrivateKey", machine)

    assert wraps.is_mlkem_available() is False


# --- halves ---------------------------------------------------------------------------------------


def test_two_halves_make_the_secret_in_either_order():
    first, second = secrets.split_team_secret(TEAM_SECRET)

    assert secrets.join_team_secret_halves(first, second) == TEAM_SECRET
    assert secrets.join_team_secret_halves(second, first) == TEAM_SECRET


def test_halves_are_split_anew_each_time():
    first, second = secrets.split_team_secret(TEAM_SECRET)
    third, fourth = secrets.split_team_secret(TEAM_SECRET)

    assert len({half.reveal() for half in (first, second, third, fourth)}) == 4


def test_halves_of_different_pairs_make_another_secret():
    first, _ = secrets.split_team_secret(TEAM_SECRET)
    _, second = secrets.split_team_secret(TEAM_SECRET)

    made = secrets.join_team_secret_halves(first, second)

    assert made != TEAM_SECRET
    assert made.public() != TEAM_SECRET.public()


def test_known_halves_make_the_known_secret():
    team = TeamSecret(bytes.fromhex(VECTORS["team_secret"]))
    pair = [SecretHalf(bytes.fromhex(VECTORS["halves"][which])) for which in ("first", "second")]

    assert secrets.join_team_secret_halves(*pair) == team


def test_a_half_comes_back_to_its_officer():
    half = SecretHalf.generate()
    blob = wraps.wrap_half(half, AMAL_SECRET.public(), HALF)

    assert wraps.unwrap_half(blob, AMAL_SECRET, HALF) == half
    with pytest.raises(Forged):
        wraps.unwrap_half(blob, BELA_SECRET, HALF)


@pytest.mark.parametrize(
    "change", [{"team": OTHER_TEAM}, {"version": 2}, {"pair": "1-3"}, {"slot": 2}]
)
def test_a_half_opens_nowhere_else(change):
    where = {"team": TEAM, "version": 1, "pair": "1-2", "slot": 1}
    blob = wraps.wrap_half(SecretHalf.generate(), AMAL_SECRET.public(), HALF)

    with pytest.raises(Forged):
        wraps.unwrap_half(blob, AMAL_SECRET, context.half(**where | change))


# --- drafts ---------------------------------------------------------------------------------------


@given(st.text(st.characters(codec="utf-8"), max_size=400))
def test_a_draft_comes_back_to_its_writer(note):
    blob = wraps.seal_draft({"note": note}, AMAL_SECRET.public(), DRAFT)

    assert wraps.unseal_draft(blob, AMAL_SECRET, DRAFT) == {"note": note}
    assert (len(blob) - 2 - 1120 - 16) % 256 == 0


def test_a_draft_opens_for_nobody_else_and_nowhere_else():
    blob = wraps.seal_draft({"note": "Demo"}, AMAL_SECRET.public(), DRAFT)
    elsewhere = context.draft(user=AMAL, user_version=1, draft=OTHER, form="note")

    for key, bound in ((BELA_SECRET, DRAFT), (AMAL_SECRET, elsewhere)):
        with pytest.raises(Forged):
            wraps.unseal_draft(blob, key, bound)
    with pytest.raises(Forged):
        wraps.unseal_draft(flip(blob, len(blob) * 8 - 1), AMAL_SECRET, DRAFT)


def test_a_draft_written_years_ago_opens():
    user = UserSecret(bytes.fromhex(VECTORS["user_secret"]))
    bound = bytes.fromhex(VECTORS["contexts"]["draft"])

    opened = wraps.unseal_draft(bytes.fromhex(VECTORS["draft"]["blob"]), user, bound)

    assert opened == VECTORS["draft"]["document"]


def test_a_draft_needs_one_spelling():
    with pytest.raises(NotCanonical):
        wraps.seal_draft({"n": 0.5}, AMAL_SECRET.public(), DRAFT)
