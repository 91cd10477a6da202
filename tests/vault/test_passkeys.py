import json
from datetime import timedelta

import pytest

from protect.vault.accounts import password_reset
from protect.vault.accounts.password_reset import ResetSubmission
from protect.vault.enums import SessionState, WrapKind
from protect.vault.errors import FactorRefused, SessionEnded
from protect.vault.models import Passkey, UnlockSession, UserWrap
from protect.vault.sessions import authentication, browser_sessions
from protect.vault.sign_in import passkeys, second_factors
from protect.vault.sign_in.passkeys import Answer
from tests.refusals import refuses
from tests.vault.signing import (
    AT,
    BROWSER,
    OTHER,
    SITE,
    SoftPasskey,
    begin,
    let_in,
    mailed_token,
    make_person,
)

pytestmark = pytest.mark.django_db
AMAL_IS_KEPT = True
NEXT = AT + timedelta(minutes=1)


@pytest.fixture
def key() -> SoftPasskey:
    return SoftPasskey()


def add(person, key, at=AT):
    entry = let_in(person, at)
    ceremony = passkeys.offer_registration(entry, at=at)
    answer = key.create(ceremony.options)
    return passkeys.register_passkey(entry, ceremony.state, answer, name=" my  key ", at=at)


def ask(entry, key, at=NEXT):
    ceremony = passkeys.offer_assertion(entry.session.user_id, at=at)
    return ceremony.state, key.get(ceremony.options)


def second(entry, state, answer, at=NEXT):
    return passkeys.pass_with_passkey(entry, state, answer, browser=BROWSER, at=at)


def test_options_name_the_site_and_reveal_nothing_else(amal):
    options = json.loads(passkeys.offer_registration(let_in(amal), at=AT).options)

    assert options["rp"] == {"name": "PROTECT", "id": SITE}
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"
    assert options["extensions"]["prf"]["eval"]["first"]


def test_a_passkey_is_a_second_factor(amal, key):
    add(amal, key)
    entry = begin(amal, NEXT)

    opened = second(entry, *ask(entry, key))

    assert opened.state is SessionState.UNLOCKED
    row = Passkey.objects.get()
    assert (row.name, row.count, row.used) == ("my key", key.count, NEXT)


def test_a_passkey_with_prf_unlocks_what_the_password_sealed(amal, key):
    entry = add(amal, key)
    secret = browser_sessions.secret_of(entry)
    authentication.lock_browser_session(entry, at=AT)
    locked = browser_sessions.find_session(entry.session.pk, "", at=NEXT)

    opened = passkeys.unlock(locked, *ask(locked, key), at=NEXT)

    assert opened.state is SessionState.UNLOCKED
    assert browser_sessions.secret_of(opened) == secret
    wrap = UserWrap.objects.get(kind=WrapKind.PASSKEY)
    assert wrap.credential == Passkey.objects.get().pk
    assert UserWrap.objects.filter(kind=WrapKind.PASSWORD).count() == 1  # never the only wrap


def test_later_prf_support_adds_a_wrap_at_the_next_sign_in(amal, key):
    key.has_prf = False
    add(amal, key)
    assert UserWrap.objects.filter(kind=WrapKind.PASSKEY).count() == 0

    key.has_prf = True
    entry = begin(amal, NEXT)
    second(entry, *ask(entry, key))

    assert UserWrap.objects.filter(kind=WrapKind.PASSKEY).count() == 1


def test_a_passkey_without_prf_signs_in_and_unlocks_nothing(amal, key):
    key.has_prf = False
    entry = add(amal, key)
    authentication.lock_browser_session(entry, at=AT)
    locked = browser_sessions.find_session(entry.session.pk, "", at=NEXT)

    with refuses("passkey_cannot_unlock"):
        passkeys.unlock(locked, *ask(locked, key), at=NEXT)
    assert UnlockSession.objects.get().state == SessionState.LOCKED


