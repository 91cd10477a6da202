from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from protect.orgs import actions as orgs
from protect.orgs.actions import Browser
from protect.orgs.models import Attempt
from protect.vault.enums import SessionState
from protect.vault.errors import FactorRefused, SessionEnded, Throttled
from protect.vault.models import TotpDevice, UnlockSession
from protect.vault.sessions import browser_sessions
from protect.vault.sign_in import second_factors
from tests.refusals import refuses
from tests.vault.conftest import OLD_PEPPER
from tests.vault.signing import AT, BROWSER, begin, let_in, make_person, seed_of, totp

pytestmark = pytest.mark.django_db
AMAL_IS_KEPT = True
LATE = AT + timedelta(minutes=11)  # a step-up at AT is over then


def give(entry, code, at=AT):
    return second_factors.pass_with_totp(entry, code, browser=BROWSER, at=at)


def test_the_right_code_unlocks_with_or_without_a_blank(amal):
    code = amal.totp(AT)

    assert give(begin(amal), f"{code[:3]} {code[3:]}").state is SessionState.UNLOCKED


@pytest.mark.parametrize("seconds", [-30, 30])
def test_a_clock_may_be_half_a_minute_off(amal, seconds):
    code = amal.totp(AT + timedelta(seconds=seconds))

    assert give(begin(amal), code).state is SessionState.UNLOCKED


@pytest.mark.parametrize("seconds", [-90, 60])
def test_a_clock_may_not_be_further_off(amal, seconds):
    with pytest.raises(FactorRefused):
        give(begin(amal), amal.totp(AT + timedelta(seconds=seconds)))

    assert UnlockSession.objects.get().state == SessionState.PROVISIONAL


def test_a_code_works_once(amal):
    give(begin(amal), amal.totp(AT))
    again = begin(amal)

    with pytest.raises(FactorRefused):
        give(again, amal.totp(AT))
    assert again.state is SessionState.PROVISIONAL


def test_an_older_code_does_not_work_after_a_newer_one(amal):
    give(begin(amal), amal.totp(AT + timedelta(seconds=30)))

    with pytest.raises(FactorRefused):
        give(begin(amal), amal.totp(AT))


@pytest.mark.parametrize("code", ["", "abcdef", "1234567", "١٢٣٤٥٦", "é" * 6])
def test_what_is_no_code_is_refused(amal, code):
    with pytest.raises(FactorRefused):
        give(begin(amal), code)


def test_five_wrong_codes_end_the_session_and_the_right_one_is_too_late(amal):
    entry = begin(amal)
    for number in range(4):
        with pytest.raises(FactorRefused):
            give(entry, "000000")
        assert UnlockSession.objects.get().tries == number + 1
    with pytest.raises(SessionEnded):
        give(entry, "000000")

    assert UnlockSession.objects.count() == 0
    at = AT + timedelta(seconds=1)
    with pytest.raises(SessionEnded):
        give(entry, amal.totp(at), at)


def test_wrong_codes_slow_down_the_next_code_in_every_session_of_the_account(amal):
    first, second = begin(amal), begin(amal)
    for entry in (first, first, first, second, second):
        with pytest.raises(FactorRefused):
            give(entry, "000000")

    with pytest.raises(Throttled) as refused:
        give(second, amal.totp(AT))
    assert refused.value.facts == {"seconds": 1}
    assert UnlockSession.objects.get(pk=second.session.pk).tries == 2  # it was not looked at
    at = AT + timedelta(seconds=1)
    assert give(second, amal.totp(at), at).state is SessionState.UNLOCKED


def test_guesses_with_the_passphrase_do_not_delay_a_known_browser(amal):
    device = Browser(BROWSER.address, orgs.remember_device(amal.user, "", at=AT))
    owner = begin(amal, browser=device)
    for thief in (begin(amal), begin(amal)):
        for _ in range(3):
            with pytest.raises((FactorRefused, Throttled)):
                give(thief, "000000")

    entry = second_factors.pass_with_totp(owner, amal.totp(AT), browser=device, at=AT)
    assert entry.state is SessionState.UNLOCKED


def test_codes_of_a_step_up_count_for_the_session_only(amal):
    entry = let_in(amal)
    for _ in range(4):
        with pytest.raises(FactorRefused):
            second_factors.step_up_with_totp(entry, "000000", at=LATE)

    rows = set(Attempt.objects.order_by("key").values_list("count", flat=True))
    assert rows == {0}
    assert begin(amal, LATE).state is SessionState.PROVISIONAL


