import pytest

from tests.vault.views.desk import Desk

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


def page_for(person, organisation) -> str:
    return Desk().let_in(person).get(f"/organisations/{organisation.pk}").content.decode()


def test_who_manages_it_finds_its_officers_and_the_end_of_it_last(cast):
    aside = (
        page_for(cast.dana, cast.office)
        .partition('<aside class="side"')[2]
        .partition("</aside>")[0]
    )

    officers, end = (f"/organisations/{cast.office.pk}/{each}" for each in ("officers", "leave"))
    assert 0 < aside.index(f'"{officers}"') < aside.index(f'"{end}"')
    assert aside.count("<li>") == 2


@pytest.mark.parametrize("name", ["amal", "olga"])
def test_others_are_led_to_no_officers_from_there(cast, name):
    assert f"/organisations/{cast.office.pk}/officers" not in page_for(
        getattr(cast, name), cast.office
    )
