import uuid

import pytest

from protect.notices.models import Outgoing
from protect.orgs import actions as orgs
from protect.orgs.enums import MembershipState
from protect.orgs.models import Membership
from protect.vault.models import ResetLink, TeamGrant, TeamKey, UnlockSession
from tests.orgs.traces import everything
from tests.vault.cast import AT, admit, make_person, serve, wait_in
from tests.vault.views.audit_counts import count_audit_entries
from tests.vault.views.desk import Desk, led_to, words

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


def at_desk(person, *, stepped_up: bool = True) -> Desk:
    return Desk().let_in(person, stepped_up=stepped_up)


def role_of(person, organisation) -> Membership:
    """Return the place in the organisation itself."""
    return Membership.objects.live().get(user=person.user, organisation=organisation, team=None)


def page(place, rest: str = "") -> str:
    return f"/places/{place.pk}{rest}"


def people(organisation) -> str:
    return f"/organisations/{organisation.pk}/people"


# --- the list -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("amal", ["Demo Amal (you)", "Demo Sana", "Demo Dana"]),
        ("dana", ["Demo Amal", "Demo Sana", "Demo Dana (you)"]),
        ("olga", ["Demo Amal", "Demo Sana", "Demo Dana"]),
    ],
)
def test_people_are_listed_with_role_and_team(cast, name, seen):
    said = words(at_desk(getattr(cast, name)).get(people(cast.office)))

    assert all(each in said for each in seen)
    assert "Case worker Demo desk" in said
    assert "Administrator Organisation" in said


def test_the_list_is_sorted_as_asked(cast):
    said = words(at_desk(cast.dana).get(f"{people(cast.office)}?sort=-name"))

    assert said.index("Demo Sana") < said.index("Demo Amal")


@pytest.mark.parametrize("name", ["bela", "chidi", "emil"])
def test_people_of_a_foreign_organisation_are_not_there(cast, name):
    desk = at_desk(getattr(cast, name))

    foreign = desk.get(people(cast.office))

    assert foreign.status_code == 404
    assert words(foreign) == words(desk.get(f"/organisations/{uuid.uuid4()}/people"))


def test_who_is_only_asked_for_their_word_sees_no_people(cast):
    cast.partner.__class__.objects.filter(pk=cast.partner.pk).update(state="proposed")

    assert at_desk(cast.dana).get(people(cast.partner)).status_code == 403


def test_an_operator_sees_no_page_of_a_place_but_closes_accounts(cast):
    desk = at_desk(cast.olga)
    place = cast.amal.place(cast.desk)

    answer = desk.get(people(cast.office))

    assert page(place) not in answer.content.decode()
    assert f"/accounts/{cast.amal.pk}/suspend" in answer.content.decode()
    assert desk.get(page(place)).status_code == 404


# --- a place ------------------------------------------------------------------------------------


def test_a_colleague_sees_who_somebody_is_and_can_do_nothing(cast):
    said = words(at_desk(cast.amal).get(page(cast.sana.place(cast.desk))))

    assert "Supervisor" in said
    assert "sana@demo.example" not in said
    assert "Actions" not in said


def test_a_manager_sees_the_address_and_what_to_do(cast):
    said = words(at_desk(cast.dana).get(page(cast.amal.place(cast.desk))))

    assert "amal@demo.example" in said
    assert all(
        each in said for each in ("Change the role", "Restart their account", "End this membership")
    )


def test_ones_own_place_can_be_given_up_and_nothing_else(cast):
    said = words(at_desk(cast.amal).get(page(cast.amal.place(cast.desk))))

    assert "End your membership" in said
    assert "Change the role" not in said
    assert "Restart their account" not in said


def test_who_is_stuck_is_explained(cast):
    rana = make_person("rana")
    waiting = wait_in(rana, cast.desk)
    desk = at_desk(cast.dana)
    assert "compare six words" in words(desk.get(page(waiting)))

    Membership.objects.filter(pk=waiting.pk).update(state=MembershipState.ENROLLED)

    assert "recovery code or the second step is missing" in words(desk.get(page(waiting)))


@pytest.mark.parametrize("rest", ["", "/end", "/role", "/restart"])
def test_a_foreign_place_and_one_that_is_not_there_look_the_same(cast, rest):
    desk = at_desk(cast.chidi)

    foreign = desk.get(page(cast.amal.place(cast.desk), rest))
    missing = desk.get(f"/places/{uuid.uuid4()}{rest}")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert words(foreign) == words(missing)


