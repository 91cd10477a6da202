from collections import Counter

import pytest

from protect.demo import consortium
from protect.demo.consortium import build_organisations
from protect.demo.services import build_services
from protect.directory.models import Service
from protect.kernel import tables
from protect.kernel.errors import DataError
from protect.orgs import access
from protect.orgs.enums import MembershipState, OrganisationKind, Permission
from protect.orgs.models import Membership, Organisation, Team, User
from protect.reference import vocabulary
from tests.orgs.conftest import AT
from tests.orgs.traces import everything, recorded, refused

pytestmark = pytest.mark.django_db


def test_the_consortium_has_an_office_in_every_country_and_all_that_surrounds_it():
    made = build_organisations(at=AT)

    kinds = Counter(Organisation.objects.active().order_by("pk").values_list("kind", flat=True))
    assert kinds == {
        OrganisationKind.IOM_OFFICE: 12,
        OrganisationKind.NGO_PARTNER: 8,
        OrganisationKind.SERVICE_PROVIDER: 6,
        OrganisationKind.SCHOOL: 2,
    }
    offices = Organisation.objects.filter(kind=OrganisationKind.IOM_OFFICE).order_by("country")
    assert set(offices.values_list("country", flat=True)) == set(vocabulary.countries())
    assert made["organisation"] == 28
    assert made["user"] == User.objects.count()
    assert recorded() == ["orgs.build_demo"] * 28


def test_building_again_makes_and_changes_nothing():
    build_organisations(at=AT)
    before = everything()

    assert build_organisations(at=AT.replace(year=2027)).total() == 0
    assert everything() == before


def test_everything_in_it_is_visibly_invented():
    build_organisations(at=AT)

    for model in (Organisation, Team, User):
        assert all(row.name.startswith("Demo ") for row in model.objects.order_by("pk"))
    assert all(user.email.endswith("@demo.example") for user in User.objects.order_by("pk"))
    assert not any(user.has_usable_password() for user in User.objects.order_by("pk"))


def test_members_with_keys_are_enrolled_and_others_active():
    build_organisations(at=AT)

    with_team = Membership.objects.filter(team__isnull=False).order_by("pk")
    without = Membership.objects.filter(team=None).order_by("pk")
    assert {place.state for place in with_team} == {MembershipState.ENROLLED}
    assert {place.state for place in without} == {MembershipState.ACTIVE}


def test_cast_members_have_their_documented_roles():
    build_organisations(at=AT)
    places = Membership.objects.select_related("user", "organisation", "team").order_by("pk")
    found = {
        (place.user.email.split("@")[0], place.role): place.organisation.name for place in places
    }

    assert found["amal", "caseworker"] == found["dana", "organisation_admin"]
    assert found["bela", "receiver"] == "Demo service Lantern"
    assert found["chidi", "supervisor"] == "Demo partner Ember"
    olga = User.objects.get(email="olga@demo.example")
    assert access.scope_for(olga.pk).may(Permission.OPERATE)


def test_every_organisation_has_somebody_to_manage_it_and_every_team_somebody_to_admit():
    build_organisations(at=AT)

    for organisation in Organisation.objects.order_by("pk"):
        assert organisation.memberships.filter(role="organisation_admin").count() == 1
    for team in Team.objects.order_by("pk"):
        assert team.memberships.filter(role="supervisor").count() == 1


def test_people_read_a_language_of_the_interface():
    languages = vocabulary.languages()

    for plan in consortium.consortium().values():
        assert {person.language for person in plan.people} <= set(languages)


def test_a_live_system_gets_no_demo(settings):
    settings.IS_DEMO = False

    with refused("demo_only"):
        build_organisations(at=AT)


def test_a_live_system_gets_no_services_of_the_demo(settings):
    settings.IS_DEMO = False

    with refused("demo_only"):
        build_services(at=AT)

    assert not Service.objects.exists()


@pytest.mark.parametrize("held", ["caseworker", "trainer@desk", "caseworker@moon", "chief"])
def test_a_role_in_the_wrong_place_names_its_line(tmp_path, settings, held):
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "consortium.toml").write_text(
        '[demo]\nname = "Demo x"\nkind = "school"\ncountry = "BE"\nzone = "Europe/Brussels"\n'
        'teams = [{ code = "desk", name = "Demo desk" }]\n'
        f'people = [{{ code = "x", name = "Demo X", language = "en", roles = ["{held}"] }}]\n',
        "utf-8",
    )
    settings.PROTECT_DATA_DIRS = [str(tmp_path)]
    tables.load.cache_clear()
    consortium.consortium.cache_clear()

    with pytest.raises(DataError) as refused_row:
        consortium.consortium()

    tables.load.cache_clear()
    assert held in refused_row.value.text()
