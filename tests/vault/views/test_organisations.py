import uuid
from datetime import timedelta

import pytest

from protect.notices.models import Outgoing
from protect.orgs import actions as orgs
from protect.orgs.enums import OrganisationState, TeamState
from protect.orgs.models import Invitation, Membership, Organisation, Team, Vouch
from protect.vault.models import TeamGrant, UnlockSession
from tests.orgs.conftest import make_organisation
from tests.orgs.traces import everything
from tests.vault.cast import AT, serve
from tests.vault.views.audit_counts import count_audit_entries
from tests.vault.views.desk import Desk, led_to, words

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True
PROPOSAL = {"name": "Demo new shelter", "kind": "service_provider", "country": "GR", "zone": ""}


@pytest.fixture
def proposed(cast) -> Organisation:
    return make_organisation("Demo new", "GR", state=OrganisationState.PROPOSED)


def at_desk(person, *, stepped_up: bool = True) -> Desk:
    return Desk().let_in(person, stepped_up=stepped_up)


def page(organisation, rest: str = "") -> str:
    return f"/organisations/{organisation.pk}{rest}"


# --- the list -----------------------------------------------------------------------------------


def test_who_works_for_one_organisation_goes_straight_to_it(cast):
    assert led_to(at_desk(cast.amal).get("/organisations")) == page(cast.office)


def test_who_may_vouch_sees_their_own_and_those_that_wait(cast, proposed):
    said = words(at_desk(cast.dana).get("/organisations"))

    assert "Demo office" in said
    assert "Waiting for you to vouch" in said
    assert "Demo new" in said
    assert "Demo partner" not in said


def test_who_has_given_their_word_is_asked_no_more(cast, proposed):
    orgs.vouch(cast.dana.scope, proposed, by=cast.office, at=AT)

    assert "Demo new" not in words(at_desk(cast.dana).get("/organisations"))


def test_an_operator_sees_all_and_looks_for_some(cast, proposed):
    desk = at_desk(cast.olga)
    everybody = words(desk.get("/organisations"))
    assert all(name in everybody for name in ("Demo office", "Demo partner", "Demo new"))

    some = words(desk.get("/organisations?state=active&country=MT"))

    assert "Demo partner" in some
    assert "Demo office" not in some
    assert "Demo new" not in some


def test_nothing_that_fits_is_said_so(cast):
    assert "Nothing was found" in words(at_desk(cast.olga).get("/organisations?country=PL"))


@pytest.mark.parametrize(
    ("sort", "first"),
    [("name", "Demo office"), ("-name", "Demo partner"), ("wrong", "Demo office")],
)
def test_the_list_is_sorted_as_asked(cast, sort, first):
    said = words(at_desk(cast.olga).get(f"/organisations?sort={sort}"))

    said = said.partition("All organisations Name")[2]  # the frame names one's own
    names = ["Demo office", "Demo other", "Demo partner"]
    assert min(names, key=said.index) == first


def test_who_has_no_place_is_told_why_there_is_nothing(cast):
    orgs.end_membership(cast.dana.scope, cast.amal.place(cast.desk), at=AT)

    assert "You do not work for an organisation now" in words(
        at_desk(cast.amal).get("/organisations")
    )


# --- one organisation ---------------------------------------------------------------------------


def test_its_people_see_what_it_is_and_who_works_there(cast):
    said = words(at_desk(cast.amal).get(page(cast.office)))

    assert "IOM office" in said
    assert "Belgium" in said
    assert "Members 3" in said
    assert "End its participation permanently" not in said


@pytest.mark.parametrize("name", ["amal", "dana"])
def test_a_foreign_one_and_one_that_is_not_there_look_the_same(cast, name):
    desk = at_desk(getattr(cast, name))

    foreign, missing = desk.get(page(cast.other)), desk.get(f"/organisations/{uuid.uuid4()}")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert words(foreign) == words(missing)


def test_a_proposal_says_who_must_act(cast, proposed):
    assert "Vouch for it" in words(at_desk(cast.dana).get(page(proposed)))
    orgs.vouch(cast.dana.scope, proposed, by=cast.office, at=AT)

    said = words(at_desk(cast.dana).get(page(proposed)))

    assert "Wait for one more organisation" in said
    assert "1 of 2 vouches needed" in said
    assert "Members" not in said


def test_an_administrator_is_led_from_step_to_step(cast):
    fresh = make_organisation("Demo fresh", "GR")
    serve(cast.noor, fresh, "organisation_admin")
    assert "Appoint recovery officers" in words(at_desk(cast.noor).get(page(fresh)))

    said = words(at_desk(cast.dana).get(page(cast.office)))

    assert "Appoint recovery officers" not in said  # the cast has appointed three
    assert "Invite a data protection officer" in said


def test_an_organisation_without_a_team_is_told_to_found_one(cast):
    Team.objects.filter(pk=cast.desk.pk).update(state=TeamState.RETIRED, retired_at=AT)

    assert "Create the first team" in words(at_desk(cast.dana).get(page(cast.office)))


