from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import identify_hasher

from protect.audit.models import Entry as AuditEntry
from protect.audit.rules import SIGN_IN
from protect.orgs import actions as orgs
from protect.orgs.actions import Browser
from protect.orgs.models import Attempt, User
from protect.vault.actions import (
    departing,
    entering,
    passwords,
    resetting,
    second_factors,
    signing_in,
)
from protect.vault.actions.resetting import Reset
from protect.vault.enums import SessionState, Step, WrapKind
from protect.vault.errors import (
    Crowded,
    PepperMissing,
    RecordDamaged,
    SessionEnded,
    SignInRefused,
    StepUpRequired,
    Throttled,
    VaultLocked,
)
from protect.vault.formats import stretch, userwrap
from protect.vault.formats.secrets import UnlockToken
from protect.vault.formats.stretch import ARGON2ID, Kdf
from protect.vault.models import UnlockSession, UserKey, UserWrap
from protect.vault.peppers import missing_work, peppers
from protect.vault.rules import TRIES
from tests.vault.conftest import CHEAP, OLD_PEPPER, PEPPER
from tests.vault.signing import (
    AT,
    BROWSER,
    OTHER,
    PASSWORD,
    begin,
    let_in,
    mailed_token,
    make_person,
)

pytestmark = pytest.mark.django_db
NEW = "violet anchor garden saddle meadow"


@pytest.fixture
def amal():
    return make_person("amal")


@pytest.fixture
def runs(monkeypatch) -> list[int]:
    """Return the work of each run of Argon2 since: memory in KiB times passes."""
    counted: list[int] = []

    class Counting:
        def __init__(self, **cost):
            self.work = cost["memory_cost"] * cost["iterations"]
            self.inner = argon2(**cost)

        def derive(self, raw):
            counted.append(self.work)
            return self.inner.derive(raw)

    argon2 = stretch.Argon2id
    monkeypatch.setattr(stretch, "Argon2id", Counting)
    return counted


def actions_of(user) -> list[tuple[str, str]]:
    rows = AuditEntry.objects.filter(chain=SIGN_IN, target=f"user:{user.pk}").order_by("n")
    return list(rows.values_list("action", "outcome"))


def wrong(user, at=AT, browser=BROWSER):
    with pytest.raises(SignInRefused):
        signing_in.begin(user.email, OTHER, browser=browser, at=at)


def test_the_right_password_begins_a_session_that_can_do_nothing_yet(amal):
    entry = begin(amal)

    assert entry.state is SessionState.PROVISIONAL
    assert entering.step_of(entry) is Step.SECOND_FACTOR
    assert entering.unlocked_of(entry) is None
    assert actions_of(amal.user)[-1] == ("vault.sign_in", "done")


def test_where_many_sign_in_at_once_the_next_comes_again_uncounted(amal, runs, monkeypatch):
    monkeypatch.setattr(passwords, "is_crowded", lambda: True)

    with pytest.raises(Crowded) as refused:
        begin(amal)

    assert refused.value.facts == {"seconds": passwords.CROWDED_SECONDS}
    assert runs == []
    assert not Attempt.objects.exists()


def test_the_address_may_be_typed_in_capitals_and_with_blanks(amal):
    entry = signing_in.begin(" AMAL@Demo.example ", PASSWORD, browser=BROWSER, at=AT)

    assert entry.session.user == amal.user


def test_password_and_code_open_the_secret_that_enrolment_made(amal):
    entry = let_in(amal)
    unlocked = entering.unlocked_of(entry)

    assert entry.state is SessionState.UNLOCKED
    assert unlocked is not None
    assert unlocked.secret.public().raw == bytes(UserKey.objects.get().public)
    assert (unlocked.user_id, unlocked.user_version) == (amal.user.pk, 1)


def test_promotion_makes_a_new_token_and_the_old_one_opens_nothing(amal):
    before = begin(amal)
    after = second_factors.second_factor_totp(before, amal.totp(AT), browser=BROWSER, at=AT)

    assert after.token != before.token
    assert entering.find(after.session.pk, before.token.text(), at=AT).token is None