@pytest.mark.parametrize("rest", ["/end", "/role", "/restart"])
def test_a_colleague_without_the_right_changes_nothing(cast, rest):
    desk = at_desk(cast.amal)
    before = count_audit_entries()

    answer = desk.post(page(cast.sana.place(cast.desk), rest), role="caseworker")

    assert answer.status_code == 403
    assert count_audit_entries() == before


@pytest.mark.parametrize("rest", ["/end", "/role", "/restart"])
def test_what_changes_who_can_read_asks_once_more_who_it_is(cast, rest):
    desk = at_desk(cast.dana, stepped_up=False)
    before = everything()

    answer = desk.post(page(cast.amal.place(cast.desk), rest), role="supervisor")

    assert led_to(answer) == "/confirm"
    assert everything() == before


# --- ending a place -----------------------------------------------------------------------------


def test_ending_says_what_is_lost_and_what_stays(cast):
    said = words(at_desk(cast.dana).get(page(cast.amal.place(cast.desk), "/end")))

    assert "will no longer be able to open" in said
    assert "This is their last membership." in said
    assert "What they wrote stays with the team" in said
    assert "A supervisor must then renew the team" in said


def test_who_holds_the_key_begins_its_renewal(cast):
    desk, browser = at_desk(cast.sana), at_desk(cast.amal)
    place = cast.amal.place(cast.desk)
    assert "The team gets a new key now." in words(desk.get(page(place, "/end")))

    answer = desk.post(page(place, "/end"))

    assert led_to(answer) == people(cast.office)
    place.refresh_from_db()
    assert place.state == MembershipState.LEFT
    assert not TeamGrant.objects.filter(user_key__user=cast.amal.pk).exists()
    assert TeamKey.objects.filter(team=cast.desk, version=2).exists()
    assert led_to(browser.get("/teams")) == "/sign-in"


def test_who_keeps_another_place_is_told_so(cast):
    serve(cast.amal, cast.office, "editor")

    said = words(at_desk(cast.dana).get(page(cast.amal.place(cast.desk), "/end")))

    assert "They keep their other memberships and must sign in again." in said


def test_taking_the_last_key_holder_warns(cast):
    desk = at_desk(cast.dana)
    assert "No other member holds" not in words(desk.get(page(cast.sana.place(cast.desk), "/end")))

    orgs.end_membership(cast.dana.scope, cast.amal.place(cast.desk), at=AT)
    TeamGrant.objects.filter(user_key__user=cast.amal.pk).delete()

    said = words(desk.get(page(cast.sana.place(cast.desk), "/end")))
    assert "No other member holds" in said
    assert "only two recovery officers together" in said


def test_giving_up_ones_own_place_signs_one_out(cast):
    desk = at_desk(cast.amal)
    place = cast.amal.place(cast.desk)
    assert "End your membership?" in words(desk.get(page(place, "/end")))

    desk.post(page(place, "/end"))

    place.refresh_from_db()
    assert place.end_reason == "own_wish"
    assert led_to(desk.get("/teams")) == "/sign-in"


def test_the_last_administrator_stays_and_is_told_what_to_do_instead(cast):
    desk = at_desk(cast.dana)
    place = role_of(cast.dana, cast.office)
    before = everything()

    asked, sent = desk.get(page(place, "/end")), desk.post(page(place, "/end"))

    for each in (asked, sent):
        assert "Give the role to another person first" in words(each)
        assert f"/organisations/{cast.office.pk}/invite" in each.content.decode()
    assert everything() == before


def test_the_last_who_runs_the_platform_stays_too(cast):
    desk = at_desk(cast.olga)
    place = role_of(cast.olga, cast.other)

    answer = desk.post(page(place, "/end"))

    assert "No other person runs the platform" in words(answer)
    assert f"/organisations/{cast.other.pk}/invite" not in answer.content.decode()
    assert role_of(cast.olga, cast.other) == place


def test_one_of_two_administrators_may_go(cast):
    serve(cast.noor, cast.office, "organisation_admin")
    place = role_of(cast.dana, cast.office)

    at_desk(cast.noor).post(page(place, "/end"))

    place.refresh_from_db()
    assert place.state == MembershipState.LEFT


# --- roles --------------------------------------------------------------------------------------


def test_a_role_is_changed_and_named_in_the_history(cast):
    desk = at_desk(cast.dana)
    place = cast.amal.place(cast.desk)
    asked = words(desk.get(page(place, "/role")))
    assert "files, admits members and manages the team." in asked

    answer = desk.post(page(place, "/role"), role="supervisor")

    assert led_to(answer) == page(place)
    place.refresh_from_db()
    assert place.role == "supervisor"
    assert "The role was changed." in words(desk.get(page(place)))