def test_another_prf_output_opens_nothing(amal, key):
    entry = add(amal, key)
    authentication.lock_browser_session(entry, at=AT)
    locked = browser_sessions.find_session(entry.session.pk, "", at=NEXT)
    key.secret = b"x" * 32

    with refuses("passkey_cannot_unlock"):
        passkeys.unlock(locked, *ask(locked, key), at=NEXT)


def wrong_origin(key):
    key.origin = "https://desk.demo.example.evil.example"


def not_verified(key):
    key.is_verified = False


def replayed(key):
    key.count -= 1


@pytest.mark.parametrize("change", [wrong_origin, not_verified, replayed])
def test_an_answer_of_another_site_without_verification_or_with_an_old_count_is_refused(
    amal, key, change
):
    add(amal, key)
    entry = begin(amal, NEXT)
    change(key)

    with pytest.raises(FactorRefused):
        second(entry, *ask(entry, key))
    assert UnlockSession.objects.get(pk=entry.session.pk).tries == 1


NO_ANSWERS = ["", "{}", "[]", "null", '{"id": "AA"}', '{"id": 5}', '{"id": "é"}', "not json"]
DEEP = ["[" * levels for levels in (1_500, 12_000, 50_000)]


@pytest.mark.parametrize("answer", [*NO_ANSWERS, *DEEP], ids=lambda answer: answer[:12])
def test_malformed_answer_is_refused_and_counted(amal, key, answer):
    add(amal, key)
    entry = begin(amal, NEXT)
    state, _ = ask(entry, key)

    with pytest.raises(FactorRefused):
        second(entry, state, Answer(answer, "%%%"))
    assert UnlockSession.objects.get(pk=entry.session.pk).tries == 1


def test_a_challenge_is_for_one_purpose_and_five_minutes(amal, key):
    entry = add(amal, key)
    creation = passkeys.offer_registration(entry, at=AT).state
    begun = begin(amal, NEXT)
    state, answer = ask(begun, key)

    for wrong, at in ((creation, NEXT), ("", NEXT), (state, NEXT + timedelta(minutes=5))):
        with pytest.raises(FactorRefused):
            second(begun, wrong, answer, at)
    with pytest.raises(FactorRefused):
        passkeys.register_passkey(entry, state, key.create(_options(entry)), name="", at=AT)
    assert Passkey.objects.count() == 1


def _options(entry) -> str:
    return passkeys.offer_registration(entry, at=AT).options


def test_passkey_of_another_user_is_refused(amal, key):
    add(make_person("chidi"), key)
    add(amal, SoftPasskey())
    entry = begin(amal, NEXT)
    ceremony = passkeys.offer_assertion(entry.session.user_id, at=NEXT)

    with pytest.raises(FactorRefused):
        second(entry, ceremony.state, key.get(ceremony.options))


def test_five_wrong_passkeys_end_the_session(amal, key):
    add(amal, key)
    entry = begin(amal, NEXT)
    for _ in range(4):
        with pytest.raises(FactorRefused):
            second(entry, "", Answer("{}"))

    with pytest.raises(SessionEnded):
        second(entry, "", Answer("{}"))
    assert not UnlockSession.objects.filter(pk=entry.session.pk).exists()


def test_a_passkey_is_registered_once(amal, key):
    entry = add(amal, key)
    ceremony = passkeys.offer_registration(entry, at=AT)

    with pytest.raises(FactorRefused):
        passkeys.register_passkey(
            entry, ceremony.state, key.create(ceremony.options), name="", at=AT
        )
    assert Passkey.objects.count() == 1


@pytest.mark.parametrize(
    "credential",
    [*NO_ANSWERS, *DEEP, '{"id": "AA", "rawId": "AA", "response": [], "type": "public-key"}'],
    ids=lambda credential: credential[:12],
)
def test_malformed_passkey_is_not_registered(amal, credential):
    entry = let_in(amal)
    ceremony = passkeys.offer_registration(entry, at=AT)

    with pytest.raises(FactorRefused):
        passkeys.register_passkey(entry, ceremony.state, Answer(credential, "%%%"), name="", at=AT)
    assert Passkey.objects.count() == 0