def test_code_of_another_user_is_refused(amal):
    chidi = make_person("chidi")

    with pytest.raises(FactorRefused):
        give(begin(amal), chidi.totp(AT))


def test_a_seed_that_was_moved_to_another_account_does_not_open(amal):
    chidi = make_person("chidi")
    row = TotpDevice.objects.get(user=amal.user)
    TotpDevice.objects.filter(user=chidi.user).update(seed=bytes(row.seed))

    with pytest.raises(FactorRefused):
        give(begin(chidi), amal.totp(AT))


def test_the_database_holds_no_seed(amal):
    assert amal.seed not in bytes(TotpDevice.objects.get().seed)


def test_a_code_is_checked_only_with_the_pepper_that_sealed_its_seed(amal, settings):
    entry = begin(amal)
    settings.PEPPERS = [OLD_PEPPER]

    with refuses("pepper_missing"):
        give(entry, amal.totp(AT))
    assert UnlockSession.objects.get().tries == 0


def test_the_offer_is_a_picture_an_address_and_letters_of_the_same_seed(amal):
    offer = second_factors.offer_totp(let_in(amal), at=AT)

    assert offer.svg.startswith("<svg")
    assert "style" not in offer.svg
    assert offer.uri.startswith("otpauth://totp/PROTECT:amal%40demo.example?")
    assert offer.typed.replace(" ", "") in offer.uri
    assert offer.typed not in repr(offer)


def test_a_new_app_replaces_the_old_one_with_its_first_code(amal):
    entry = let_in(amal)
    seed = seed_of(second_factors.offer_totp(entry, at=AT))
    at = AT + timedelta(minutes=1)
    assert let_in(amal, at).state is SessionState.UNLOCKED  # until it is confirmed

    second_factors.confirm_totp(entry, totp(seed, at), at=at)

    later = AT + timedelta(minutes=2)
    with pytest.raises(FactorRefused):
        give(begin(amal, later), amal.totp(later), later)
    assert give(begin(amal, later), totp(seed, later), later).state is SessionState.UNLOCKED


def test_a_wrong_first_code_changes_nothing(amal):
    entry = let_in(amal)
    second_factors.offer_totp(entry, at=AT)

    with pytest.raises(FactorRefused):
        second_factors.confirm_totp(entry, amal.totp(AT), at=AT)
    assert TotpDevice.objects.filter(confirmed_at=None).count() == 1
    assert TotpDevice.objects.exclude(confirmed_at=None).count() == 1


def test_factors_change_only_after_a_step_up(amal):
    entry = let_in(amal)

    for change in (second_factors.offer_totp, second_factors.remove_totp):
        with refuses("step_up_required"):
            change(entry, at=LATE)
    with refuses("step_up_required"):
        second_factors.confirm_totp(entry, "123456", at=LATE)
    assert TotpDevice.objects.count() == 1


def test_password_alone_cannot_change_the_second_factor(amal):
    entry = begin(amal)

    with refuses("session_move_not_allowed"):
        second_factors.offer_totp(entry, at=AT)
    with refuses("session_move_not_allowed"):
        second_factors.remove_totp(entry, at=AT)
    assert TotpDevice.objects.count() == 1


def test_only_second_factor_cannot_be_removed(amal):
    with refuses("last_second_factor"):
        second_factors.remove_totp(let_in(amal), at=AT)

    assert second_factors.factors_of(amal.user.pk).has_totp


def test_a_code_is_a_step_up(amal):
    entry = let_in(amal)

    second_factors.step_up_with_totp(entry, amal.totp(LATE), at=LATE)

    again = browser_sessions.find_session(entry.session.pk, entry.token.text(), at=LATE)
    second_factors.must_be_stepped_up(browser_sessions.unlocked_of(again), at=LATE)


def test_a_wrong_code_is_no_step_up_and_a_locked_session_takes_none(amal):
    entry = let_in(amal)
    with pytest.raises(FactorRefused):
        second_factors.step_up_with_totp(entry, "000000", at=LATE)
    locked = browser_sessions.find_session(entry.session.pk, "", at=LATE)

    with refuses("session_move_not_allowed"):
        second_factors.step_up_with_totp(locked, amal.totp(LATE), at=LATE)
    assert UnlockSession.objects.get().stepped_up == AT


def test_a_person_has_one_app_in_use(amal):
    row = TotpDevice.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        TotpDevice.objects.create(
            user=amal.user, pepper=1, seed=bytes(row.seed), created=AT, confirmed_at=AT
        )
