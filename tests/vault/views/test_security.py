from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from protect.kernel.text import plain_isolated_number
from protect.vault.enums import WrapKind
from protect.vault.models import Passkey, TotpDevice, UnlockSession, UserKey, UserWrap
from protect.vault.sign_in import enrolment
from protect.vault.team_keys import members
from tests.vault.signing import (
    AT,
    OTHER,
    PASSWORD,
    SoftPasskey,
    join,
    make_person,
    make_team,
    totp,
)
from tests.vault.views.desk import Desk, led_to, words
from tests.vault.views.papers import code_of, made_by, seed_of, shown, shown_by

NOBODYS = "00000000-0000-4000-8000-000000000000"
pytestmark = pytest.mark.django_db
AMAL_IS_KEPT = True
LATER = timedelta(minutes=11)  # a step-up is over by then


def add_passkey(desk: Desk, passkey: SoftPasskey, name: str = "Demo key"):
    page = desk.get("/security/passkeys/new")
    return desk.post("/security/passkeys/new", name=name, **made_by(passkey, page))


def rows() -> dict[str, list]:
    """Return everything that protects an account."""
    models = (UserWrap, TotpDevice, Passkey, UnlockSession)
    return {
        each.__name__: [
            (row.pk, getattr(row, "confirmed_at", None)) for row in each.objects.order_by("pk")
        ]
        for each in models
    }


# --- the page ---


def test_the_page_says_since_when_in_the_time_of_ones_organisation(amal, desk):
    join(amal.user, make_team())

    said = words(desk.get("/security"))

    # passphrase, app, code and the sign-in
    assert said.count(f"30 Nov 2026, {plain_isolated_number('09:00 CET')}") == 4
    assert "No passkey yet" in said


def test_the_page_shows_the_six_words_of_ones_own_key(amal, desk):
    make_person("bela")

    [own] = shown(desk.get("/security"))

    assert tuple(own) == members.key_words(UserKey.objects.get(user=amal.user))


def test_the_page_shows_nothing_of_other_people(amal, desk):
    bela = Desk().sign_in(make_person("bela"))
    add_passkey(bela, SoftPasskey(), "Bela's key")

    said = words(desk.get("/security"))

    assert "Bela" not in said
    assert said.count("Another browser") == 0


@pytest.mark.parametrize(
    "page", ["app", "app/remove", "passkeys/new", f"passkeys/{NOBODYS}/remove", "code"]
)
def test_what_changes_protection_asks_first_that_it_is_you(desk, page):
    desk.at += LATER
    before = rows()

    for answer in (desk.get(f"/security/{page}"), desk.post(f"/security/{page}")):
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"/confirm?{urlencode({'next': f'/security/{page}'})}"
    assert rows() == before


def test_after_showing_it_the_page_is_open(amal, desk):
    desk.at += LATER

    desk.post("/confirm?next=/security/code", password=PASSWORD)

    assert desk.get("/security/code").status_code == 200


# --- the passphrase ---


def test_a_new_passphrase_counts_at_once_and_other_browsers_are_signed_out(amal, desk):
    elsewhere = Desk(at=AT + timedelta(minutes=1)).sign_in(amal)

    answer = desk.post("/security/passphrase", old=PASSWORD, password=OTHER, again=OTHER)

    assert led_to(answer) == "/security"
    assert "Your new passphrase is active." in words(desk.get("/security"))
    assert led_to(elsewhere.get("/security")) == "/sign-in"
    desk.post("/lock")
    desk.at += timedelta(minutes=1)
    assert desk.post("/unlock", password=PASSWORD).status_code == 403
    assert led_to(desk.post("/unlock", password=OTHER)) == "/"


