from datetime import UTC, datetime, timedelta
from io import StringIO
from string import ascii_letters, digits

import pytest
from django.core.management import call_command
from hypothesis import given, settings, strategies as st

from protect.kernel import clock
from protect.vault.errors import TokenGone
from protect.vault.formats import token as token_format
from protect.vault.models import DaySalt
from protect.vault.server_keys import tokens

AT = datetime(2026, 11, 29, 22, 0, tzinfo=UTC)
SAID = {"g": "f", "s": "9, 13"}
pytestmark = pytest.mark.django_db


def test_token_returns_the_sealed_document():
    token = tokens.seal_token("a", SAID, at=AT)

    assert tokens.open_token("a", token, at=AT + timedelta(minutes=29)) == (SAID, 60)


def test_a_token_closes_after_half_an_hour():
    token = tokens.seal_token("a", SAID, at=AT)

    with pytest.raises(TokenGone):
        tokens.open_token("a", token, at=AT + timedelta(minutes=31))


def test_a_token_of_another_purpose_does_not_open():
    token = tokens.seal_token("a", SAID, at=AT)

    with pytest.raises(TokenGone):
        tokens.open_token("b", token, at=AT)


@pytest.mark.parametrize("position", [0, 2, 5, 20, -1])
def test_a_changed_token_does_not_open(position):
    token = tokens.seal_token("a", SAID, at=AT)
    other = "A" if token[position] != "A" else "B"
    letters = list(token)
    letters[position] = other

    with pytest.raises(TokenGone):
        tokens.open_token("a", "".join(letters), at=AT)


def test_a_token_has_one_spelling():
    token = tokens.seal_token("a", SAID, at=AT)

    for other in set(ascii_letters + digits + "-_") - {token[-1]}:
        with pytest.raises(TokenGone):
            tokens.open_token("a", token[:-1] + other, at=AT)


@pytest.mark.parametrize("token", ["", "A", "AAAA", "é", "A" * 5000, "../../etc"])
def test_malformed_token_does_not_open(token):
    with pytest.raises(TokenGone):
        tokens.open_token("a", token, at=AT)


def test_another_secret_opens_nothing(settings):
    token = tokens.seal_token("a", SAID, at=AT)
    settings.SECRET_KEY = "another secret of more than thirty-two letters"

    with pytest.raises(TokenGone):
        tokens.open_token("a", token, at=AT)


def test_salt_is_deleted_after_48_hours_for_good():
    token = tokens.seal_token("a", SAID, at=AT)

    tokens.delete_old_salts(at=AT.replace(hour=0) + timedelta(hours=48))

    assert DaySalt.objects.count() == 0
    with pytest.raises(TokenGone):
        tokens.open_token("a", token, at=AT)


def test_a_day_keeps_one_salt():
    tokens.seal_token("a", SAID, at=AT)
    tokens.seal_token("a", SAID, at=AT + timedelta(minutes=1))

    assert DaySalt.objects.count() == 1


def test_only_the_first_token_of_a_day_destroys_old_salts(django_assert_num_queries):
    old = AT - timedelta(days=3)
    tokens.seal_token("a", SAID, at=old)
    tokens.seal_token("a", SAID, at=AT)
    assert [row.day for row in DaySalt.objects.order_by("day")] == [AT.date()]

    with django_assert_num_queries(1):  # reads the salt, writes nothing
        tokens.seal_token("a", SAID, at=AT)


def test_daily_command_deletes_only_due_salts():
    for days in (3, 2, 1):
        DaySalt.objects.create(day=AT.date() - timedelta(days=days), salt=b"s" * 32)
    out = StringIO()

    with clock.frozen(AT):
        call_command("forget_salts", stdout=out)

    assert out.getvalue() == "salts destroyed: 2\n"
    assert DaySalt.objects.get().day == AT.date() - timedelta(days=1)


@settings(max_examples=50)
@given(st.dictionaries(st.text(max_size=3), st.text(max_size=40), max_size=6))
def test_token_length_reveals_only_the_padding_block(document):
    key = token_format.derive_day_key("s", b"salt")
    opened = token_format.TokenContent(issued=0, document=document)

    token = token_format.seal(key, "a", AT.date(), opened)

    assert token_format.unseal(key, "a", token) == opened
    raw = len(token) * 3 // 4 - token_format.HEADER_BYTES - token_format.NONCE_BYTES - 16
    assert raw % token_format.PADDING_BLOCK_BYTES == 0