def test_a_registration_that_the_user_did_not_verify_is_refused(amal, key):
    key.is_verified = False

    with pytest.raises(FactorRefused):
        add(amal, key)
    assert Passkey.objects.count() == 0


def test_passkeys_change_only_after_a_step_up_and_never_with_the_password_alone(amal, key):
    entry = add(amal, key)
    late = AT + timedelta(minutes=10)
    with refuses("step_up_required"):
        passkeys.offer_registration(entry, at=late)
    with refuses("step_up_required"):
        passkeys.remove_passkey(entry, Passkey.objects.get().pk, at=late)

    with refuses("session_move_not_allowed"):
        passkeys.offer_registration(begin(amal, NEXT), at=NEXT)
    assert Passkey.objects.count() == 1


def test_a_passkey_is_a_step_up(amal, key):
    entry = add(amal, key)
    late = AT + timedelta(minutes=11)

    passkeys.step_up(entry, *ask(entry, key, late), at=late)

    row = UnlockSession.objects.get()
    second_factors.must_be_stepped_up(row, at=late)
    with refuses("session_move_not_allowed"):
        passkeys.step_up(begin(amal, late), "", Answer(""), at=late)


def test_removing_a_passkey_deletes_its_wrap_and_keeps_the_last_factor(amal, key):
    entry = add(amal, key)
    second_factors.remove_totp(entry, at=AT)
    with refuses("last_second_factor"):
        passkeys.remove_passkey(entry, Passkey.objects.get().pk, at=AT)
    assert UserWrap.objects.filter(kind=WrapKind.PASSKEY).count() == 1

    other = SoftPasskey()
    ceremony = passkeys.offer_registration(entry, at=AT)
    passkeys.register_passkey(entry, ceremony.state, other.create(ceremony.options), name="", at=AT)
    first = Passkey.objects.get(credential=key.credential)
    passkeys.remove_passkey(entry, first.pk, at=AT)
    passkeys.remove_passkey(entry, first.pk, at=AT)  # twice is nothing

    left = Passkey.objects.get()
    assert UserWrap.objects.get(kind=WrapKind.PASSKEY).credential == left.pk


def test_nobody_removes_the_passkey_of_somebody_else(amal, key):
    add(amal, key)
    chidi = add(make_person("chidi"), SoftPasskey())

    passkeys.remove_passkey(chidi, Passkey.objects.get(user=amal.user).pk, at=AT)

    assert Passkey.objects.filter(user=amal.user).count() == 1


def test_a_passkey_is_the_second_factor_of_a_reset(amal, key):
    add(amal, key)
    password_reset.mail_reset_link(amal.user.email, at=NEXT)
    token = mailed_token()
    ceremony = passkeys.offer_assertion(amal.user.pk, at=NEXT)
    answer = key.get(ceremony.options)
    asked = ResetSubmission(amal.code.printed(), OTHER, passkey=answer, state=ceremony.state)

    assert password_reset.reset_password(token, asked, at=NEXT)


def test_beginning_again_takes_passkeys_and_what_they_opened(amal, key):
    add(amal, key)
    password_reset._replace_and_mail_link(amal.user, at=NEXT, is_restart=True)

    password_reset.restart_account(mailed_token(), password=OTHER, at=NEXT)

    assert Passkey.objects.count() == 0
    assert set(UserWrap.objects.order_by("pk").values_list("kind", flat=True)) == {"pw", "rec"}


def test_neither_answer_nor_secret_shows_in_repr(amal, key):
    ceremony = passkeys.offer_registration(let_in(amal), at=AT)
    answer = key.create(ceremony.options)

    assert answer.prf not in repr(answer)
    assert answer.prf not in repr(answer.prf_output())