@pytest.mark.parametrize(
    ("old", "new", "again", "status", "said"),
    [
        (OTHER, OTHER, OTHER, 403, "The passphrase is not correct. Your work is safe. Try again."),
        (PASSWORD, "short", "short", 422, "15 characters"),
        (PASSWORD, OTHER, PASSWORD, 422, "The two passphrases differ. Type it again."),
        ("", OTHER, OTHER, 422, "This field is required"),
    ],
)
def test_a_passphrase_that_is_refused_changes_nothing(desk, old, new, again, status, said):
    before = rows()

    answer = desk.post("/security/passphrase", old=old, password=new, again=again)

    assert answer.status_code == status
    assert said in words(answer)
    assert not any(each and each in answer.content.decode() for each in (OTHER, PASSWORD))
    assert rows() == before


def test_guessing_at_the_old_passphrase_ends_the_session(desk):
    for _ in range(5):
        desk.at += timedelta(minutes=1)
        answer = desk.post("/security/passphrase", old=OTHER, password=OTHER, again=OTHER)

    assert answer.status_code == 401
    assert led_to(desk.get("/security")) == "/sign-in"


# --- the app ---


def test_a_new_app_counts_with_its_first_code_and_the_old_one_until_then(amal, desk):
    assert shown(desk.get("/security/app")) == []  # an address can be opened again
    seed = seed_of(desk.post("/security/app"))
    old = TotpDevice.objects.get(confirmed_at__isnull=False)

    assert desk.post("/security/app", totp=totp(amal.seed, AT)).status_code == 403
    assert TotpDevice.objects.get(confirmed_at__isnull=False) == old
    answer = desk.post("/security/app", totp=totp(seed, AT))

    assert led_to(answer) == "/security"
    assert TotpDevice.objects.get().pk != old.pk
    later = Desk(at=AT + timedelta(minutes=1))
    later.post("/sign-in", email=amal.user.email, password=PASSWORD)
    assert led_to(later.post("/sign-in/second-factor", totp=totp(seed, later.at))) == "/"


def test_the_picture_has_a_size_that_the_page_may_choose(desk):
    drawn = desk.post("/security/app").content.decode().partition("<svg viewBox=")[2][:40]

    assert drawn.startswith('"0 0 ')


def test_after_a_wrong_code_one_can_ask_for_a_new_picture(desk):
    desk.post("/security/app")

    answer = desk.post("/security/app", totp="000000")

    assert "Show a new QR code" in words(answer)
    assert shown(answer) == []


def test_the_only_second_step_stays(desk):
    assert "Remove the app" not in words(desk.get("/security/app"))

    answer = desk.post("/security/app/remove")

    assert answer.status_code == 409
    assert "This is your only second factor" in words(answer)
    assert TotpDevice.objects.count() == 1


def test_the_app_goes_when_there_is_a_passkey_and_not_by_looking(desk):
    add_passkey(desk, SoftPasskey())
    assert "Remove the app" in words(desk.get("/security/app"))

    asked = desk.get("/security/app/remove")
    assert "Codes from the app will no longer sign you in. Your passkeys will still work." in words(
        asked
    )
    assert TotpDevice.objects.count() == 1
    assert led_to(desk.post("/security/app/remove")) == "/security"

    assert TotpDevice.objects.count() == 0
    assert "Not set up" in words(desk.get("/security"))
    assert desk.get("/security/app/remove").status_code == 404


# --- passkeys ---


@pytest.mark.parametrize(
    ("has_prf", "said"), [(True, "Second step and unlocking"), (False, "Second step only")]
)
def test_a_passkey_is_added_and_the_page_says_what_it_does(desk, has_prf, said):
    answer = add_passkey(desk, SoftPasskey(has_prf=has_prf), "Demo <key>")

    assert led_to(answer) == "/security"
    page = desk.get("/security")
    assert f"Demo &lt;key&gt; {said}" in words(page)
    assert "Not yet" in words(page)


