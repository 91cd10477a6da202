import uuid
from datetime import timedelta

import pytest

from protect.notices.models import Outgoing
from protect.orgs import actions as orgs
from protect.orgs.actions import OfferedRole
from protect.orgs.models import Invitation
from tests.orgs.traces import everything
from tests.vault.cast import AT
from tests.vault.views.desk import Desk, led_to, words

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True
SOMEBODY = {"email": "rana@demo.example", "language": "fr"}


def at_desk(person, *, stepped_up: bool = True) -> Desk:
    return Desk().let_in(person, stepped_up=stepped_up)


def listed(cast) -> str:
    return f"/organisations/{cast.office.pk}/invitations"


@pytest.fixture
def invited(cast) -> Invitation:
    place = OfferedRole(cast.office, cast.desk, "caseworker")
    return orgs.invite(cast.sana.scope, place, **SOMEBODY, at=AT)


def test_an_invitation_to_a_team_says_what_happens_and_to_whom(cast):
    said = words(at_desk(cast.sana).get(f"/teams/{cast.desk.pk}/invite"))

    assert "An e-mail with a link is sent to the address that you type." in said
    assert "An e-mail with a link is sent to the address that you type." in said
    assert "first a colleague who holds the key compares six words with them." in said
    assert "Case worker" in said
    assert "Administrator" not in said


def test_a_supervisor_invites_to_their_team(cast):
    desk = at_desk(cast.sana, stepped_up=False)

    answer = desk.post(f"/teams/{cast.desk.pk}/invite", **SOMEBODY, role="receiver")

    assert led_to(answer) == listed(cast)
    made = Invitation.objects.get()
    assert (made.team, made.role, made.language) == (cast.desk, "receiver", "fr")
    assert made.expires == AT + timedelta(days=7)
    assert Outgoing.objects.get(template="invitation").to == "rana@demo.example"
    said = words(desk.get(listed(cast)))
    assert "The invitation was sent. Its link works for seven days." in said
    assert "rana@demo.example Receiver Demo desk You" in said


def test_an_administrator_invites_to_the_organisation(cast):
    desk = at_desk(cast.dana)
    page = f"/organisations/{cast.office.pk}/invite"
    assert (
        "They can start as soon as their account is complete. None of these roles can open files."
        in words(desk.get(page))
    )

    desk.post(page, **SOMEBODY, role="protection_officer")

    made = Invitation.objects.get()
    assert (made.team, made.role) == (None, "protection_officer")


def test_a_role_of_the_organisation_asks_once_more_who_it_is(cast):
    desk = at_desk(cast.dana, stepped_up=False)

    page = f"/organisations/{cast.office.pk}/invite"
    answer = desk.post(page, **SOMEBODY, role="reader")

    assert led_to(answer) == "/confirm"
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("role", ["operator", "caseworker", "nothing"])
def test_a_role_that_one_may_not_give_is_not_offered(cast, role):
    desk = at_desk(cast.dana)
    before = everything()

    answer = desk.post(f"/organisations/{cast.office.pk}/invite", **SOMEBODY, role=role)

    assert answer.status_code == 422
    assert everything() == before


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"email": "nobody"}, 422, "Enter a valid email address"),
        ({"language": "xx"}, 422, "Select a valid choice"),
        (
            {"email": "amal@demo.example"},
            409,
            "This person is already a member here. Nothing was changed.",
        ),
    ],
)
def test_what_cannot_be_used_is_shown_again(cast, change, status, said):
    desk = at_desk(cast.sana)

    sent = {**SOMEBODY, "role": "caseworker"} | change
    answer = desk.post(f"/teams/{cast.desk.pk}/invite", **sent)

    assert answer.status_code == status
    assert said in words(answer)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("name", "team", "organisation"),
    [("amal", 403, 403), ("bela", 404, 404), ("olga", 404, 403), ("sana", 302, 403)],
)
def test_only_who_may_invite_does(cast, name, team, organisation):
    desk = at_desk(getattr(cast, name))
    sent = {**SOMEBODY, "role": "caseworker"}

    to_team = desk.post(f"/teams/{cast.desk.pk}/invite", **sent)
    to_organisation = desk.post(f"/organisations/{cast.office.pk}/invite", **sent)

    assert (to_team.status_code, to_organisation.status_code) == (team, organisation)
    assert Invitation.objects.count() == (1 if team == 302 else 0)