def test_an_operator_invites_where_nobody_manages(cast):
    fresh = make_organisation("Demo fresh", "GR")
    desk = at_desk(cast.olga)
    assert "Invite its first administrator" in words(desk.get(page(fresh)))

    answer = desk.post(page(fresh, "/invite-first"), email="first@demo.example", language="el")

    assert led_to(answer) == page(fresh)
    made = Invitation.objects.get()
    assert (made.organisation, made.role, made.language) == (fresh, "organisation_admin", "el")


@pytest.mark.parametrize(("name", "code"), [("dana", 403), ("chidi", 404)])
def test_nobody_else_invites_a_first_administrator(cast, name, code):
    desk = at_desk(getattr(cast, name))

    answer = desk.post(page(cast.office, "/invite-first"), email="x@demo.example", language="en")

    assert answer.status_code == code
    assert not Invitation.objects.exists()


# --- proposing and vouching ---------------------------------------------------------------------


def test_a_proposal_takes_the_clock_of_its_country(cast):
    desk = at_desk(cast.dana, stepped_up=False)

    answer = desk.post("/organisations/new", **PROPOSAL)

    made = Organisation.objects.get(name="Demo new shelter")
    assert led_to(answer) == page(made)
    assert (made.zone, made.state) == ("Europe/Athens", "proposed")
    assert "The organisation was proposed. Others were asked by e-mail to vouch for it." in words(
        desk.get(page(made))
    )


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"name": ""}, 422, "This field is required"),
        ({"kind": "club"}, 422, "Select a valid choice"),
        ({"name": "Demo office", "country": "BE"}, 409, "already in use"),
    ],
)
def test_a_proposal_that_cannot_be_used_is_shown_again(cast, change, status, said):
    answer = at_desk(cast.dana).post("/organisations/new", **PROPOSAL | change)

    assert answer.status_code == status
    assert said in words(answer)
    assert Organisation.objects.count() == 3


@pytest.mark.parametrize("name", ["amal", "olga"])
def test_only_who_may_vouch_proposes(cast, name):
    answer = at_desk(getattr(cast, name)).post("/organisations/new", **PROPOSAL)

    assert answer.status_code == 403
    assert Organisation.objects.count() == 3


def test_a_word_says_what_it_means_and_is_given(cast, proposed):
    desk = at_desk(cast.dana)
    said = words(desk.get(page(proposed, "/vouch")))
    assert "The organisation cannot see your files. Your teams decide each time" in said
    assert "One more organisation must vouch" in said

    answer = desk.post(page(proposed, "/vouch"), by=str(cast.office.pk))

    assert led_to(answer) == page(proposed)
    assert Vouch.objects.get().by_organisation == cast.office
    said = words(desk.get(page(proposed)))
    assert "You have vouched for it. One more organisation must vouch, too." in said
    assert ", invite its first administrator. From then on, only they and its own people" in said
    assert "who work at \u2068Demo other\u2069" in said


def test_the_last_word_makes_it_active(cast, proposed):
    orgs.vouch(cast.femi.scope, proposed, by=cast.other, at=AT)
    desk = at_desk(cast.dana)
    assert "When you vouch for it, it becomes active." in words(desk.get(page(proposed, "/vouch")))

    answer = desk.post(page(proposed, "/vouch"), by=str(cast.office.pk))

    proposed.refresh_from_db()
    assert proposed.state == OrganisationState.ACTIVE
    assert led_to(answer) == "/organisations"
    said = words(desk.get("/organisations"))
    assert "\u2068Demo new\u2069 is active now. Then the people who run the platform" in said
    assert ", invite its first administrator. From then on, only they and its own people" in said
    assert desk.get(page(proposed)).status_code == 404


def test_who_manages_two_organisations_chooses_one(cast, proposed):
    serve(cast.dana, cast.partner, "organisation_admin")
    desk = at_desk(cast.dana)
    asked = words(desk.get(page(proposed, "/vouch")))
    assert "Which of your organisations vouches for it?" in asked

    assert desk.post(page(proposed, "/vouch"), by="").status_code == 422
    desk.post(page(proposed, "/vouch"), by=str(cast.partner.pk))

    assert [each.by_organisation for each in Vouch.objects.all()] == [cast.partner]


def test_nobody_vouches_for_another_organisation_than_their_own(cast, proposed):
    answer = at_desk(cast.dana).post(page(proposed, "/vouch"), by=str(cast.other.pk))

    assert answer.status_code == 422
    assert not Vouch.objects.exists()


@pytest.mark.parametrize(("name", "code"), [("amal", 404), ("olga", 403)])
def test_who_may_not_vouch_does_not(cast, proposed, name, code):
    desk = at_desk(getattr(cast, name))

    answer = desk.post(page(proposed, "/vouch"), by=str(cast.office.pk))

    assert answer.status_code == code
    assert not Vouch.objects.exists()


def test_a_second_word_of_the_same_organisation_is_refused(cast, proposed):
    orgs.vouch(cast.dana.scope, proposed, by=cast.office, at=AT)

    answer = at_desk(cast.dana).post(page(proposed, "/vouch"), by=str(cast.office.pk))

    assert answer.status_code == 409
    assert "vouch_not_allowed" in words(answer)
    assert Vouch.objects.count() == 1