def test_a_passkey_signs_in_and_unlocks(amal, desk):
    passkey = SoftPasskey()
    add_passkey(desk, passkey)
    desk.post("/lock")

    assert led_to(desk.post("/unlock", **shown_by(passkey, desk.get("/unlock")))) == "/"
    other = Desk(at=AT + timedelta(minutes=1))
    other.post("/sign-in", email=amal.user.email, password=PASSWORD)
    page = other.get("/sign-in/second-factor")
    assert led_to(other.post("/sign-in/second-factor", **shown_by(passkey, page))) == "/"


def test_a_passkey_that_cannot_unlock_is_not_asked_for_it(desk):
    add_passkey(desk, SoftPasskey(has_prf=False))
    desk.post("/lock")

    assert "data-options" not in desk.get("/unlock").content.decode()


def test_an_answer_to_an_older_page_adds_nothing(desk):
    passkey, page = SoftPasskey(), desk.get("/security/passkeys/new")
    desk.get("/security/passkeys/new")

    answer = desk.post("/security/passkeys/new", name="Demo", **made_by(passkey, page))

    assert answer.status_code == 403
    assert not Passkey.objects.exists()


def test_a_passkey_needs_a_name(desk):
    page = desk.get("/security/passkeys/new")

    answer = desk.post("/security/passkeys/new", name="", **made_by(SoftPasskey(), page))

    assert answer.status_code == 422
    assert not Passkey.objects.exists()


def test_a_passkey_is_removed_after_a_question_that_names_it(desk):
    add_passkey(desk, SoftPasskey(), "Demo phone")
    page = f"/security/passkeys/{Passkey.objects.get().pk}/remove"

    assert "Demo phone will no longer sign you in" in words(desk.get(page))
    assert Passkey.objects.count() == 1
    assert led_to(desk.post(page)) == "/security"

    assert Passkey.objects.count() == 0
    assert not UserWrap.objects.filter(kind=WrapKind.PASSKEY).exists()


def test_somebody_elses_passkey_is_as_missing_as_one_that_never_was(desk):
    add_passkey(Desk().sign_in(make_person("bela")), SoftPasskey())
    theirs = Passkey.objects.get().pk

    for method in (desk.get, desk.post):
        foreign = method(f"/security/passkeys/{theirs}/remove")
        missing = method(f"/security/passkeys/{uuid4()}/remove")
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert words(foreign) == words(missing)
    assert Passkey.objects.count() == 1


# --- the recovery code ---


def opens(person, code: str) -> bool:
    typed = enrolment.parse_recovery_code(code)
    wraps = UserWrap.objects.filter(kind=WrapKind.RECOVERY, confirmed_at__isnull=False)
    return any(enrolment.open_with_code(each, typed) for each in wraps.select_related("user_key"))


def test_a_new_code_is_shown_once_and_counts_when_it_is_typed_back(amal, desk):
    assert shown(desk.get("/security/code")) == []
    code = code_of(desk.post("/security/code"))

    assert opens(amal, amal.code.printed())
    assert not opens(amal, code)
    assert shown(desk.get("/security/code")) == []
    assert "A newer code waits for your confirmation. The old code works until then." in words(
        desk.get("/security")
    )
    assert (
        led_to(desk.post("/security/code", code=code.lower().replace("-", "\r\n"))) == "/security"
    )

    assert opens(amal, code)
    assert not opens(amal, amal.code.printed())


def test_a_slip_and_an_older_code_change_nothing(amal, desk):
    code = code_of(desk.post("/security/code"))
    slip = code[:-1] + ("0" if code[-1] != "0" else "1")

    told = desk.post("/security/code", code=slip)
    wrong = desk.post("/security/code", code=amal.code.printed())

    assert (told.status_code, wrong.status_code) == (422, 422)
    assert "typing mistake in group 8" in words(told)
    assert code not in told.content.decode()
    assert opens(amal, amal.code.printed())
    assert not opens(amal, code)


@pytest.mark.parametrize("page", ["", "/passphrase", "/app", "/passkeys/new", "/code"])
def test_nothing_of_this_is_open_without_a_session(db, page):
    assert led_to(Desk().get(f"/security{page}")) == "/sign-in"
