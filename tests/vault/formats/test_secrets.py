import copy
import pickle
from collections.abc import Hashable

import pytest
from hypothesis import given, strategies as st

from protect.vault.formats import secrets
from protect.vault.formats.errors import Damaged, Forged, Malformed
from protect.vault.formats.secrets import (
    Dek,
    LinkSecret,
    Pepper,
    PublicKey,
    Secret,
    SecretHalf,
    SigningSeed,
    TeamPublicKey,
    TeamSecret,
    UnlockToken,
    UserPublicKey,
    UserSecret,
)
from tests.vault.formats.given import VECTORS

SIZES = {
    Dek: 32,
    Pepper: 32,
    SigningSeed: 32,
    SecretHalf: 128,
    UserSecret: 96,
    TeamSecret: 128,
    UnlockToken: 32,
    LinkSecret: 32,
}
PUBLIC_SIZES = {UserPublicKey: 1216, TeamPublicKey: 1248}


@pytest.mark.parametrize(("kind", "size"), SIZES.items())
def test_every_secret_has_one_size(kind, size):
    assert len(kind.generate().reveal()) == size
    for wrong in (0, size - 1, size + 1):
        with pytest.raises(Malformed, match=rf"^{kind.__name__} has another size$"):
            kind(b"x" * wrong)


@pytest.mark.parametrize(("kind", "size"), PUBLIC_SIZES.items())
def test_every_public_key_has_one_size(kind, size):
    assert kind(bytes(size)).raw == bytes(size)
    for wrong in (0, size - 1, size + 1):
        with pytest.raises(Malformed, match=r"^a public key of another size$"):
            kind(bytes(wrong))


@pytest.mark.parametrize("kind", SIZES)
def test_no_two_secrets_are_the_same(kind):
    assert kind.generate() != kind.generate()


def test_a_secret_without_a_size_takes_any_but_none_and_is_never_made():
    assert Secret(b"x").reveal() == b"x"
    with pytest.raises(Malformed):
        Secret(b"")
    with pytest.raises(TypeError, match=r"^a secret without a fixed size cannot be generated$"):
        Secret.generate()


@pytest.mark.parametrize("kind", SIZES)
def test_a_secret_does_not_show(kind):
    secret = kind(b"Q" * SIZES[kind])

    assert repr(secret) == str(secret) == f"{secret}" == f"{kind.__name__}(…)"
    assert not hasattr(secret, "__dict__")


def test_a_public_key_does_not_fill_a_log():
    assert repr(UserPublicKey(bytes(1216))) == "UserPublicKey()"


@pytest.mark.parametrize(
    "keep", [pickle.dumps, copy.copy, copy.deepcopy, hash, lambda secret: {secret}]
)
def test_a_secret_is_never_stored_copied_or_a_key(keep):
    with pytest.raises(TypeError):
        keep(Dek.generate())


def test_a_secret_is_known_not_to_hash():
    assert not isinstance(Dek.generate(), Hashable)


def test_the_refusal_to_be_stored_says_why():
    with pytest.raises(TypeError, match=r"^a secret is never stored or copied$"):
        pickle.dumps(Dek.generate())


def test_secrets_are_equal_by_bytes_and_kind():
    assert Dek(b"x" * 32) == Dek(b"x" * 32)
    assert Dek(b"x" * 32) != Dek(b"x" * 31 + b"y")
    assert Dek(b"x" * 32) != Pepper(b"x" * 32)
    assert Dek(b"x" * 32) != b"x" * 32


def test_a_secret_does_not_change_with_the_buffer_it_came_from():
    buffer = bytearray(32)
    secret = Dek(buffer)
    buffer[0] = 1

    assert secret.reveal() == bytes(32)


def test_public_keys_are_those_known():
    user = UserSecret(bytes.fromhex(VECTORS["user_secret"]))
    team = TeamSecret(bytes.fromhex(VECTORS["team_secret"]))

    assert user.public().raw.hex() == VECTORS["user_public"]
    assert team.public().raw.hex() == VECTORS["case"]["team_public"]
    assert team.public().signing().hex() == VECTORS["case"]["team_public"][-64:]
    assert team.signing().reveal().hex() == VECTORS["team_secret"][-64:]


def test_public_keys_are_equal_by_kind_and_bytes():
    class Another(UserPublicKey):
        __slots__ = ()

    assert UserPublicKey(bytes(1216)) == UserPublicKey(bytes(1216))
    assert UserPublicKey(bytes(1216)) != UserPublicKey(b"x" * 1216)
    assert UserPublicKey(bytes(1216)) != Another(bytes(1216))
    assert issubclass(TeamPublicKey, PublicKey)


@pytest.mark.parametrize("kind", [UnlockToken, LinkSecret])
@given(raw=st.binary(min_size=32, max_size=32))
def test_a_secret_that_travels_has_one_spelling(kind, raw):
    text = kind(raw).text()

    assert kind.from_text(text) == kind(raw)
    assert len(text) == 43
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "UnlockToken has another size"),
        ("A" * 42, "UnlockToken has another size"),  # 31 bytes
        ("A" * 44, "UnlockToken has another size"),  # 33 bytes
        ("A" * 42 + "+", "not canonical base64url"),
        ("A" * 42 + "é", "not base64url"),
        ("A" * 42 + "B", "not canonical base64url"),  # the same 32 bytes, with a spare bit set
        ("A" * 43 + "=", "not canonical base64url"),
        ("A" * 43 + "\n", "not base64url"),
        ("A" * 43 + "\n\n", "not base64url"),
        ("A" * 20 + " " + "A" * 23, "not base64url"),
    ],
)
def test_any_other_text_is_refused(text, why):
    with pytest.raises(Malformed, match=f"^{why}$"):
        UnlockToken.from_text(text)


def test_the_text_and_hash_of_a_token_are_those_known():
    token = UnlockToken(bytes.fromhex(VECTORS["case"]["token"]))

    assert token.text() == VECTORS["cookie"]
    assert token.stored_hash().hex() == VECTORS["row_hash"]


def test_what_is_damaged_is_one_family():
    assert issubclass(Malformed, Damaged)
    assert issubclass(Forged, Damaged)
    assert issubclass(Damaged, ValueError)


@pytest.mark.parametrize("kind", [UserSecret, TeamSecret])
def test_the_keys_of_a_secret_are_read_from_its_bytes_once(kind):
    raw = bytes(range(kind.SIZE))
    secret = kind(raw)

    assert secret.x25519_key.private_bytes_raw() == raw[64:96]
    assert secret.mlkem_key.private_bytes_raw() == raw[:64]
    assert secret.x25519_key is secret.x25519_key
    assert secret.mlkem_key is secret.mlkem_key
    assert not hasattr(secret, "__dict__")  # nothing but what is declared is kept


def test_a_key_for_one_purpose_is_made_once_and_differs_for_another():
    secret = TeamSecret.generate()

    one, other = secret.derived_key(b"one"), secret.derived_key(b"other")

    assert one == secrets.derive(secret.reveal(), info=b"one")
    assert other == secrets.derive(secret.reveal(), info=b"other")
    assert secret.derived_key(b"one") is one
    assert secret.derived_key(b"other") is other


def test_the_public_key_of_a_team_is_made_once():
    secret = TeamSecret.generate()

    assert secret.public() is secret.public()