@pytest.mark.parametrize("case", ["wrong", "unknown", "closed", "no password", "no bundle"])
def test_every_refusal_is_the_same_and_costs_the_same(amal, runs, case):
    email, password = amal.user.email, PASSWORD
    if case == "wrong":
        password = OTHER
    if case == "unknown":
        email = "nobody@demo.example"
    if case == "closed":
        User.objects.update(is_active=False, suspended_at=AT)
    if case == "no password":
        email = User.objects.create_user("bela@demo.example").email
    if case == "no bundle":
        UserWrap.objects.all().delete()

    with pytest.raises(SignInRefused) as refused:
        signing_in.begin(email, password, browser=BROWSER, at=AT)

    assert len(runs) == 2
    assert not refused.value.facts
    assert UnlockSession.objects.count() == 0


def older(user, settings, part: str) -> None:
    """Let what protects an account be of a time when it cost less, or under an older pepper."""
    now, settings.ARGON2 = settings.ARGON2, CHEAP
    if "pepper" in part:
        settings.PEPPERS = [OLD_PEPPER, PEPPER]
    hashed, wrap = user.password, UserWrap.objects.get(kind=WrapKind.PASSWORD)
    passwords.put(user, wrap.user_key, passwords.opened(user, PASSWORD), PASSWORD, at=AT)
    if part == "bundle":
        user.password = hashed
        user.save(update_fields=["password"])
    if part == "hash":
        UserWrap.objects.filter(kind=WrapKind.PASSWORD).update(blob=wrap.blob)
        UserWrap.objects.filter(kind=WrapKind.PASSWORD).update(credential=wrap.credential)
    settings.ARGON2, settings.PEPPERS = now, [PEPPER, OLD_PEPPER]


@pytest.mark.parametrize("part", ["hash", "bundle", "hash and bundle", "all and pepper", ""])
@pytest.mark.parametrize("password", [PASSWORD, OTHER])
@pytest.mark.parametrize("is_closed", [False, True])
def test_an_older_account_and_an_unknown_one_do_the_work_of_todays(
    settings, runs, part, password, is_closed
):
    settings.ARGON2 = CHEAP | {"passes": 3}
    today = settings.ARGON2["memory_kib"] * settings.ARGON2["passes"]
    amal = make_person("amal")
    if part:
        older(amal.user, settings, part)
    if is_closed:
        User.objects.update(is_active=False, suspended_at=AT)
    done = []
    for email in (amal.user.email, "nobody@demo.example"):
        runs.clear()
        with suppress(SignInRefused):
            signing_in.begin(email, password, browser=BROWSER, at=AT)
        done.append(sum(runs))

    # Only the right password of an open account is protected anew: the answer says the rest.
    is_renewed = part != "" and password == PASSWORD and not is_closed
    assert done == [2 * today + 2 * today * is_renewed, 2 * today]


