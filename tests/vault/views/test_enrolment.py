import re

import pytest
from django.test import Client

from protect.audit.models import Entry
from protect.orgs import actions as orgs
from protect.orgs.access import scope_for
from protect.orgs.enums import MembershipState
from protect.orgs.models import Invitation, Membership, User
from protect.vault.enums import SessionState
from protect.vault.models import Passkey, TotpDevice, UnlockSession, UserKey, UserWrap
from tests.vault.signing import (
    AT,
    OTHER,
    PASSWORD,
    SoftPasskey,
    join,
    mailed_token,
    make_person,
    make_team,
    totp,
)
from tests.vault.views.audit_counts import count_audit_entries
from tests.vault.views.desk import HOST, Desk, led_to, words
from tests.vault.views.papers import code_of, made_by, seed_of, shown

pytestmark = pytest.mark.django_db
BELA = {"name": "Demo Bela", "language": "en", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def invitation(team) -> str:
    return invite(team)


def invite(team, role: str = "caseworker", language: str = "ar") -> str:
    """Return the address in the mail by which bela is invited."""
    host = User.objects.create_user(f"host-{role}@demo.example")
    join(host, team, "supervisor", MembershipState.ACTIVE)
    place = orgs.OfferedRole(team.organisation, team, role)
    orgs.invite(scope_for(host.pk), place, email="bela@demo.example", language=language, at=AT)
    return f"/invited/{mailed_token()}"


def enrolled(invitation: str) -> tuple[Desk, str]:
    """Return a browser in which bela has made an account, and the code that it showed."""
    desk = Desk()
    return desk, code_of(desk.post(invitation, **BELA))


def state() -> str:
    return UnlockSession.objects.get().state


def test_an_invitation_names_who_invites_whom_and_makes_nothing_by_itself(invitation):
    page = Desk().get(invitation)

    assert "Welcome to Demo desk office" in words(page)
    assert "You are invited to the team Demo desk , with the address bela@demo.example ." in words(
        page
    )
    assert '<option value="ar" selected>' in page.content.decode()
    assert len(shown(page)[0]) == 6  # words of a passphrase by chance
    assert not User.objects.filter(email="bela@demo.example").exists()


def test_the_next_step_is_in_the_language_that_was_chosen_in_this_one(invitation):
    page = Desk().get(invitation)
    assert page.headers["Content-Language"] == "en"

    answer = Desk().post(invitation, **BELA | {"language": "ar"})

    assert re.search(r'<html lang="ar"\s+dir="rtl">', answer.content.decode())
    assert answer.headers["Content-Language"] == "ar"


def test_only_languages_of_the_desk_are_offered_to_whoever_makes_an_account(team):
    field = Desk().get(invite(team, language="el")).context["form"]["language"]

    assert [tag for tag, _name in field.field.choices] == ["en", "fr", "nl", "ar"]
    assert field.value() == "en"


def test_invitation_passphrase_code_app_and_in(invitation):
    desk, code = enrolled(invitation)
    assert state() == SessionState.PROVISIONAL
    assert led_to(desk.get("/account")) == "/recovery-code"

    answer = desk.post("/recovery-code", code=code.lower().replace("-", " "))
    assert answer.headers["Location"] == "/second-factor?next=%2F"
    assert shown(desk.get("/second-factor")) == []
    seed = seed_of(desk.post("/second-factor"))
    answer = desk.post("/second-factor", totp=totp(seed, AT))

    assert answer.headers["Location"] == "/"
    assert state() == SessionState.UNLOCKED
    assert "Demo Bela" in words(desk.get("/account"))
    assert Membership.objects.get(user__email="bela@demo.example").state == MembershipState.PENDING


@pytest.mark.parametrize("has_prf", [True, False])
def test_a_passkey_does_instead_of_an_app(invitation, has_prf):
    desk, code = enrolled(invitation)
    desk.post("/recovery-code", code=code)

    page = desk.get("/second-factor")
    made = made_by(SoftPasskey(has_prf=has_prf), page)
    answer = desk.post("/second-factor", name="Demo phone", **made)

    assert answer.headers["Location"] == "/"
    assert Passkey.objects.get().name == "Demo phone"
    assert UserWrap.objects.filter(kind="prf").count() == has_prf
    assert not TotpDevice.objects.exists()


def test_no_address_shows_a_code_a_second_time(invitation):
    desk, code = enrolled(invitation)

    assert shown(desk.get("/recovery-code")) == []
    newer = code_of(desk.post("/recovery-code"))

    assert newer != code
    assert desk.post("/recovery-code", code=code).status_code == 422  # it no longer counts
    assert led_to(desk.post("/recovery-code", code=newer)) == "/second-factor"


def test_a_slip_in_the_code_names_its_group_and_shows_nothing(invitation):
    desk, code = enrolled(invitation)
    slip = ("0" if code[0] != "0" else "1") + code[1:]

    answer = desk.post("/recovery-code", code=slip)

    assert answer.status_code == 422
    assert "typing mistake in group 1" in words(answer)
    assert shown(answer) == []
    assert state() == SessionState.PROVISIONAL


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"password": "short", "again": "short"}, "15 characters"),
        ({"again": OTHER}, "The two passphrases differ. Type it again."),
        ({"name": ""}, "This field is required"),
        ({"name": "Demo\x1b"}, "This entry is not valid: name"),
        ({"language": "xx"}, "Select a valid choice"),
    ],
)
def test_a_form_that_is_refused_leaves_the_invitation_open(invitation, changed, said):
    answer = Desk().post(invitation, **{**BELA, **changed})

    assert answer.status_code == 422
    assert said in words(answer)
    assert PASSWORD not in answer.content.decode()
    assert Invitation.objects.get().accepted_at is None
    assert not UserKey.objects.exists()


