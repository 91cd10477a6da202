import base64
import hmac
import json
from datetime import date
from string import ascii_letters, digits

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, strategies as st

from protect.vault.formats import token
from protect.vault.formats.errors import Damaged, Forged, Malformed
from protect.vault.formats.token import TokenContent
from tests.vault.formats.given import flipped

SALT = bytes(range(16))
KEY = token.derive_day_key("Demo sécret", SALT)
DAY = date(2026, 11, 29)  # the 332nd day after the first of 2026
HEAD = bytes([1]) + (332).to_bytes(2, "big")
SAID = TokenContent(issued=1_795_989_600, document={"g": "f", "s": "é 9"})
KNOWN = (
    "AQFMAAECAwQFBgcICQoLXLM0As4jwWn5DEdxoOtFXSFx5ZdMAAnrbpmbwftIVWYH0onGCFxjekKWN_Ex5BGEtSzVxCIl"
    "XBejbM1yn63E2JXiDbRUvAEe-Pwo8glr3Ms"
)


def raw_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_the_key_of_a_day_is_hkdf_of_the_secret():
    """RFC 5869 by hand: one block of 32 bytes is all there is to expand."""
    first = hmac.digest(SALT, "Demo sécret".encode(), "sha256")

    assert hmac.digest(first, b"protect token v1\1", "sha256") == KEY
    assert token.derive_day_key("Demo sécret", bytes(16)) != KEY


def test_the_layout_is_the_one_written_down():
    raw = raw_of(token.seal(KEY, "a", DAY, SAID))

    plain = AESGCM(KEY).decrypt(raw[3:15], raw[15:], HEAD + b"a")

    assert raw[:3] == HEAD
    assert plain == b"\x6b\x0c\xa0\x60" + '{"g":"f","s":"é 9"}'.ljust(507).encode()
    assert len(plain) == 512


def test_a_token_made_long_ago_opens():
    assert token.unseal(KEY, "a", KNOWN) == SAID
    assert token.issue_day(KNOWN) == DAY


@given(st.dictionaries(st.text(max_size=9), st.integers() | st.text(max_size=40), max_size=5))
def test_a_document_comes_back(document):
    opened = TokenContent(issued=7, document=json.loads(json.dumps(document)))

    assert token.unseal(KEY, "a", token.seal(KEY, "a", DAY, opened)) == opened


@pytest.mark.parametrize(("letters", "blocks"), [(0, 1), (499, 1), (500, 1), (501, 2), (1012, 2)])
def test_a_full_block_has_no_empty_one_after(letters, blocks):
    opened = TokenContent(issued=0, document={"a": "x" * letters})  # 12 bytes besides the letters
    raw = raw_of(token.seal(KEY, "a", DAY, opened))

    assert len(raw) == 3 + 12 + 512 * blocks + 16


@pytest.mark.parametrize("day", [date(2026, 1, 1), DAY, date(2027, 1, 1)])
def test_a_token_says_whose_day_it_is(day):
    assert token.issue_day(token.seal(KEY, "a", day, SAID)) == day


def test_no_nonce_repeats():
    made = {raw_of(token.seal(KEY, "a", DAY, SAID))[3:15] for _ in range(50)}

    assert len(made) == 50


def test_another_key_or_purpose_does_not_open():
    for key, purpose in ((bytes(32), "a"), (KEY, "b"), (KEY, ""), (KEY, "é")):
        with pytest.raises(Forged, match=r"^not sealed with this key$"):
            token.unseal(key, purpose, KNOWN)


def test_a_purpose_may_be_in_any_script():
    assert token.unseal(KEY, "é", token.seal(KEY, "é", DAY, SAID)) == SAID


def test_every_bit_counts():
    for spoilt in flipped(raw_of(KNOWN)):
        with pytest.raises(Damaged):
            token.unseal(KEY, "a", text_of(spoilt))


def test_a_cut_is_seen_at_every_length():
    raw = raw_of(KNOWN)

    for size in range(len(raw)):
        with pytest.raises(Damaged):
            token.unseal(KEY, "a", text_of(raw[:size]))


SHORTEST = bytes([1, 0, 1]) + bytes(28)


def test_the_shortest_token_that_could_be_one_has_a_day():
    assert token.issue_day(text_of(SHORTEST)) == date(2026, 1, 2)


def test_a_token_may_end_in_any_letter():
    whole = text_of(SHORTEST + bytes(2))  # 33 bytes: no letter has bits to spare

    for last in ascii_letters + digits + "-_":
        assert token.issue_day(whole[:-1] + last) == date(2026, 1, 2)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not a token of this version"),
        (text_of(SHORTEST[:-1]), "not a token of this version"),
        (text_of(b"\0" + SHORTEST[1:]), "not a token of this version"),
        (text_of(b"\2" + SHORTEST[1:]), "not a token of this version"),
        (KNOWN[:41], "not base64url"),
        (KNOWN + "é", "not base64url"),
        (f"{KNOWN} ", "not base64url"),
        (f"{KNOWN}\n\n", "not base64url"),
        (KNOWN[:20] + "\n" + KNOWN[20:], "not base64url"),
        (KNOWN.replace("-", "+"), "not canonical base64url"),
        (KNOWN.replace("_", "/"), "not canonical base64url"),
        (f"{KNOWN}=", "not canonical base64url"),
        (KNOWN[:-1] + "t", "not canonical base64url"),
    ],
)
def test_any_other_text_is_refused(text, why):
    with pytest.raises(Malformed, match=f"^{why}$"):
        token.issue_day(text)
    with pytest.raises(Malformed, match=f"^{why}$"):
        token.unseal(KEY, "a", text)


def test_a_token_has_one_spelling():
    for last in set(ascii_letters + digits + "-_") - {KNOWN[-1]}:
        with pytest.raises(Damaged):
            token.unseal(KEY, "a", KNOWN[:-1] + last)