@pytest.mark.parametrize(
    ("memory", "passes", "spent", "runs"),
    [
        (64, 3, [(64, 3), (64, 3)], []),
        (64, 3, [], [(64, 6)]),
        (64, 3, [(64, 3)], [(64, 3)]),
        (64, 4, [(64, 3), (64, 3)], [(64, 2)]),
        (128, 3, [(64, 3), (64, 3)], [(128, 3)]),
        (32, 1, [(19, 1), (19, 1)], [(26, 1)]),
        (64, 10, [], [(64, 10), (64, 10)]),
        (64, 10, [(19, 1), (64, 10)], [(62, 10)]),  # 621: a kibibyte is missing
        (64, 3, [(62, 3), (62, 3)], [(19, 1)]),  # 12 are missing: 19 are nearer than none
        (64, 3, [(63, 3), (63, 3)], []),  # 6: none is nearer
        (64, 3, [(256, 3), (256, 3)], []),  # an older one that cost more stays dearer
    ],
)
def test_what_is_missing_is_done_in_the_fewest_runs_of_todays_memory(
    settings, memory, passes, spent, runs
):
    settings.ARGON2 = {"memory_kib": memory * 1024, "passes": passes, "lanes": 1}
    given = [Kdf(ARGON2ID, size * 1024, times, 1) for size, times in spent]

    missing = missing_work(given)

    assert [(run.memory // 1024, run.passes) for run in missing] == runs
    assert all(run.is_bounded() for run in missing)


def test_a_refusal_is_written_down_without_address_or_name(amal):
    wrong(amal.user)

    entry = AuditEntry.objects.filter(chain=SIGN_IN).order_by("-n")[0]
    assert (entry.action, entry.outcome) == ("vault.sign_in", "sign_in_refused")
    assert entry.actor is None


def test_tries_from_elsewhere_do_not_slow_down_a_browser_that_is_known(amal, runs):
    device = Browser(BROWSER.address, orgs.remember_device(amal.user, "", at=AT))
    for number in range(40):
        with suppress(SignInRefused, Throttled):
            browser = Browser(f"10.0.{number}.1") if number % 2 else BROWSER
            signing_in.begin(amal.user.email, OTHER, browser=browser, at=AT)
    runs.clear()

    assert begin(amal, browser=device).state is SessionState.PROVISIONAL
    assert len(runs) == 2


def test_tries_from_elsewhere_do_not_slow_down_a_session(amal):
    entry = let_in(amal)
    signing_in.lock(entry, at=AT)
    for number in range(40):
        with suppress(SignInRefused, Throttled):
            browser = Browser(f"10.0.{number}.1") if number % 2 else BROWSER
            signing_in.begin(amal.user.email, OTHER, browser=browser, at=AT)
    locked = entering.find(entry.session.pk, "", at=AT)

    opened = signing_in.resume(locked, PASSWORD, at=AT)
    signing_in.step_up(opened, PASSWORD, at=AT)

    assert opened.state is SessionState.UNLOCKED


def test_tries_in_a_session_are_counted_before_they_are_hashed(amal, runs):
    entry = let_in(amal)
    UnlockSession.objects.update(tries=TRIES)
    runs.clear()

    with pytest.raises(SessionEnded):
        signing_in.step_up(entry, PASSWORD, at=AT)

    assert runs == []


def test_the_right_password_begins_to_count_anew(amal):
    entry = let_in(amal)
    for _ in range(3):
        for _ in range(TRIES - 1):
            with pytest.raises(SignInRefused):
                signing_in.step_up(entry, OTHER, at=AT)
        signing_in.step_up(entry, PASSWORD, at=AT)

    assert UnlockSession.objects.get().tries == 0
    rows = set(Attempt.objects.order_by("key").values_list("count", flat=True))
    assert rows == {0}  # of the sign-in: nothing here counts as one


@pytest.mark.parametrize("how", ["all sessions", "one session", "password", "reset", "place"])
def test_no_browser_is_known_any_more_after(amal, how):
    entry, lost = let_in(amal), let_in(amal, AT + timedelta(minutes=1))
    device = Browser(BROWSER.address, orgs.remember_device(amal.user, "", at=AT))
    match how:
        case "all sessions":
            signing_in.end_sessions_of(amal.user.pk, at=AT, but=entry.session.pk)
        case "one session":
            assert signing_in.end_session(entry, lost.session.pk, at=AT)
        case "password":
            resetting.change_password(entry, old=PASSWORD, new=NEW, at=AT)
        case "reset":
            resetting.forgot(amal.user.email, at=AT)
            asked = Reset(amal.code.printed(), NEW, totp=amal.totp(AT + timedelta(minutes=2)))
            resetting.reset(mailed_token(), asked, at=AT + timedelta(minutes=2))
        case "place":
            departing.end_sessions([amal.user.pk], at=AT)
    for _ in range(3):
        wrong(amal.user)

    with pytest.raises(Throttled):
        signing_in.begin(amal.user.email, OTHER, browser=device, at=AT)


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

    assert orgs.forget_attempts(at=AT + timedelta(days=1)) == 4
    assert Attempt.objects.count() == 0


def test_signing_in_often_does_not_slow_down_an_office(amal):
    for minute in range(40):
        at = AT + timedelta(minutes=minute)
        signing_in.sign_out(let_in(amal, at), at=at)

    assert set(Attempt.objects.order_by("key").values_list("count", flat=True)) == {0}


def test_without_the_pepper_sign_in_stops_and_nothing_is_made_anew(amal, settings):
    before = list(UserWrap.objects.order_by("pk").values_list("pk", "blob"))
    settings.PEPPERS = [OLD_PEPPER]

    with pytest.raises(PepperMissing) as refused:
        begin(amal)

    assert refused.value.status == 503
    assert list(UserWrap.objects.order_by("pk").values_list("pk", "blob")) == before
    assert UnlockSession.objects.count() == 0


def test_a_new_pepper_is_taken_into_hash_bundle_and_seed_at_sign_in(amal, settings):
    settings.PEPPERS = [OLD_PEPPER, PEPPER]
    let_in(amal)

    settings.PEPPERS = [OLD_PEPPER]  # the one before may go now
    at = AT + timedelta(minutes=1)
    assert let_in(amal, at).state is SessionState.UNLOCKED
    amal.user.refresh_from_db()
    assert not identify_hasher(amal.user.password).must_update(amal.user.password)
    wrap = UserWrap.objects.get(kind=WrapKind.PASSWORD)
    assert userwrap.head_of(bytes(wrap.blob)).pepper == peppers().current


def test_a_higher_cost_is_taken_over_at_sign_in_and_only_once(amal, settings):
    settings.ARGON2 = {**CHEAP, "passes": 2}
    begin(amal)
    after = UserWrap.objects.get(kind=WrapKind.PASSWORD)

    assert userwrap.head_of(bytes(after.blob)).kdf.passes == 2
    begin(amal, AT + timedelta(minutes=1))
    assert UserWrap.objects.get(kind=WrapKind.PASSWORD).pk == after.pk


def test_a_right_password_with_a_damaged_bundle_says_so(amal):
    wrap = UserWrap.objects.get(kind=WrapKind.PASSWORD)
    wrap.blob = bytes(wrap.blob)[:-1] + bytes([bytes(wrap.blob)[-1] ^ 1])
    wrap.save()

    with pytest.raises(RecordDamaged):
        begin(amal)
    assert UnlockSession.objects.count() == 0


def test_the_database_holds_neither_cookie_nor_secret(amal):
    entry = let_in(amal)
    row = UnlockSession.objects.get()
    secret = entering.secret_of(entry).reveal()

    stored = bytes(row.token_hash) + bytes(row.blob)
    assert entry.token.reveal() not in stored
    assert secret not in stored
    assert secret[:16] not in stored


def test_a_blob_is_useless_without_its_cookie(amal):
    entry = let_in(amal)

    found = entering.find(entry.session.pk, UnlockToken.make().text(), at=AT)

    assert found.state is SessionState.LOCKED
    assert entering.unlocked_of(found) is None
    with pytest.raises(VaultLocked):
        entering.secret_of(entering.Entry(entry.session, UnlockToken.make()))


def test_a_blob_moved_to_another_session_does_not_open(amal):
    first, second = let_in(amal), let_in(amal, AT + timedelta(minutes=1))
    stolen = entering.Entry(second.session, first.token)
    second.session.blob = first.session.blob

    with pytest.raises(VaultLocked):
        entering.secret_of(stolen)


def test_a_step_up_with_the_password_lasts_ten_minutes(amal):
    entry = let_in(amal)
    at = AT + timedelta(minutes=11)
    with pytest.raises(StepUpRequired):
        second_factors.must_be_stepped_up(entering.unlocked_of(entry), at=at)

    signing_in.step_up(entry, PASSWORD, at=at)

    again = entering.find(entry.session.pk, entry.token.text(), at=at)
    second_factors.must_be_stepped_up(entering.unlocked_of(again), at=at + timedelta(minutes=9))
    with pytest.raises(StepUpRequired):
        second_factors.must_be_stepped_up(again.session, at=at + timedelta(minutes=10))


def test_a_wrong_password_is_no_step_up(amal):
    entry = let_in(amal)
    UnlockSession.objects.update(stepped_up=None)

    with pytest.raises(SignInRefused):
        signing_in.step_up(entry, OTHER, at=AT)

    assert UnlockSession.objects.get().stepped_up is None


def test_nothing_secret_reaches_logs_or_the_text_of_errors(amal, caplog):
    caplog.set_level(0)
    entry = let_in(amal)
    wrong(amal.user, AT + timedelta(minutes=1))
    said = caplog.text + repr(entry) + repr(entering.unlocked_of(entry)) + str(entry.session)

    for secret in (PASSWORD, OTHER, entry.token.text(), amal.code.printed(), "amal@demo"):
        assert secret not in said
    assert entering.secret_of(entry).reveal().hex() not in said


def test_a_password_is_the_same_from_every_keyboard(amal):
    key = UserKey.objects.get()
    secret = passwords.opened(amal.user, PASSWORD)
    passwords.put(amal.user, key, secret, "café au lait le matin", at=AT)

    assert passwords.opened(amal.user, "cafe\u0301 au lait le matin") is not None
