from datetime import timedelta

import pytest
from django.core.signing import Signer
from hypothesis import given, strategies as st

from protect.orgs import rules
from protect.orgs.actions.devices import (
    forget_devices,
    introduce_device,
    known_device_id,
    remember_device,
)
from protect.orgs.models import User
from tests.orgs.conftest import AT

LINK, OTHER_LINK = b"l" * 32, b"m" * 32
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:"

pytestmark = pytest.mark.django_db


@pytest.fixture
def amal() -> User:
    return User.objects.create_user("amal@demo.example")


@pytest.fixture
def bela() -> User:
    return User.objects.create_user("bela@demo.example")


def is_known(user, cookie, at=AT) -> bool:
    return known_device_id(user, cookie, at=at) != ""


def test_a_browser_is_known_for_the_account_that_signed_in_and_for_no_other(amal, bela):
    cookie = remember_device(amal, "", at=AT)

    assert is_known(amal, cookie)
    assert not is_known(bela, cookie)
    assert not is_known(None, cookie)


def test_cookie_contains_no_personal_data(amal):
    cookie = remember_device(amal, "", at=AT)

    for part in (str(amal.pk), amal.pk.hex, "amal"):
        assert part not in cookie


def test_a_browser_is_forgotten_ninety_days_after_its_last_sign_in(amal):
    cookie = remember_device(amal, "", at=AT)

    assert is_known(amal, cookie, AT + rules.DEVICE_VALIDITY - timedelta(seconds=1))
    assert not is_known(amal, cookie, AT + rules.DEVICE_VALIDITY)


def test_every_sign_in_gives_a_browser_another_id(amal):
    first = remember_device(amal, "", at=AT)
    second = remember_device(amal, first, at=AT)

    assert known_device_id(amal, first, at=AT) != known_device_id(amal, second, at=AT)
    assert "." not in second  # the one before is left out


def test_up_to_four_users_of_a_shared_browser_are_known(amal, bela):
    cookie = remember_device(bela, remember_device(amal, "", at=AT), at=AT)
    assert is_known(amal, cookie)
    assert is_known(bela, cookie)

    for number in range(3):
        other = User.objects.create_user(f"demo{number}@demo.example")
        cookie = remember_device(other, cookie, at=AT)

    assert is_known(bela, cookie)
    assert not is_known(amal, cookie)  # who signed in longest ago
    assert len(cookie.split(".")) == rules.DEVICES_IN_COOKIE


def test_all_browsers_of_an_account_can_be_forgotten(amal, bela):
    cookie = remember_device(bela, remember_device(amal, "", at=AT), at=AT)

    forget_devices(amal.pk)
    amal.refresh_from_db()

    assert not is_known(amal, cookie)
    assert is_known(bela, cookie)
    assert is_known(amal, remember_device(amal, cookie, at=AT))


def test_a_copy_of_the_database_makes_no_cookie(amal, settings):
    cookie = remember_device(amal, "", at=AT)
    settings.SECRET_KEY = "another secret of more than thirty-two letters"

    assert not is_known(amal, cookie)


def test_signature_with_another_salt_is_invalid(amal):
    body = remember_device(amal, "", at=AT).rsplit(":", 1)[0]

    assert not is_known(amal, Signer(salt="other").sign(body))


def test_a_mailed_link_makes_its_browsers_known_with_one_counter_for_half_an_hour(amal, bela):
    one, two = (introduce_device(amal, "", LINK, at=AT) for _ in range(2))
    other = introduce_device(amal, "", OTHER_LINK, at=AT)

    assert known_device_id(amal, one, at=AT) == known_device_id(amal, two, at=AT) != ""
    assert known_device_id(amal, one, at=AT) != known_device_id(amal, other, at=AT)
    assert not is_known(bela, one)
    assert not is_known(amal, one, AT + rules.MAILED_DEVICE_VALIDITY)


def test_known_browser_keeps_its_cookie_after_a_mailed_link(amal):
    cookie = remember_device(amal, "", at=AT)

    assert introduce_device(amal, cookie, LINK, at=AT) == cookie


@given(st.integers(0, 200), st.sampled_from(ALPHABET))
def test_a_cookie_that_was_changed_anywhere_is_unknown(place, letter):
    user = User(email="amal@demo.example")
    user.refresh_from_db = lambda fields: None
    cookie = remember_device(user, "", at=AT)
    place %= len(cookie)
    changed = cookie[:place] + letter + cookie[place + 1 :]

    # The last letter of a signature holds two bits that say nothing: Signer compares letters.
    assert is_known(user, changed) == (changed == cookie)


@given(st.text(max_size=400))
def test_any_invalid_cookie_is_unknown(text):
    assert known_device_id(User(), text, at=AT) == ""
