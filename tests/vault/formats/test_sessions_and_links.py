from uuid import UUID

import pytest

from protect.vault.formats import context, sealed
from protect.vault.formats.credentials.codes import LinkCode
from protect.vault.formats.errors import Damaged, Forged, Malformed
from protect.vault.formats.secrets import Dek, LinkSecret, UnlockToken
from tests.vault.formats.given import (
    AMAL,
    AMAL_SECRET,
    BELA,
    CASE,
    OTHER,
    RECORD,
    VECTORS,
    flipped,
)

TOKEN = UnlockToken.generate()
SESSION = context.unlock(user=AMAL, session=RECORD)
DEK, SECRET, CODE, SALT = (
    Dek.generate(),
    LinkSecret.generate(),
    LinkCode.generate(),
    bytes(range(16)),
)
PACKET = {"kind": "packet", "record": RECORD, "version": 1, "packet": OTHER}
LINK = context.link(**PACKET)


def test_a_session_gives_the_secret_back():
    blob = sealed.seal_user_secret(AMAL_SECRET, TOKEN, SESSION)

    assert sealed.unseal_user_secret(blob, TOKEN, SESSION) == AMAL_SECRET
    assert len(blob) == 2 + 12 + 96 + 16


def test_a_session_of_years_ago_opens():
    bound = bytes.fromhex(VECTORS["contexts"]["unlock"])
    token = UnlockToken(bytes.fromhex(CASE["token"]))

    opened = sealed.unseal_user_secret(bytes.fromhex(CASE["unlock"]), token, bound)

    assert opened.reveal().hex() == VECTORS["user_secret"]


def test_every_bit_of_a_session_counts():
    for spoilt in flipped(sealed.seal_user_secret(AMAL_SECRET, TOKEN, SESSION)):
        with pytest.raises(Damaged):
            sealed.unseal_user_secret(spoilt, TOKEN, SESSION)


@pytest.mark.parametrize("change", [{"user": BELA}, {"session": OTHER}])
def test_a_session_opens_for_nobody_else_and_nowhere_else(change):
    blob = sealed.seal_user_secret(AMAL_SECRET, TOKEN, SESSION)
    elsewhere = context.unlock(**{"user": AMAL, "session": RECORD} | change)

    with pytest.raises(Forged):
        sealed.unseal_user_secret(blob, TOKEN, elsewhere)
    with pytest.raises(Forged):
        sealed.unseal_user_secret(blob, UnlockToken.generate(), SESSION)


def test_the_key_of_a_session_is_bound_too():
    """What the token opens with is derived for one session, not only checked against it."""
    elsewhere = context.unlock(user=BELA, session=RECORD)

    assert sealed._session_key(TOKEN, SESSION) != sealed._session_key(TOKEN, elsewhere)
    assert sealed._session_key(TOKEN, SESSION) != TOKEN.reveal()


def test_something_else_in_a_session_is_no_secret():
    blob = sealed.encrypt(b"x" * 95, sealed._session_key(TOKEN, SESSION), SESSION)

    with pytest.raises(Malformed):
        sealed.unseal_user_secret(blob, TOKEN, SESSION)


def test_a_link_and_its_code_open_a_packet():
    blob = sealed.wrap_for_link(DEK, SECRET, CODE, salt=SALT, context=LINK)

    assert sealed.unwrap_for_link(blob, SECRET, CODE, salt=SALT, context=LINK) == DEK
    assert len(blob) == 2 + 12 + 32 + 16


def test_a_link_of_years_ago_opens():
    opened = sealed.unwrap_for_link(
        bytes.fromhex(CASE["link"]),
        LinkSecret(bytes.fromhex(CASE["link_secret"])),
        LinkCode.parse(CASE["link_code"]),
        salt=bytes.fromhex(CASE["link_salt"]),
        context=context.link(
            kind="case", record=UUID(CASE["record"]), version=3, packet=UUID(CASE["packet"])
        ),
    )

    assert opened.reveal().hex() == VECTORS["dek"]


def test_neither_half_opens_without_the_other():
    blob = sealed.wrap_for_link(DEK, SECRET, CODE, salt=SALT, context=LINK)

    for secret, code, salt in (
        (LinkSecret.generate(), CODE, SALT),
        (SECRET, LinkCode.generate(), SALT),
        (SECRET, CODE, bytes(16)),
    ):
        with pytest.raises(Forged):
            sealed.unwrap_for_link(blob, secret, code, salt=salt, context=LINK)


@pytest.mark.parametrize(
    "change", [{"kind": "case"}, {"record": OTHER}, {"version": 2}, {"packet": RECORD}]
)
def test_a_link_opens_no_other_packet(change):
    blob = sealed.wrap_for_link(DEK, SECRET, CODE, salt=SALT, context=LINK)

    with pytest.raises(Forged):
        sealed.unwrap_for_link(
            blob, SECRET, CODE, salt=SALT, context=context.link(**PACKET | change)
        )


def test_every_bit_of_a_link_wrap_counts():
    for spoilt in flipped(sealed.wrap_for_link(DEK, SECRET, CODE, salt=SALT, context=LINK)):
        with pytest.raises(Damaged):
            sealed.unwrap_for_link(spoilt, SECRET, CODE, salt=SALT, context=LINK)
