from datetime import timedelta

import pytest

from protect.notices.models import Outgoing
from protect.orgs.access import scope_for
from protect.orgs.enums import MembershipState
from protect.orgs.models import Membership
from protect.vault.accounts import password_reset
from protect.vault.enums import SessionState
from protect.vault.formats.credentials.codes import RecoveryCode
from protect.vault.models import ResetLink, TotpDevice, UnlockSession, UserKey, UserWrap
from protect.vault.sessions.rules import RESET_LINK_VALIDITY
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
from tests.vault.views.desk import Desk, led_to, words
from tests.vault.views.papers import code_of, made_by, seed_of, shown, shown_by

pytestmark = pytest.mark.django_db
AMAL_IS_KEPT = True
NEW = {"password": OTHER, "again": OTHER}


def mailed(desk: Desk, person) -> str:
    """Ask for a link, and return its address."""
    assert led_to(desk.post("/forgot", email=person.user.email)) == "/forgot/sent"
    return f"/reset/{mailed_token()}"


def wraps() -> list[tuple]:
    rows = UserWrap.objects.order_by("pk").values_list("pk", "blob", "confirmed_at")
    return [(pk, bytes(blob), confirmed) for pk, blob, confirmed in rows]


def test_a_page_says_the_same_whether_there_is_an_account_or_not(amal):
    answers = [
        Desk().post("/forgot", email=each) for each in (amal.user.email, "nobody@demo.example")
    ]

    assert {led_to(each) for each in answers} == {"/forgot/sent"}
    assert Outgoing.objects.count() == 1
    assert "If this address has an account" in words(Desk().get("/forgot/sent"))


def test_code_and_app_give_a_new_passphrase_and_a_new_code(amal):
    desk = Desk()
    link = mailed(desk, amal)
    assert shown(desk.get(link))[0] != []

    done = desk.post(link, code=amal.code.printed(), totp=amal.totp(AT), **NEW)

    code = code_of(done)
    assert "You will type the new one at your next sign-in." in words(done)
    assert amal.user.email in words(done)  # for the paper
    desk.at += timedelta(minutes=1)
    desk.post("/sign-in", email=amal.user.email, password=OTHER)
    answer = desk.post("/sign-in/second-factor", totp=amal.totp(desk.at))
    assert led_to(answer) == "/recovery-code"  # typed back before all else
    assert led_to(desk.post("/recovery-code", code=code)) == "/"
    assert desk.get(link).status_code == 410


def test_a_passkey_does_instead_of_the_app(amal):
    key, inside = SoftPasskey(), Desk().sign_in(amal)
    page = inside.get("/security/passkeys/new")
    inside.post("/security/passkeys/new", name="Demo key", **made_by(key, page))
    desk = Desk()
    link = mailed(desk, amal)

    shown_now = shown_by(key, desk.get(link))
    done = desk.post(link, code=amal.code.printed(), **NEW, **shown_now)

    assert code_of(done)
    assert UserWrap.objects.filter(kind="rec", confirmed_at=None).count() == 1


def test_the_page_for_app_and_passkey_names_no_field_twice(amal):
    key, inside = SoftPasskey(), Desk().sign_in(amal)
    page = inside.get("/security/passkeys/new")
    inside.post("/security/passkeys/new", name="Demo key", **made_by(key, page))
    desk = Desk()
    link = mailed(desk, amal)
    refused = {"code": "", **NEW, **shown_by(key, desk.get(link))}

    for answer in (desk.get(link), desk.post(link, **refused)):
        html = answer.content.decode()
        ids = [part.partition('"')[0] for part in html.split(' id="')[1:]]
        assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("wrong", ["code", "totp"])
