from datetime import timedelta

import pytest
from django.contrib.auth.hashers import identify_hasher

from protect.audit.models import Entry as AuditEntry
from protect.audit.rules import SIGN_IN
from protect.orgs.models import Attempt
from protect.vault.enums import SessionState, Step, WrapKind
from protect.vault.errors import Crowded, RecordDamaged
from protect.vault.formats.credentials import userwrap
from protect.vault.formats.secrets import UnlockToken
from protect.vault.models import UnlockSession, UserKey, UserWrap
from protect.vault.server_keys.peppers import load_peppers
from protect.vault.sessions import authentication, browser_sessions, passwords
from protect.vault.sign_in import second_factors
from tests.refusals import refuses
from tests.vault.conftest import CHEAP, OLD_PEPPER, PEPPER
from tests.vault.signing import (
    AT,
    BROWSER,
    OTHER,
    PASSWORD,
    begin,
    let_in,
)

pytestmark = pytest.mark.django_db
AMAL_IS_KEPT = True


def actions_of(user) -> list[tuple[str, str]]:
    rows = AuditEntry.objects.filter(chain=SIGN_IN, target=f"user:{user.pk}").order_by("n")
    return list(rows.values_list("action", "outcome"))


def wrong(user, at=AT, browser=BROWSER):
    with refuses("sign_in_refused"):
        authentication.begin(user.email, OTHER, browser=browser, at=at)


def test_right_password_begins_a_provisional_session(amal):
    entry = begin(amal)

    assert entry.state is SessionState.PROVISIONAL
    assert browser_sessions.step_of(entry) is Step.SECOND_FACTOR
    assert browser_sessions.unlocked_of(entry) is None
    assert actions_of(amal.user)[-1] == ("vault.sign_in", "done")


def test_overload_refuses_a_sign_in_without_counting_it(amal, runs, monkeypatch):
    monkeypatch.setattr(passwords, "is_crowded", lambda: True)

    with pytest.raises(Crowded) as refused:
        begin(amal)

    assert refused.value.facts == {"seconds": passwords.CROWDED_RETRY_SECONDS}
    assert runs == []
    assert not Attempt.objects.exists()


def test_the_address_may_be_typed_in_capitals_and_with_blanks(amal):
    entry = authentication.begin(" AMAL@Demo.example ", PASSWORD, browser=BROWSER, at=AT)

    assert entry.session.user == amal.user


def test_password_and_code_open_the_secret_that_enrolment_made(amal):
    entry = let_in(amal)
    unlocked = browser_sessions.unlocked_of(entry)

    assert entry.state is SessionState.UNLOCKED
    assert unlocked is not None
    assert unlocked.secret.public().raw == bytes(UserKey.objects.get().public)
    assert (unlocked.user_id, unlocked.user_version) == (amal.user.pk, 1)


def test_unlocking_replaces_the_token(amal):
    before = begin(amal)
    after = second_factors.pass_with_totp(before, amal.totp(AT), browser=BROWSER, at=AT)

    assert after.token != before.token
    assert browser_sessions.find_session(after.session.pk, before.token.text(), at=AT).token is None


def test_refusal_is_audited_without_address_or_name(amal):
    wrong(amal.user)

    entry = AuditEntry.objects.filter(chain=SIGN_IN).order_by("-n")[0]
    assert (entry.action, entry.outcome) == ("vault.sign_in", "sign_in_refused")
    assert entry.actor is None


def test_missing_pepper_stops_sign_in_and_creates_nothing(amal, settings):
    before = list(UserWrap.objects.order_by("pk").values_list("pk", "blob"))
    settings.PEPPERS = [OLD_PEPPER]

    with refuses("pepper_missing") as refused:
        begin(amal)

    assert refused.value.status == 503
    assert list(UserWrap.objects.order_by("pk").values_list("pk", "blob")) == before
    assert UnlockSession.objects.count() == 0


def test_sign_in_reseals_hash_bundle_and_seed_under_a_new_pepper(amal, settings):
    settings.PEPPERS = [OLD_PEPPER, PEPPER]
    let_in(amal)

    settings.PEPPERS = [OLD_PEPPER]  # the one before may go now
    at = AT + timedelta(minutes=1)
    assert let_in(amal, at).state is SessionState.UNLOCKED
    amal.user.refresh_from_db()
    assert not identify_hasher(amal.user.password).must_update(amal.user.password)
    wrap = UserWrap.objects.get(kind=WrapKind.PASSWORD)
    assert userwrap.parse_header(bytes(wrap.blob)).pepper == load_peppers().current


