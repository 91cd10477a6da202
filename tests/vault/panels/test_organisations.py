from datetime import timedelta

import pytest

from protect.orgs import actions as orgs
from protect.orgs.actions import OfferedRole
from protect.orgs.enums import MembershipState, OrganisationState, TeamState
from protect.orgs.models import Membership, Organisation, Team
from protect.orgs.scope import ANONYMOUS_SCOPE
from protect.vault.organisations import panel
from tests.orgs.conftest import make_organisation
from tests.vault.cast import AT, make_person, serve

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


@pytest.fixture(autouse=True)
def at_the_desk(settings) -> None:
    settings.ROOT_URLCONF = "protect.site.urls.desk"


def waiting(person, at=AT) -> list[tuple[str, str, str]]:
    rows = panel.home_panel_rows(person.scope, at)
    return [(row["text"], row["group"], row["verb"]) for row in rows]


def invite(cast, at=AT, email="new@demo.example"):
    place = OfferedRole(cast.office, cast.desk, "caseworker")
    return orgs.invite(cast.sana.scope, place, email=email, language="en", at=at)


def enrol(cast, name, *, since, team=True) -> Membership:
    return Membership.objects.create(
        user=make_person(name).user,
        organisation=cast.office,
        team=cast.desk if team else None,
        role="caseworker" if team else "reader",
        state=MembershipState.ENROLLED,
        created=AT - since,
    )


@pytest.mark.parametrize("name", ["amal", "sana", "dana", "olga"])
def test_nothing_waits_where_all_is_done(cast, name):
    assert waiting(getattr(cast, name)) == []


def test_nobody_has_nothing_waiting(cast, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        assert panel.home_panel_rows(ANONYMOUS_SCOPE, AT) == []


def test_a_proposal_waits_for_ones_word_until_it_is_given(cast):
    new = make_organisation("Demo new", state=OrganisationState.PROPOSED)
    assert waiting(cast.dana) == [("Demo new", "today", "View")]
    assert waiting(cast.amal) == []

    orgs.vouch(cast.dana.scope, new, by=cast.office, at=AT)

    assert waiting(cast.dana) == []


def test_what_nobody_manages_waits_for_an_operator(cast):
    make_organisation("Demo fresh", "GR")

    assert waiting(cast.olga) == [("Demo fresh", "today", "Invite a person")]
    assert waiting(cast.dana) == []


def test_an_organisation_that_begins_is_led_to_its_next_step(cast):
    fresh = make_organisation("Demo fresh", "GR")
    serve(cast.noor, fresh, "organisation_admin")
    assert waiting(cast.noor) == [("Demo fresh", "today", "Appoint recovery officers")]

    Team.objects.create(organisation=fresh, name="Demo", state=TeamState.NO_KEY, created=AT)

    assert waiting(cast.noor) == []  # from here on the team tells


@pytest.mark.parametrize(
    ("since", "told"),
    [
        (timedelta(days=1), []),
        (timedelta(days=5), [("new@demo.example", "soon", "Send again")]),
        (timedelta(days=7), [("new@demo.example", "overdue", "Send again")]),
        (timedelta(days=14), []),
    ],
)
def test_ones_own_invitations_are_told_before_and_after_they_run_out(cast, since, told):
    invite(cast, at=AT - since)

    assert waiting(cast.sana) == told
    assert waiting(cast.dana) == []


def test_an_invitation_that_was_sent_again_waits_no_more(cast):
    invite(cast, at=AT - timedelta(days=7))
    invite(cast)

    assert waiting(cast.sana) == []


def test_who_no_longer_invites_is_not_told(cast):
    invite(cast, at=AT - timedelta(days=6))
    Membership.objects.filter(user=cast.sana.pk).update(role="caseworker")

    assert waiting(cast.sana) == []


def test_who_has_not_finished_after_a_day_is_told_to_those_who_invite(cast):
    enrol(cast, "rana", since=timedelta(days=1))
    enrol(cast, "tano", since=timedelta(hours=23))
    enrol(cast, "vera", since=timedelta(days=2), team=False)

    assert waiting(cast.sana) == [("Demo Rana", "soon", "View")]
    assert waiting(cast.dana) == [
        ("Demo Vera", "soon", "View"),
        ("Demo Rana", "soon", "View"),
    ]
    assert waiting(cast.bela) == []


def test_every_row_says_how_urgent_it_is(cast):
    serve(cast.sana, cast.office, "organisation_admin")
    enrol(cast, "rana", since=timedelta(days=3))
    make_organisation("Demo new", state=OrganisationState.PROPOSED)
    invite(cast, at=AT - timedelta(days=8))

    assert {group for _, group, _ in waiting(cast.sana)} == {"overdue", "today", "soon"}


def test_every_row_leads_to_a_page_that_is_there(cast):
    Organisation.objects.filter(pk=cast.partner.pk).update(state=OrganisationState.PROPOSED)
    place = enrol(cast, "rana", since=timedelta(days=3))
    invite(cast, at=AT - timedelta(days=6))

    found = {row["url"] for row in panel.home_panel_rows(cast.dana.scope, AT)}
    found |= {row["url"] for row in panel.home_panel_rows(cast.sana.scope, AT)}

    assert found == {
        f"/organisations/{cast.partner.pk}",
        f"/organisations/{cast.office.pk}/invitations",
        f"/places/{place.pk}",
    }
