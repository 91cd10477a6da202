from __future__ import annotations

import pytest
from django.db import IntegrityError

from protect.orgs.models import User

pytestmark = pytest.mark.django_db


def test_an_account_signs_in_by_its_address_in_small_letters():
    user = User.objects.create_user("Amal@Demo.Example", "a long demo passphrase")

    assert user.email == "amal@demo.example"
    assert user.check_password("a long demo passphrase")


def test_an_address_in_capitals_cannot_be_stored():
    with pytest.raises(IntegrityError):
        User.objects.create(email="Amal@demo.example")


def test_an_account_never_shows_a_person():
    user = User(email="amal@demo.example")

    assert "amal" not in str(user)
