import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.core.exceptions import ImproperlyConfigured

from protect.vault.server_keys import peppers
from tests.refusals import refuses
from tests.vault.conftest import CHEAP, OLD_PEPPER, PEPPER
from tests.vault.signing import PASSWORD


def test_a_hash_verifies_its_password_and_no_other():
    made = make_password(PASSWORD)

    assert check_password(PASSWORD, made)
    assert not check_password(PASSWORD + "x", made)
    assert PASSWORD not in made


def test_two_hashes_of_one_password_differ():
    assert make_password(PASSWORD) != make_password(PASSWORD)


def test_a_hash_is_useless_under_another_pepper_of_the_same_name(settings):
    made = make_password(PASSWORD)
    settings.PEPPERS = [OLD_PEPPER]
    renamed = made.replace(peppers.pepper_id(PEPPER).hex(), peppers.pepper_id(OLD_PEPPER).hex())

    assert renamed != made
    assert not check_password(PASSWORD, renamed)


def test_without_its_pepper_nothing_is_verified(settings):
    made = make_password(PASSWORD)
    settings.PEPPERS = [OLD_PEPPER]

    with refuses("pepper_missing"):
        check_password(PASSWORD, made)


def test_without_any_pepper_nothing_is_hashed(settings):
    settings.PEPPERS = []

    with refuses("pepper_missing"):
        make_password(PASSWORD)
    with refuses("pepper_missing"):
        peppers.load_peppers()


def test_a_hash_is_outdated_by_a_newer_pepper_and_by_another_cost(settings):
    made = make_password(PASSWORD)
    hasher = identify_hasher(made)
    assert not hasher.must_update(made)

    settings.PEPPERS = [OLD_PEPPER, PEPPER]
    assert hasher.must_update(made)
    assert check_password(PASSWORD, made)

    settings.PEPPERS = [PEPPER]
    settings.ARGON2 = {**CHEAP, "passes": 2}
    assert hasher.must_update(made)
    assert check_password(PASSWORD, made)


@pytest.mark.parametrize("shape", ["m=8,t=1,p=1", "m=999999999,t=1,p=1", "m=,t=,p="])
def test_a_hash_with_a_cost_outside_the_bounds_is_not_run(shape):
    algorithm, pepper, _, salt, made = make_password(PASSWORD).split("$")

    with pytest.raises(ValueError, match=r"bounds|kind"):
        check_password(PASSWORD, "$".join((algorithm, pepper, shape, salt, made)))


def test_a_summary_and_the_parts_hold_no_whole_hash():
    made = make_password(PASSWORD)
    hasher = identify_hasher(made)
    parts = hasher.decode(made)

    assert parts["algorithm"] == "peppered_argon2id"
    assert parts["hash"] not in "".join(map(str, hasher.safe_summary(made).values()))


@pytest.mark.parametrize("salt", ["", "a$b"])
def test_a_salt_without_letters_or_with_a_dollar_is_refused(salt):
    with pytest.raises(ValueError, match="salt"):
        identify_hasher(make_password(PASSWORD)).encode(PASSWORD, salt)


def test_a_cost_outside_the_bounds_is_refused_when_it_is_read(settings):
    settings.ARGON2 = {**CHEAP, "memory_kib": 8}

    with pytest.raises(ImproperlyConfigured):
        peppers.argon2_cost()


def test_two_peppers_with_one_number_are_refused(settings):
    number = peppers.pepper_number(PEPPER)
    twin = next(
        raw
        for raw in (index.to_bytes(32, "big") for index in range(5000))
        if peppers.pepper_number(raw) == number
    )
    settings.PEPPERS = [PEPPER, twin]

    with pytest.raises(ImproperlyConfigured):
        peppers.load_peppers()


def test_a_number_is_one_byte_and_never_that_of_no_pepper():
    numbers = {peppers.pepper_number(index.to_bytes(32, "big")) for index in range(3000)}

    assert numbers == set(range(1, 256))