@pytest.mark.parametrize(
    ("name", "code"), [("dana", 200), ("sana", 200), ("amal", 403), ("olga", 403), ("bela", 404)]
)
def test_invitations_are_listed_for_those_who_invite(cast, invited, name, code):
    assert at_desk(getattr(cast, name)).get(listed(cast)).status_code == code


def test_an_empty_list_says_what_will_stand_there(cast):
    assert "No open invitations" in words(at_desk(cast.dana).get(listed(cast)))


def test_what_has_run_out_stands_there_until_it_is_sent_again(cast, invited):
    desk = Desk(at=AT + timedelta(days=7)).let_in(cast.dana)
    assert "Has expired" in words(desk.get(listed(cast)))

    answer = desk.post(f"/invitations/{invited.pk}/again")

    assert led_to(answer) == listed(cast)
    invited.refresh_from_db()
    made = Invitation.objects.open().get()
    assert invited.revoked_at == desk.at
    assert (made.email, made.role, made.team) == ("rana@demo.example", "caseworker", cast.desk)
    assert made.expires == desk.at + timedelta(days=7)


def test_an_invitation_is_taken_back(cast, invited):
    desk = at_desk(cast.dana)

    answer = desk.post(f"/invitations/{invited.pk}/revoke")

    assert led_to(answer) == listed(cast)
    assert not Invitation.objects.open().exists()
    assert "The invitation was withdrawn. Its link no longer works." in words(
        desk.get(listed(cast))
    )


@pytest.mark.parametrize("what", ["again", "revoke"])
@pytest.mark.parametrize("name", ["amal", "bela", "olga"])
def test_others_do_not_even_see_it(cast, invited, what, name):
    desk = at_desk(getattr(cast, name))
    before = everything()

    foreign = desk.post(f"/invitations/{invited.pk}/{what}")

    assert foreign.status_code == 404
    assert words(foreign) == words(desk.post(f"/invitations/{uuid.uuid4()}/{what}"))
    assert everything() == before


@pytest.mark.parametrize("what", ["again", "revoke"])
def test_what_was_taken_back_before_is_not_there(cast, invited, what):
    desk = at_desk(cast.dana)
    desk.post(f"/invitations/{invited.pk}/revoke")
    before = everything()

    assert desk.post(f"/invitations/{invited.pk}/{what}").status_code == 404

    assert everything() == before


@pytest.mark.parametrize("what", ["again", "revoke"])
def test_looking_at_an_address_that_changes_something_changes_nothing(cast, invited, what):
    assert at_desk(cast.dana).get(f"/invitations/{invited.pk}/{what}").status_code == 405
    assert Invitation.objects.open().get() == invited


def test_the_page_of_the_organisation_leads_to_the_teams_that_take_people(cast):
    page = at_desk(cast.dana).get(f"/organisations/{cast.office.pk}/invite").content.decode()

    assert "Here you invite people to the organisation itself." in page
    assert f'href="/teams/{cast.desk.pk}/invite"' in page
    assert "Here you invite people to the organisation itself." not in words(
        at_desk(cast.sana).get(f"/teams/{cast.desk.pk}/invite")
    )


def test_a_second_invitation_says_before_and_after_that_the_first_link_is_dead(cast, invited):
    desk, page = at_desk(cast.sana), f"/teams/{cast.desk.pk}/invite"
    assert (
        "If they were invited to the same role before, the earlier link no longer works."
        in words(desk.get(page))
    )

    desk.post(page, **SOMEBODY | {"email": "Rana@demo.example"}, role="caseworker")

    assert "The earlier link no longer works" in words(desk.get(listed(cast)))
    invited.refresh_from_db()
    assert invited.revoked_at == AT


def test_an_invitation_to_another_role_says_nothing_of_a_dead_link(cast, invited):
    desk = at_desk(cast.sana)

    desk.post(f"/teams/{cast.desk.pk}/invite", **SOMEBODY, role="receiver")

    assert "The invitation was sent. Its link works for seven days." in words(
        desk.get(listed(cast))
    )
    invited.refresh_from_db()
    assert invited.revoked_at is None
