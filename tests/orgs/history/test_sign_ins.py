from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from protect.audit.actions import record
from protect.audit.rules import SIGN_IN
from protect.orgs import actions
from protect.orgs.history import pages, sentences, sign_ins
from protect.orgs.history.pages import HistoryFilter
from protect.orgs.history.sign_ins import SignIn
from protect.orgs.models import Membership
from protect.orgs.scope import ANONYMOUS_SCOPE
from tests.orgs.conftest import AT, give, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
# What of one's own can be refused: in vain is tried what stands here.
REFUSED = ("sign_in", "second_factor", "show_password", "change_password", "reset")


@pytest.fixture
def officer(world):
    """Jonas reads who did what in the office."""
    world.people["jonas"] = make_person("jonas", world.office, "protection_officer")
    return world.people["jonas"]


def sign_in(world, name="amal", action="vault.unlock", *, at=AT, outcome="done") -> None:
    user = world.people[name].pk
    actor = user if outcome == "done" else None
    target = f"user:{user}"
    said = {"action": action, "target": target, "outcome": outcome}
    record(at=at, chain=SIGN_IN, actor=actor, organisation=None, **said)


def seen(world, name="jonas", **asked) -> list[tuple[str, str]]:
    asked = HistoryFilter(action=sentences.SIGN_INS_FILTER, **asked)
    page = pages.history_page(world.scope(name), world.office, asked)
    return [(each.name, each.refused) for each in page.entries]


def test_officer_sees_sign_ins_and_refusals(world, officer):
    sign_in(world)
    sign_in(world, "sana", "vault.sign_in", outcome="sign_in_refused")

    assert seen(world) == [("Demo Sana", "sign_in_refused"), ("Demo Amal", "")]


@pytest.mark.parametrize("name", ["amal", "sana", "dana", "chidi", "olga"])
def test_other_users_see_no_sign_ins(world, name):
    sign_in(world)

    with pytest.raises(PermissionDenied):
        seen(world, name)


def test_thousands_of_ended_memberships_fit_into_the_query(world, officer):
    sign_in(world)
    place = Membership.objects.get(user=world.people["amal"])
    Membership.objects.bulk_create(
        Membership(
            user=place.user,
            organisation=place.organisation,
            role=place.role,
            state="left",
            end_reason="left",
            created=AT - each * DAY,
            admitted_at=AT - each * DAY,
            ended_at=AT - each * DAY + timedelta(hours=1),
        )
        for each in range(1, 1501)
    )

    assert seen(world) == [("Demo Amal", "")]


def test_sign_ins_of_other_organisations_and_unknown_accounts_are_hidden(world, officer):
    sign_in(world, "chidi")
    said = {"action": "vault.sign_in", "outcome": "sign_in_refused"}
    record(at=AT, chain=SIGN_IN, actor=None, organisation=None, **said)

    assert seen(world) == []


def test_unlocking_and_factor_changes_are_not_listed(world, officer):
    for action in ("vault.session_idle", "vault.resume", "vault.step_up", "vault.add_totp"):
        sign_in(world, action=action)

    assert seen(world) == []


def test_sign_ins_outside_the_membership_are_hidden(world, officer):
    sign_in(world, at=AT - DAY)
    sign_in(world)
    actions.end_membership(world.scope("dana"), world.place("amal"), at=AT + DAY)
    give(world.amal, world.other, "reader")
    sign_in(world, at=AT + DAY)

    assert len(seen(world)) == 1


def test_membership_without_admission_shows_no_sign_ins(world, officer):
    Membership.objects.filter(user=world.chidi).update(organisation=world.office)
    Membership.objects.filter(user=world.chidi).update(state="pending", admitted_at=None)
    sign_in(world, "chidi")

    assert seen(world) == []


def test_sign_ins_are_filtered_by_person_and_day(world, officer):
    sign_in(world)
    sign_in(world, "sana", "vault.sign_in", at=AT + DAY, outcome="sign_in_refused")

    assert seen(world, person=str(world.sana.pk)) == [("Demo Sana", "sign_in_refused")]
    assert seen(world, day=date(2026, 11, 30)) == [("Demo Amal", "")]
    assert seen(world, person=pages.SYSTEM_FILTER) == []


def test_the_organisations_own_history_and_its_file_hold_none(world, officer):
    sign_in(world)

    assert pages.history_page(world.scope("jonas"), world.office, HistoryFilter()).entries == []
    asked = HistoryFilter(action=sentences.SIGN_INS_FILTER)
    assert list(pages.entries_to_export(world.office, asked, last_entry=9)) == []


def test_an_organisation_without_people_has_none(world):
    sign_in(world)
    Membership.objects.filter(organisation=world.office).delete()

    assert not sign_ins.sign_ins_of_members(world.office).exists()


def test_user_sees_only_own_sign_ins_newest_first(world):
    sign_in(world, action="vault.sign_in", outcome="sign_in_refused")
    sign_in(world, at=AT + DAY)
    sign_in(world, "sana")

    assert sign_ins.own_sign_ins(world.scope("amal")) == [
        SignIn(AT + DAY, "vault.unlock", ""),
        SignIn(AT, "vault.sign_in", "sign_in_refused"),
    ]
    assert len(sign_ins.own_sign_ins(world.scope("amal"), maximum=1)) == 1


def own_lines(world) -> list[tuple[str, bool]]:
    with translation.override("en"):
        return [(str(x.text), x.is_unfinished) for x in sign_ins.own_sign_ins(world.scope("amal"))]


UNFINISHED = ("The passphrase was entered, but no correct second step followed.", True)
SIGNED_IN = ("Signed in.", False)


def test_passphrase_and_completed_sign_in_are_one_line(world):
    for _ in range(2):
        sign_in(world, action="vault.sign_in")
        sign_in(world)

    assert own_lines(world) == [SIGNED_IN, SIGNED_IN]


def test_passphrase_without_second_factor_is_listed(world):
    sign_in(world, action="vault.sign_in")
    sign_in(world, action="vault.second_factor", outcome="second_factor_refused")
    sign_in(world, action="vault.sign_in")
    sign_in(world, action="vault.sign_in")
    sign_in(world)

    assert own_lines(world) == [
        SIGNED_IN,
        UNFINISHED,
        ("A second step was attempted.", False),
        UNFINISHED,
    ]


def test_restarted_account_signs_in_without_an_earlier_passphrase(world):
    sign_in(world, action="vault.sign_in")
    sign_in(world, action="vault.begin_again")
    sign_in(world)

    anew = ("The account was restarted with new keys.", False)
    assert own_lines(world) == [SIGNED_IN, anew, UNFINISHED]


@pytest.mark.parametrize("action", sign_ins.SHOWN_ACTIONS)
def test_own_list_never_names_a_subject(action):
    lines = [SignIn(AT, action, "")]
    if action.removeprefix("vault.") in REFUSED:
        lines.append(SignIn(AT, action, "sign_in_refused"))

    with translation.override("en"):
        assert [str(each.text) for each in lines if "omebody" in str(each.text)] == []


def test_anonymous_user_has_no_sign_ins(world):
    sign_in(world)

    assert sign_ins.own_sign_ins(ANONYMOUS_SCOPE) == []
