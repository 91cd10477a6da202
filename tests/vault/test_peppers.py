import pytest

from protect.orgs.models import Membership
from protect.vault.models import TotpDevice
from protect.vault.server_keys import peppers
from tests.vault.conftest import OLD_PEPPER, PEPPER
from tests.vault.signing import AT, begin, join, let_in, make_person, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def amal(settings):
    settings.PEPPERS = [OLD_PEPPER]
    person = make_person("amal")
    join(person.user, make_team())
    settings.PEPPERS = [PEPPER, OLD_PEPPER]
    return person


def test_somebody_who_has_not_come_yet_needs_the_old_pepper(amal):
    assert peppers.count_people_by_pepper() == {0: 0, 1: 0, 2: 1}


def test_a_password_moves_at_sign_in_and_the_app_with_its_first_code(amal):
    begin(amal)
    assert peppers.count_people_by_pepper() == {0: 0, 1: 1, 2: 1}

    let_in(amal)
    assert peppers.count_people_by_pepper() == {0: 0, 1: 1, 2: 0}


def test_a_pepper_that_was_taken_out_too_early_shows(amal, settings):
    settings.PEPPERS = [PEPPER]

    assert peppers.count_people_by_pepper() == {0: 1, 1: 0}


def test_an_app_alone_keeps_a_pepper_in_use(amal):
    let_in(amal)
    TotpDevice.objects.update(pepper=peppers.pepper_number(OLD_PEPPER))

    assert peppers.count_people_by_pepper() == {0: 0, 1: 1, 2: 1}


def test_who_has_no_place_any_more_needs_no_pepper(amal):
    Membership.objects.update(state="left", ended_at=AT, end_reason="removed")

    assert peppers.count_people_by_pepper() == {0: 0, 1: 0, 2: 0}


def test_a_new_account_without_password_needs_none(amal, django_user_model):
    user = django_user_model.objects.create_user("bela@demo.example")
    join(user, make_team("Demo other"))

    assert peppers.count_people_by_pepper() == {0: 0, 1: 0, 2: 1}