def test_sign_in_renews_a_lower_hashing_cost_once(amal, settings):
    settings.ARGON2 = {**CHEAP, "passes": 2}
    begin(amal)
    after = UserWrap.objects.get(kind=WrapKind.PASSWORD)

    assert userwrap.parse_header(bytes(after.blob)).kdf.passes == 2
    begin(amal, AT + timedelta(minutes=1))
    assert UserWrap.objects.get(kind=WrapKind.PASSWORD).pk == after.pk


def test_right_password_with_a_damaged_bundle_reports_damage(amal):
    wrap = UserWrap.objects.get(kind=WrapKind.PASSWORD)
    wrap.blob = bytes(wrap.blob)[:-1] + bytes([bytes(wrap.blob)[-1] ^ 1])
    wrap.save()

    with pytest.raises(RecordDamaged):
        begin(amal)
    assert UnlockSession.objects.count() == 0


def test_the_database_holds_neither_cookie_nor_secret(amal):
    entry = let_in(amal)
    row = UnlockSession.objects.get()
    secret = browser_sessions.secret_of(entry).reveal()

    stored = bytes(row.token_hash) + bytes(row.blob)
    assert entry.token.reveal() not in stored
    assert secret not in stored
    assert secret[:16] not in stored


def test_a_blob_is_useless_without_its_cookie(amal):
    entry = let_in(amal)

    found = browser_sessions.find_session(entry.session.pk, UnlockToken.generate().text(), at=AT)

    assert found.state is SessionState.LOCKED
    assert browser_sessions.unlocked_of(found) is None
    with refuses("vault_locked"):
        browser_sessions.secret_of(
            browser_sessions.BrowserSession(entry.session, UnlockToken.generate())
        )


def test_a_blob_moved_to_another_session_does_not_open(amal):
    first, second = let_in(amal), let_in(amal, AT + timedelta(minutes=1))
    stolen = browser_sessions.BrowserSession(second.session, first.token)
    second.session.blob = first.session.blob

    with refuses("vault_locked"):
        browser_sessions.secret_of(stolen)


def test_a_step_up_with_the_password_lasts_ten_minutes(amal):
    entry = let_in(amal)
    at = AT + timedelta(minutes=11)
    with refuses("step_up_required"):
        second_factors.must_be_stepped_up(browser_sessions.unlocked_of(entry), at=at)

    authentication.step_up_with_password(entry, PASSWORD, at=at)

    again = browser_sessions.find_session(entry.session.pk, entry.token.text(), at=at)
    second_factors.must_be_stepped_up(
        browser_sessions.unlocked_of(again), at=at + timedelta(minutes=9)
    )
    with refuses("step_up_required"):
        second_factors.must_be_stepped_up(again.session, at=at + timedelta(minutes=10))


def test_a_wrong_password_is_no_step_up(amal):
    entry = let_in(amal)

    with refuses("passphrase_refused"):
        authentication.step_up_with_password(entry, OTHER, at=AT + timedelta(minutes=1))

    assert UnlockSession.objects.get().stepped_up == AT


def test_nothing_secret_reaches_logs_or_the_text_of_errors(amal, caplog):
    caplog.set_level(0)
    entry = let_in(amal)
    wrong(amal.user, AT + timedelta(minutes=1))
    said = (
        caplog.text + repr(entry) + repr(browser_sessions.unlocked_of(entry)) + str(entry.session)
    )

    for secret in (PASSWORD, OTHER, entry.token.text(), amal.code.printed(), "amal@demo"):
        assert secret not in said
    assert browser_sessions.secret_of(entry).reveal().hex() not in said


def test_a_password_is_the_same_from_every_keyboard(amal):
    key = UserKey.objects.get()
    secret = passwords.open_secret(amal.user, PASSWORD)
    passwords.set_password(amal.user, key, secret, "café au lait le matin", at=AT)

    assert passwords.open_secret(amal.user, "cafe\u0301 au lait le matin") is not None