def test_a_wrong_code_and_a_wrong_app_look_the_same_and_change_nothing(amal, wrong):
    desk = Desk()
    link, before = mailed(desk, amal), wraps()
    said = {"code": amal.code.printed(), "totp": amal.totp(AT)}
    said[wrong] = RecoveryCode.generate().printed() if wrong == "code" else "000000"

    answer = desk.post(link, **said, **NEW)

    assert answer.status_code == 403
    assert (
        "The recovery code or second factor is not correct. Nothing was changed. Try again."
        in words(answer)
    )
    assert OTHER not in answer.content.decode()
    assert wraps() == before


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"code": "4K7QX"}, "The code has eight groups of five"),
        ({"password": "short", "again": "short"}, "15 characters"),
        ({"again": PASSWORD}, "The two passphrases differ. Type it again."),
        ({"totp": ""}, "This field is required"),
    ],
)
def test_a_slip_is_told_and_costs_nothing(amal, changed, said):
    desk = Desk()
    link, before = mailed(desk, amal), wraps()

    right = {"code": amal.code.printed(), "totp": amal.totp(AT), **NEW}
    answer = desk.post(link, **{**right, **changed})

    assert answer.status_code == 422
    assert said in words(answer)
    assert wraps() == before
    assert code_of(desk.post(link, **right))


def test_guessing_gets_slower(amal):
    desk = Desk()
    link = mailed(desk, amal)
    for _ in range(3):
        desk.post(link, code=RecoveryCode.generate().printed(), totp="000000", **NEW)

    answer = desk.post(link, code=amal.code.printed(), totp=amal.totp(AT), **NEW)

    assert answer.status_code == 429


def test_a_link_closes_and_an_unknown_one_looks_the_same(amal):
    desk = Desk()
    link = mailed(desk, amal)
    desk.at += RESET_LINK_VALIDITY

    answers = [desk.get(link), desk.get("/reset/nothing"), desk.get("/restart/nothing")]
    answers.append(desk.post(link, code=amal.code.printed(), totp=amal.totp(desk.at), **NEW))

    assert {each.status_code for each in answers} == {410}
    assert len({words(each) for each in answers}) == 1


@pytest.fixture
def restart(amal) -> str:
    """The address by which amal, who works in a team, begins anew."""
    team, sana = make_team(), make_person("sana")
    join(sana.user, team, "supervisor", MembershipState.ACTIVE)
    join(amal.user, team, "caseworker", MembershipState.ACTIVE)
    password_reset.mail_restart_link(scope_for(sana.user.pk), amal.user, at=AT)
    return f"/restart/{mailed_token()}"


def test_beginning_anew_goes_the_way_of_the_first_day(amal, restart):
    desk = Desk()
    assert "You get new keys" in words(desk.get(restart))
    assert UserKey.objects.filter(user=amal.user).count() == 1  # nothing by looking

    code = code_of(desk.post(restart, **NEW))
    assert led_to(desk.post("/recovery-code", code=code)) == "/second-factor"
    seed = seed_of(desk.post("/second-factor"))
    assert led_to(desk.post("/second-factor", totp=totp(seed, AT))) == "/"

    assert UserKey.objects.filter(user=amal.user).count() == 2
    assert Membership.objects.get(user=amal.user).state == MembershipState.PENDING
    assert desk.get(restart).status_code == 410


def test_a_refused_beginning_changes_nothing(amal, restart):
    before = wraps()

    answer = Desk().post(restart, password="short", again="short")

    assert answer.status_code == 422
    assert wraps() == before
    assert TotpDevice.objects.filter(user=amal.user).exists()
    assert ResetLink.objects.count() == 1


def test_each_link_opens_its_own_page_only(amal, restart):
    desk = Desk()
    as_reset = restart.replace("/restart/", "/reset/")
    other = make_person("bela")
    as_restart = mailed(desk, other).replace("/reset/", "/restart/")

    for page in (as_reset, as_restart):
        assert desk.get(page).status_code == 410
        assert desk.post(page, **NEW).status_code == 410
    assert UserKey.objects.filter(user=other.user).count() == 1


def test_a_link_is_no_way_round_a_session(amal):
    desk = Desk().sign_in(amal)
    link = mailed(desk, amal)

    desk.get(link)

    assert UnlockSession.objects.get().state == SessionState.UNLOCKED
    assert desk.get("/account").status_code == 200
