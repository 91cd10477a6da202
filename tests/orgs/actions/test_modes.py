import pytest

from protect.audit import actions as audit
from protect.audit.models import Entry
from protect.audit.rules import PLATFORM
from protect.demo.consortium import build_organisations
from protect.orgs import actions
from protect.orgs.models import User
from tests.orgs.conftest import AT
from tests.orgs.traces import recorded, refused

pytestmark = pytest.mark.django_db
PROFILE = actions.NewOrganisation("Demo office", "iom_office", "BE", "Europe/Brussels")


@pytest.fixture
def live(settings):
    settings.IS_DEMO = False


def go_live(settings, at=AT) -> None:
    """Work live for a moment, and come back with a demo."""
    settings.IS_DEMO = False
    actions.mark_as_live(at=at)
    settings.IS_DEMO = True


def test_a_demo_leaves_no_mark_and_suits_its_own_database():
    build_organisations(at=AT)
    actions.mark_as_live(at=AT)

    actions.must_match_mode()
    assert "orgs.go_live" not in recorded()


def test_a_live_start_leaves_one_mark(live):
    actions.mark_as_live(at=AT)
    actions.mark_as_live(at=AT.replace(year=2027))

    actions.must_match_mode()
    assert [(entry.action, entry.at) for entry in Entry.objects.of_chain(PLATFORM)] == [
        ("orgs.go_live", AT)
    ]


def test_an_installation_that_begins_live_leaves_the_mark(live):
    actions.create_first_organisation(PROFILE, email="olga@demo.invalid", language="en", at=AT)

    assert recorded()[-1] == "orgs.go_live"


def test_an_installation_that_begins_in_a_demo_leaves_none():
    actions.create_first_organisation(PROFILE, email="olga@demo.invalid", language="en", at=AT)

    assert "orgs.go_live" not in recorded()
    actions.must_match_mode()


@pytest.mark.parametrize("refusing", ["must_allow_demo_data", "must_match_mode"])
def test_no_demo_works_with_a_database_that_was_live(settings, refusing):
    go_live(settings)

    with refused("database_was_live"):
        getattr(actions, refusing)()


def test_no_demo_is_built_in_a_database_that_was_live(settings):
    go_live(settings)

    with refused("database_was_live"):
        build_organisations(at=AT)


def test_pruned_mark_still_counts(settings):
    go_live(settings, at=AT.replace(year=2020))
    assert [each.removed for each in audit.prune(at=AT)] == [1]

    with refused("database_was_live"):
        build_organisations(at=AT)


def test_a_live_system_does_not_serve_a_demos_database(settings):
    build_organisations(at=AT)
    settings.IS_DEMO = False

    with refused("database_of_demo"):
        actions.must_match_mode()


def test_live_system_does_not_serve_a_database_with_a_demo_account(live):
    User.objects.create_user("amal@demo.example", name="Demo Amal")

    with refused("database_of_demo"):
        actions.must_match_mode()


def test_a_live_system_serves_a_database_of_its_own(live):
    actions.create_first_organisation(PROFILE, email="olga@demo.invalid", language="en", at=AT)

    actions.must_match_mode()


def test_live_system_builds_no_demo_data(live):
    with refused("demo_only"):
        actions.must_allow_demo_data()
