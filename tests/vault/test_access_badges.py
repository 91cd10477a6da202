"""Which keys for certificates somebody may open."""

import uuid

import pytest
from django.http import Http404

from protect.orgs.enums import OrganisationState
from protect.orgs.models import Organisation
from protect.vault import access
from protect.vault.formats.wraps import VERSION
from protect.vault.models import BadgeKey
from tests.orgs.conftest import AT, World, give, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def badge_key(organisation: Organisation, public: str, *, retired: bool = False) -> BadgeKey:
    held = {"retired_at": AT} if retired else {"seed": bytes([VERSION]), "pepper": 1}
    return BadgeKey.objects.create(
        organisation=organisation, controller="did:web:demo", public=public, created=AT, **held
    )


def refusal(scope, pk) -> tuple:
    with pytest.raises(Http404) as refused:
        access.get_badge_key(scope, pk)
    return refused.value.args


def test_manager_can_open_each_key_of_the_organisation(world, django_assert_num_queries):
    give(world.dana, world.other, "organisation_admin")
    keys = [
        badge_key(world.office, "zold", retired=True),
        badge_key(world.office, "znew"),
        badge_key(world.other, "zother"),
    ]
    scope = world.scope("dana")

    for key in keys:
        with django_assert_num_queries(1):
            found = access.get_badge_key(scope, key.pk)
            assert found.organisation == key.organisation
        assert found == key


@pytest.mark.parametrize("name", ["amal", "sana", "bela", "chidi", "emil", "olga"])
def test_key_of_an_unmanaged_organisation_is_not_found(world, name):
    key = badge_key(world.office, "zkey")

    assert refusal(world.scope(name), key.pk) == ()
    assert refusal(world.scope("dana"), uuid.uuid4()) == ()


def test_a_key_of_a_suspended_organisation_is_not_there(world):
    key, scope = badge_key(world.office, "zkey"), world.scope("dana")
    Organisation.objects.filter(pk=world.office.pk).update(
        state=OrganisationState.SUSPENDED, suspended_at=AT
    )

    assert refusal(scope, key.pk) == ()