# --- stopping and leaving -----------------------------------------------------------------------


def test_an_operator_suspends_and_opens_again(cast):
    desk, browser = at_desk(cast.olga), at_desk(cast.amal)
    assert "3 people work there" in words(desk.get(page(cast.office, "/suspend")))

    desk.post(page(cast.office, "/suspend"))

    cast.office.refresh_from_db()
    assert cast.office.state == OrganisationState.SUSPENDED
    assert led_to(browser.get(page(cast.office))) == "/sign-in"
    assert "Reactivate" in words(desk.get(page(cast.office)))
    desk.post(page(cast.office, "/reactivate"))
    cast.office.refresh_from_db()
    assert cast.office.state == OrganisationState.ACTIVE
    assert TeamGrant.objects.filter(team_key__team=cast.desk).exists()


def test_what_is_suspended_or_has_left_says_so_to_who_runs_the_platform(cast):
    desk = at_desk(cast.olga)
    desk.post(page(cast.office, "/suspend"))
    assert "Its people cannot work for it now" in words(desk.get(page(cast.office)))

    desk.post(page(cast.office, "/leave"), name="Demo office")

    said = words(desk.get(page(cast.office)))
    assert "Records that its teams sealed stay unreadable until their retention period" in said
    assert "End its participation permanently" not in said


@pytest.mark.parametrize("what", ["suspend", "reactivate"])
@pytest.mark.parametrize(("name", "code"), [("dana", 403), ("chidi", 404)])
def test_nobody_else_suspends_or_opens(cast, what, name, code):
    desk = at_desk(getattr(cast, name))
    before = count_audit_entries()

    answer = desk.post(page(cast.office, f"/{what}"))

    assert answer.status_code == code
    assert count_audit_entries() == before


def test_what_was_suspended_meanwhile_is_refused(cast):
    desk = at_desk(cast.olga)
    desk.post(page(cast.office, "/suspend"))

    assert desk.post(page(cast.office, "/suspend")).status_code == 409


def test_leaving_says_what_ends_and_ends_it(cast):
    desk, browser = at_desk(cast.dana), at_desk(cast.amal)
    said = words(desk.get(page(cast.office, "/leave")))
    assert "1 team ends now, with its key." in said
    assert "3 people lose their memberships" in said
    assert "Sealed records stay unreadable until their retention period ends," in said

    answer = desk.post(page(cast.office, "/leave"), name=" demo  OFFICE ")

    assert led_to(answer) == "/organisations"
    cast.office.refresh_from_db()
    assert cast.office.state == OrganisationState.LEFT
    assert not Membership.objects.live().filter(organisation=cast.office).exists()
    assert not TeamGrant.objects.filter(team_key__team=cast.desk).exists()
    assert led_to(browser.get("/organisations")) == "/sign-in"
    assert led_to(desk.get("/organisations")) == "/sign-in"


def test_another_name_ends_nothing(cast):
    desk = at_desk(cast.dana)
    before = everything()

    answer = desk.post(page(cast.office, "/leave"), name="Demo offices")

    assert answer.status_code == 422
    assert "The name differs. Type it exactly as shown above." in words(answer)
    assert everything() == before


@pytest.mark.parametrize(("name", "code"), [("amal", 403), ("sana", 403), ("chidi", 404)])
def test_who_does_not_manage_it_ends_nothing(cast, name, code):
    desk = at_desk(getattr(cast, name))
    before = count_audit_entries()

    answer = desk.post(page(cast.office, "/leave"), name="Demo office")

    assert answer.status_code == code
    assert count_audit_entries() == before


def test_the_organisation_of_the_only_operators_stays(cast):
    answer = at_desk(cast.femi).post(page(cast.other, "/leave"), name="Demo other")

    assert answer.status_code == 409
    assert "No other person has this role, so nothing was changed." in words(answer)
    cast.other.refresh_from_db()
    assert cast.other.state == OrganisationState.ACTIVE


@pytest.mark.parametrize("what", ["vouch", "suspend", "reactivate", "leave", "invite-first"])
def test_what_changes_who_can_read_asks_once_more_who_it_is(cast, proposed, what):
    desk = at_desk(cast.dana, stepped_up=False)
    before = everything()

    asked = desk.post(page(proposed, f"/{what}"), by=str(cast.office.pk), name="Demo new")

    assert led_to(asked) == "/confirm"
    assert everything() == before


def test_after_ten_minutes_one_is_asked_again(cast, proposed):
    desk = at_desk(cast.dana)
    desk.at += timedelta(minutes=10)

    assert led_to(desk.get(page(proposed, "/vouch"))) == "/confirm"


def test_mail_about_a_proposal_goes_to_those_who_may_vouch(cast):
    at_desk(cast.dana).post("/organisations/new", **PROPOSAL)

    told = Outgoing.objects.filter(template="organisation_vouch_asked").order_by("to")
    assert [each.to for each in told] == ["emil@demo.example", "femi@demo.example"]
    assert UnlockSession.objects.count() == 1
