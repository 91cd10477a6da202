from datetime import timedelta

import pytest

from protect.vault.enums import SessionState
from protect.vault.errors import SessionEnded
from protect.vault.models import UnlockSession
from protect.vault.sessions import authentication, browser_sessions
from tests.refusals import refuses
from tests.vault.signing import AT, OTHER, PASSWORD, begin, let_in, make_person
from tests.vault.test_authentication import actions_of

pytestmark = pytest.mark.django_db
AMAL_IS_KEPT = True


def test_idle_session_locks_after_15_minutes_and_drops_its_secret(amal):
    entry = let_in(amal)
    cookie = entry.token.text()

    found = browser_sessions.find_session(entry.session.pk, cookie, at=AT + timedelta(minutes=15))

    row = UnlockSession.objects.get()
    assert found.state is SessionState.LOCKED
    assert (row.token_hash, bytes(row.blob), row.stepped_up) == (None, b"", None)
    assert actions_of(amal.user)[-1] == ("vault.session_idle", "done")
    assert (
        browser_sessions.find_session(row.pk, cookie, at=AT + timedelta(minutes=16)).token is None
    )


def test_activity_is_recorded_at_most_once_a_minute(amal, django_assert_num_queries):
    entry = let_in(amal)
    with django_assert_num_queries(0):
        browser_sessions.record_activity(entry, at=AT + timedelta(seconds=59))
    with django_assert_num_queries(1):
        browser_sessions.record_activity(entry, at=AT + timedelta(minutes=14))

    later = browser_sessions.find_session(
        entry.session.pk, entry.token.text(), at=AT + timedelta(minutes=28)
    )
    assert later.state is SessionState.UNLOCKED


def test_session_ends_after_nine_hours_of_activity(amal):
    entry = let_in(amal)
    UnlockSession.objects.update(seen=AT + timedelta(hours=9))

    assert (
        browser_sessions.find_session(
            entry.session.pk, entry.token.text(), at=AT + timedelta(hours=9)
        )
        is None
    )
    assert UnlockSession.objects.count() == 0


def test_idle_provisional_session_ends(amal):
    entry = begin(amal)

    assert (
        browser_sessions.find_session(
            entry.session.pk, entry.token.text(), at=AT + timedelta(minutes=15)
        )
        is None
    )


def test_provisional_session_without_its_cookie_is_not_found(amal):
    entry = begin(amal)

    assert browser_sessions.find_session(entry.session.pk, "", at=AT) is None


def test_lock_idle_locks_idle_and_ends_old_sessions_only(amal):
    chidi = make_person("chidi", at=AT - timedelta(hours=12))
    old = let_in(chidi, AT - timedelta(hours=9))
    idle = let_in(amal, AT - timedelta(minutes=20))
    fresh = let_in(amal)

    assert authentication.lock_idle_sessions(at=AT) == 2
    states = dict(UnlockSession.objects.order_by("pk").values_list("pk", "state"))
    assert states == {idle.session.pk: "locked", fresh.session.pk: "unlocked"}
    assert old.session.pk not in states


def test_locking_and_unlocking_with_the_password(amal):
    entry = let_in(amal)
    secret = browser_sessions.secret_of(entry)
    authentication.lock_browser_session(entry, at=AT)
    locked = browser_sessions.find_session(entry.session.pk, entry.token.text(), at=AT)
    assert locked.state is SessionState.LOCKED

    opened = authentication.unlock_with_password(locked, PASSWORD, at=AT)

    assert opened.state is SessionState.UNLOCKED
    assert opened.token != entry.token
    assert opened.session.started == AT
    assert browser_sessions.secret_of(opened) == secret
    assert (
        browser_sessions.find_session(opened.session.pk, opened.token.text(), at=AT).state
        == "unlocked"
    )


def test_five_wrong_passwords_end_a_locked_session(amal):
    entry = let_in(amal)
    authentication.lock_browser_session(entry, at=AT)
    locked = browser_sessions.find_session(entry.session.pk, "", at=AT)
    at = AT
    for _ in range(4):
        at += timedelta(seconds=70)
        with refuses("passphrase_refused"):
            authentication.unlock_with_password(locked, OTHER, at=at)
    assert UnlockSession.objects.count() == 1

    with pytest.raises(SessionEnded):
        authentication.unlock_with_password(locked, OTHER, at=at + timedelta(seconds=70))
    assert UnlockSession.objects.count() == 0


def test_an_open_session_is_not_resumed_and_a_provisional_one_is_not_locked(amal):
    entry = let_in(amal)
    with refuses("session_move_not_allowed"):
        authentication.unlock_with_password(entry, PASSWORD, at=AT)
    provisional = begin(amal)
    with refuses("session_move_not_allowed"):
        authentication.lock_browser_session(provisional, at=AT)

    assert (
        browser_sessions.find_session(entry.session.pk, entry.token.text(), at=AT).state
        == "unlocked"
    )
    assert (
        browser_sessions.find_session(provisional.session.pk, provisional.token.text(), at=AT)
        is not None
    )


def test_signing_out_leaves_no_row(amal):
    entry = let_in(amal)

    authentication.sign_out(entry, at=AT)

    assert UnlockSession.objects.count() == 0
    assert actions_of(amal.user)[-1] == ("vault.session_end", "done")


def test_all_sessions_of_a_user_end_except_the_given_one(amal):
    first, second = let_in(amal), let_in(amal, AT + timedelta(minutes=1))
    other = let_in(make_person("bela"))

    assert (
        authentication.end_sessions_of(amal.user.pk, at=AT, except_session=second.session.pk) == 1
    )
    left = set(UnlockSession.objects.order_by("pk").values_list("pk", flat=True))
    assert left == {second.session.pk, other.session.pk}
    assert first.session.pk not in left
    assert authentication.end_sessions_of(amal.user.pk, at=AT) == 1