def test_the_same_role_once_more_changes_nothing(cast):
    desk = at_desk(cast.dana)
    place = cast.amal.place(cast.desk)
    before = everything()

    assert led_to(desk.post(page(place, "/role"), role="caseworker")) == page(place)

    assert everything() == before


@pytest.mark.parametrize("role", ["organisation_admin", "operator", "reader", "nothing"])
def test_a_role_of_another_kind_is_not_offered(cast, role):
    desk = at_desk(cast.dana)
    before = everything()

    answer = desk.post(page(cast.amal.place(cast.desk), "/role"), role=role)

    assert answer.status_code == 422
    assert everything() == before


def test_the_last_administrator_takes_no_other_role(cast):
    desk = at_desk(cast.dana)

    answer = desk.post(page(role_of(cast.dana, cast.office), "/role"), role="reader")

    assert answer.status_code == 409
    assert "No other person has this role, so nothing was changed." in words(answer)
    assert role_of(cast.dana, cast.office).role == "organisation_admin"


# --- beginning anew -----------------------------------------------------------------------------


def test_a_link_for_beginning_anew_is_mailed_and_nothing_else_happens(cast):
    desk = at_desk(cast.sana)
    place = cast.amal.place(cast.desk)
    said = words(desk.get(page(place, "/restart")))
    assert ". The link works once, for 30 minutes." in said
    assert "Speak with them first" in said
    grants = TeamGrant.objects.count()

    answer = desk.post(page(place, "/restart"))

    assert led_to(answer) == page(place)
    assert ResetLink.objects.get().is_restart
    assert [each.to for each in Outgoing.objects.filter(template="password_reset")] == [
        "amal@demo.example"
    ]
    assert TeamGrant.objects.count() == grants


def test_nobody_lets_themselves_begin_anew(cast):
    answer = at_desk(cast.sana).post(page(cast.sana.place(cast.desk), "/restart"))

    assert answer.status_code == 403
    assert not ResetLink.objects.exists()


# --- accounts -----------------------------------------------------------------------------------


def test_an_operator_closes_an_account_and_opens_it_again(cast):
    desk, browser = at_desk(cast.olga), at_desk(cast.amal)
    account = f"/accounts/{cast.amal.pk}"
    assert "cannot sign in any more" in words(desk.get(f"{account}/suspend"))

    answer = desk.post(f"{account}/suspend")

    assert led_to(answer) == people(cast.office)
    assert led_to(browser.get("/teams")) == "/sign-in"
    assert "Account suspended" in words(desk.get(people(cast.office)))
    desk.post(f"{account}/reactivate")
    cast.amal.user.refresh_from_db()
    assert cast.amal.user.suspended_at is None
    assert "Account suspended" not in words(desk.get(people(cast.office)))


@pytest.mark.parametrize("what", ["suspend", "reactivate"])
@pytest.mark.parametrize("name", ["dana", "sana", "chidi"])
def test_for_others_there_are_no_accounts(cast, what, name):
    desk = at_desk(getattr(cast, name))
    before = everything()

    answer = desk.post(f"/accounts/{cast.amal.pk}/{what}")

    assert answer.status_code == 404
    assert words(answer) == words(desk.post(f"/accounts/{uuid.uuid4()}/{what}"))
    assert everything() == before


def test_the_only_operator_cannot_close_their_own_account(cast):
    answer = at_desk(cast.olga).post(f"/accounts/{cast.olga.pk}/suspend")

    assert answer.status_code == 409
    assert UnlockSession.objects.filter(user=cast.olga.pk).exists()


def test_what_was_closed_meanwhile_is_refused(cast):
    desk = at_desk(cast.olga)
    desk.post(f"/accounts/{cast.amal.pk}/suspend")

    assert desk.post(f"/accounts/{cast.amal.pk}/suspend").status_code == 409


def test_an_account_without_a_place_leads_back_to_the_list(cast):
    orgs.end_membership(cast.dana.scope, cast.amal.place(cast.desk), at=AT)

    answer = at_desk(cast.olga).post(f"/accounts/{cast.amal.pk}/suspend")

    assert led_to(answer) == "/organisations"


def test_an_administrator_invites_from_the_list_of_people(cast):
    admit(cast.desk, cast.sana, make_person("rana"))

    answer = at_desk(cast.dana).get(people(cast.office))

    assert f"/organisations/{cast.office.pk}/invite" in answer.content.decode()
    assert "Demo Rana" in words(answer)
