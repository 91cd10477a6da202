"""Lines of the ledger about second factors, passkeys and keys for certificates."""

from uuid import uuid4

import pytest

from protect.vault.enums import Owner
from protect.vault.formats import fingerprint
from protect.vault.formats.secrets import UserSecret
from protect.vault.integrity import key_register, ledger
from protect.vault.integrity.key_register import BADGE_KEY_KIND, PASSKEY_KIND
from protect.vault.integrity.ledger import Line
from tests.vault.cast import AT

PK, OTHER = uuid4(), uuid4()
DIGEST, CHANGED = b"\1" * 32, b"\2" * 32


@pytest.mark.parametrize(
    ("kind", "what"), [(PASSKEY_KIND, "passkey"), (BADGE_KEY_KIND, "badge_key")]
)
def test_a_row_is_written_down_by_its_digest(kind, what):
    key_register.register_row(kind, PK, DIGEST, at=AT)

    assert list(ledger.read_lines()) == [Line(what, str(PK), AT.isoformat(), f"1:{DIGEST.hex()}")]
    assert key_register.is_registered_row(kind, PK, DIGEST)


def test_another_row_digest_or_kind_is_unknown():
    key_register.register_row(PASSKEY_KIND, PK, DIGEST, at=AT)

    assert not key_register.is_registered_row(PASSKEY_KIND, PK, CHANGED)
    assert not key_register.is_registered_row(PASSKEY_KIND, OTHER, DIGEST)
    assert not key_register.is_registered_row(BADGE_KEY_KIND, PK, DIGEST)


def test_a_second_factor_is_written_down_for_the_version_of_a_persons_key():
    public = UserSecret.generate().public()
    key_register.register_key(Owner.FACTOR, PK, 2, public, at=AT)

    digest = fingerprint.digest(public).hex()
    assert list(ledger.read_lines()) == [
        Line("user_factor", str(PK), AT.isoformat(), f"2:{digest}")
    ]
    assert key_register.is_registered_key(Owner.FACTOR, PK, 2, public)
    assert not key_register.is_registered_key(Owner.PERSON, PK, 2, public)
