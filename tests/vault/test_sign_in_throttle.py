from contextlib import suppress
from datetime import timedelta

import pytest

from protect.orgs import actions as orgs
from protect.orgs.actions import Browser
from protect.orgs.models import Attempt
from protect.vault.accounts import password_reset
from protect.vault.accounts.password_reset import ResetSubmission
from protect.vault.enums import SessionState
from protect.vault.errors import SessionEnded, Throttled, VaultRefusal
from protect.vault.models import UnlockSession
from protect.vault.sessions import authentication, browser_sessions
from protect.vault.sessions.rules import ATTEMPT_LIMIT
from protect.vault.team_keys import closures
from tests.refusals import refuses
from tests.vault.signing import (
    AT,
    BROWSER,
    OTHER,
    PASSWORD,
    begin,
    let_in,
    mailed_token,
)

pytestmark = pytest.mark.django_db
AMAL_IS_KEPT = True
NEW = "violet anchor garden saddle meadow"


def wrong(user, at=AT, browser=BROWSER):
    with refuses("sign_in_refused"):
        authentication.begin(user.email, OTHER, browser=browser, at=at)


def test_tries_from_elsewhere_do_not_slow_down_a_browser_that_is_known(amal, runs):
    device = Browser(BROWSER.address, orgs.remember_device(amal.user, "", at=AT))
    for number in range(40):
        with suppress(VaultRefusal, Throttled):
            browser = Browser(f"10.0.{number}.1") if number % 2 else BROWSER
            authentication.begin(amal.user.email, OTHER, browser=browser, at=AT)
    runs.clear()

    assert begin(amal, browser=device).state is SessionState.PROVISIONAL
    assert len(runs) == 2


def test_tries_from_elsewhere_do_not_slow_down_a_session(amal):
    entry = let_in(amal)
    authentication.lock_browser_session(entry, at=AT)
    for number in range(40):
        with suppress(VaultRefusal, Throttled):
            browser = Browser(f"10.0.{number}.1") if number % 2 else BROWSER
            authentication.begin(amal.user.email, OTHER, browser=browser, at=AT)
    locked = browser_sessions.find_session(entry.session.pk, "", at=AT)

    opened = authentication.unlock_with_password(locked, PASSWORD, at=AT)
    authentication.step_up_with_password(opened, PASSWORD, at=AT)

    assert opened.state is SessionState.UNLOCKED


def test_tries_in_a_session_are_counted_before_they_are_hashed(amal, runs):
    entry = let_in(amal)
    UnlockSession.objects.update(tries=ATTEMPT_LIMIT)
    runs.clear()

    with pytest.raises(SessionEnded):
        authentication.step_up_with_password(entry, PASSWORD, at=AT)

    assert runs == []


def test_the_right_password_begins_to_count_anew(amal):
    entry = let_in(amal)
    for _ in range(3):
        for _ in range(ATTEMPT_LIMIT - 1):
            with refuses("passphrase_refused"):
                authentication.step_up_with_password(entry, OTHER, at=AT)
        authentication.step_up_with_password(entry, PASSWORD, at=AT)

    assert UnlockSession.objects.get().tries == 0
    rows = set(Attempt.objects.order_by("key").values_list("count", flat=True))
    assert rows == {0}  # of the sign-in: nothing here counts as one


@pytest.mark.parametrize("how", ["all sessions", "one session", "password", "reset", "place"])
def test_no_browser_is_known_any_more_after(amal, how):
    entry, lost = let_in(amal), let_in(amal, AT + timedelta(minutes=1))
    device = Browser(BROWSER.address, orgs.remember_device(amal.user, "", at=AT))
    match how:
        case "all sessions":
            authentication.end_sessions_of(amal.user.pk, at=AT, except_session=entry.session.pk)
        case "one session":
            assert authentication.end_session(entry, lost.session.pk, at=AT)
        case "password":
            password_reset.change_password(entry, old=PASSWORD, new=NEW, at=AT)
        case "reset":
            password_reset.mail_reset_link(amal.user.email, at=AT)
            asked = ResetSubmission(
                amal.code.printed(), NEW, totp=amal.totp(AT + timedelta(minutes=2))
            )
            password_reset.reset_password(mailed_token(), asked, at=AT + timedelta(minutes=2))
        case "place":
            closures.end_sessions([amal.user.pk], at=AT)
    for _ in range(3):
        wrong(amal.user)

    with pytest.raises(Throttled):
        authentication.begin(amal.user.email, OTHER, browser=device, at=AT)


def test_failures_make_it_slower_before_anything_is_hashed(amal, runs):
    for _ in range(3):
        wrong(amal.user)
    runs.clear()

    with pytest.raises(Throttled) as refused:
        begin(amal)

    assert refused.value.facts == {"seconds": 1}
    assert runs == []
    assert begin(amal, AT + timedelta(seconds=2)).state is SessionState.PROVISIONAL


def test_each_failure_waits_longer_and_never_for_ever(amal):
    at, waited = AT, []
    for _ in range(12):
        wrong(amal.user, at)
        try:
            begin(amal, at)
        except Throttled as refused:
            waited.append(refused.facts["seconds"])
            at += timedelta(seconds=refused.facts["seconds"])

    assert waited == sorted(waited)
    assert waited[-1] == 60


def test_signing_in_makes_the_account_fast_again(amal):
    wrong(amal.user)
    let_in(amal)

    counts = Attempt.objects.order_by("count").values_list("count", flat=True)
    # Nothing of code and pair; what is left of network and account.
    assert list(counts) == [0, 0, 1, 1]
    for _ in range(2):
        wrong(amal.user)
    assert begin(amal).state is SessionState.PROVISIONAL  # with one left it would have to wait


def test_a_day_later_no_row_is_left_of_it(amal):
    wrong(amal.user)
    let_in(amal)

    assert orgs.delete_old_attempts(at=AT + timedelta(days=1)) == 4
    assert Attempt.objects.count() == 0


def test_signing_in_often_does_not_slow_down_an_office(amal):
    for minute in range(40):
        at = AT + timedelta(minutes=minute)
        authentication.sign_out(let_in(amal, at), at=at)

    assert set(Attempt.objects.order_by("key").values_list("count", flat=True)) == {0}
