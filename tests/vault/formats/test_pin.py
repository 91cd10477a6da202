import hashlib
import hmac
from dataclasses import replace
from uuid import UUID

import pytest

from protect.vault.formats import fingerprint, marks as formats_marks
from protect.vault.formats.errors import Forged
from protect.vault.formats.secrets import TeamPublicKey, UserSecret
from protect.vault.formats.signing import KeyVersion
from tests.vault.formats.given import (
    AMAL_SECRET,
    BELA_SECRET,
    CASE,
    OTHER_SECRET,
    OTHER_TEAM,
    TEAM,
    TEAM_SECRET,
    VECTORS,
    flipped,
)

AT = KeyVersion(TEAM, 1)
DIGEST = fingerprint.digest(TEAM_SECRET.public())
MARK = formats_marks.make_pin(AMAL_SECRET, AT, DIGEST)


def test_a_pin_made_years_ago_still_matches():
    person = UserSecret(bytes.fromhex(VECTORS["user_secret"]))
    team = KeyVersion(UUID(CASE["team"]), CASE["team_version"])
    digest = fingerprint.digest(TeamPublicKey(bytes.fromhex(CASE["team_public"])))

    assert formats_marks.make_pin(person, team, digest).hex() == VECTORS["pin"]
    assert formats_marks.must_match_pin(bytes.fromhex(VECTORS["pin"]), person, team, digest) is None


def test_a_pin_is_an_hmac_under_a_key_from_the_whole_secret_of_the_person():
    """HKDF (RFC 5869) and T(…) written down by hand."""
    prk = hmac.digest(bytes(32), AMAL_SECRET.reveal(), "sha256")
    key = hmac.digest(prk, b"protect pin 1" + b"\x01", "sha256")
    signed = bytes.fromhex(
        "00000006"
        + ("01 00000007" + b"protect".hex())
        + ("01 00000003" + b"pin".hex())
        + "02 00000008 0000000000000001"
        + ("03 00000010" + TEAM.hex)
        + "02 00000008 0000000000000001"
        + ("04 00000020" + DIGEST.hex())
    )

    assert hmac.digest(key, signed, hashlib.sha256) == MARK
    assert len(MARK) == 32


def test_a_pin_matches_the_key_that_it_was_made_for():
    assert formats_marks.must_match_pin(MARK, AMAL_SECRET, AT, DIGEST) is None


@pytest.mark.parametrize(
    ("team", "digest"),
    [
        (replace(AT, team=OTHER_TEAM), DIGEST),
        (replace(AT, version=2), DIGEST),
        (AT, fingerprint.digest(OTHER_SECRET.public())),
    ],
    ids=["team", "version", "key"],
)
def test_another_team_version_or_key_is_refused(team, digest):
    with pytest.raises(Forged, match=r"^not the key that this person pinned$"):
        formats_marks.must_match_pin(MARK, AMAL_SECRET, team, digest)


def test_another_persons_pin_is_refused():
    with pytest.raises(Forged):
        formats_marks.must_match_pin(MARK, BELA_SECRET, AT, DIGEST)


def test_every_bit_and_the_length_of_a_pin_count():
    for spoilt in [*flipped(MARK), b"", MARK[:-1], MARK + b"\0"]:
        with pytest.raises(Forged):
            formats_marks.must_match_pin(spoilt, AMAL_SECRET, AT, DIGEST)


def test_every_byte_of_the_persons_secret_counts():
    raw = AMAL_SECRET.reveal()
    marks = {
        formats_marks.make_pin(UserSecret(spoilt), AT, DIGEST) for spoilt in flipped(raw, step=8)
    }

    assert len(marks) == len(raw)
    assert MARK not in marks


def test_a_pin_tells_nobody_without_the_secret_which_key_it_is_for():
    assert DIGEST not in MARK
    assert hashlib.sha256(DIGEST).digest() != MARK