def test_a_link_works_once_and_an_unknown_one_looks_the_same(invitation):
    enrolled(invitation)

    answers = [Desk().get(each) for each in (invitation, "/invited/nothing")]
    posted = Desk().post(invitation, **BELA)

    assert {each.status_code for each in (*answers, posted)} == {410}
    assert len({words(each) for each in (*answers, posted)}) == 1
    assert UserKey.objects.count() == 1


def test_whoever_closed_the_browser_goes_on_where_they_were(invitation):
    enrolled(invitation)
    desk = Desk()

    answer = desk.post("/sign-in", email="bela@demo.example", password=PASSWORD)
    assert led_to(answer) == "/recovery-code"
    code = code_of(desk.post("/recovery-code"))
    desk.post("/recovery-code", code=code)

    again = Desk().post("/sign-in", email="bela@demo.example", password=PASSWORD)
    assert led_to(again) == "/second-factor"


def test_no_step_is_skipped(invitation):
    desk, code = enrolled(invitation)

    assert led_to(desk.get("/second-factor")) == "/recovery-code"
    assert desk.post("/second-factor").status_code == 409
    assert not TotpDevice.objects.exists()
    desk.post("/recovery-code", code=code)
    assert led_to(desk.get("/recovery-code")) == "/second-factor"
    assert desk.post("/recovery-code").status_code == 409
    assert led_to(desk.get("/security")) == "/second-factor"


def test_a_wrong_first_code_of_the_app_shows_no_seed_and_lets_nobody_in(invitation):
    desk, code = enrolled(invitation)
    desk.post("/recovery-code", code=code)
    desk.post("/second-factor")

    answer = desk.post("/second-factor", totp="000000")

    assert answer.status_code == 403
    assert shown(answer) == []
    assert "Show a new QR code" in words(answer)
    assert state() == SessionState.PROVISIONAL


def test_for_an_account_that_exists_the_link_opens_nothing_and_tells_nothing(team):
    bela, link = make_person("bela"), invite(team)
    desk = Desk()

    page = desk.get(link)
    answer = desk.post(link)

    assert "Accept this invitation" in words(page)
    assert "bela" not in words(page).lower()
    assert led_to(answer) == "/sign-in", words(answer)
    assert not UnlockSession.objects.exists()
    assert Membership.objects.get(user=bela.user).state == MembershipState.PENDING


@pytest.mark.parametrize("page", ["/recovery-code", "/second-factor"])
def test_these_pages_are_for_nobody_else(db, page):
    assert led_to(Desk().get(page)) == "/sign-in"
    desk = Desk().sign_in(make_person("amal"))
    assert led_to(desk.get(page)) == "/"
    assert desk.post(page).status_code == 409


# --- loading a page again -------------------------------------------------------------------------


def strict(site: str = "same-origin") -> Desk:
    """Return a browser whose forms are checked: it says from which site they come."""
    headers = {"host": HOST, "sec-fetch-site": site}
    return Desk(client=Client(enforce_csrf_checks=True, headers=headers))


def secret_in(page) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]


def test_loading_the_page_of_the_code_again_shows_no_code_and_changes_nothing(invitation):
    desk = strict()
    sent = {**BELA, "csrfmiddlewaretoken": secret_in(desk.get(invitation))}
    code = code_of(desk.post(invitation, **sent))
    before = count_audit_entries()

    again = desk.post(invitation, **sent)

    assert led_to(again) == "/recovery-code"
    assert count_audit_entries() == before
    assert not Entry.objects.filter(action__startswith="desk.").exists()
    page = desk.get("/recovery-code")
    assert "If you do not have it on paper, ask for a new one." in words(page)
    assert shown(page) == []
    typed = desk.post("/recovery-code", code=code, csrfmiddlewaretoken=secret_in(page))
    assert led_to(typed) == "/second-factor"


def test_a_form_of_an_invitation_from_another_site_is_refused(invitation):
    desk = strict()
    sent = {**BELA, "csrfmiddlewaretoken": secret_in(desk.get(invitation))}
    other = strict("cross-site")

    answer = other.post(invitation, **sent)

    assert answer.status_code == 403
    assert not User.objects.filter(email="bela@demo.example").exists()


def test_the_app_of_the_same_phone_opens_by_a_link_and_letters_can_be_copied_in_groups(invitation):
    desk, code = enrolled(invitation)
    desk.post("/recovery-code", code=code)

    page = desk.post("/second-factor")

    link = re.search(r'href="(otpauth://totp/[^"]+)"', page.content.decode())[1]
    [groups] = shown(page)
    assert f"secret={''.join(groups)}" in link
    assert {len(each) for each in groups} == {4}
