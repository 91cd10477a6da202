import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from protect.audit.models import Entry as AuditEntry
from protect.notices.models import Outgoing
from protect.orgs.access import scope_for
from protect.orgs.enums import MembershipState
from protect.orgs.models import Membership, User
from protect.vault.accounts import password_reset
from protect.vault.accounts.password_reset import ResetSubmission
from protect.vault.enums import SessionState, Step, WrapKind
from protect.vault.errors import CodeMistyped, ResetLinkGone, Throttled
from protect.vault.formats.credentials.codes import RecoveryCode
from protect.vault.formats.secrets import TeamSecret, UserPublicKey
from protect.vault.models import (
    ResetLink,
    TeamGrant,
    TeamKey,
    TotpDevice,
    UnlockSession,
    UserKey,
    UserWrap,
)
from protect.vault.sessions import authentication, browser_sessions
from protect.vault.sessions.rules import RESET_LINK_VALIDITY
from protect.vault.sign_in import enrolment, second_factors
from tests.refusals import refuses
from tests.vault.signing import (
    AT,
    BROWSER,
    OTHER,
    PASSWORD,
    join,
    let_in,
    mailed_token,
    make_person,
    make_team,
    seed_of,
    totp,
)
from tests.vault.traces import everything

pytestmark = pytest.mark.django_db
AMAL_IS_KEPT = True
NEXT = AT + timedelta(minutes=1)
# What differs between two runs of one statement: texts, bytes, numbers, names of savepoints.
VALUES = re.compile(r"X?'[^']*'(::\w+)?|\"s\d+_x\d+\"|\b[0-9a-f]{32}\b|\b\d+\b", re.IGNORECASE)


def forgot(person) -> str:
    password_reset.mail_reset_link(person.user.email, at=AT)
    return mailed_token()


def reset(token, person, at=AT, **asked):
    given = {"code": person.code.printed(), "password": OTHER, "totp": person.totp(at), **asked}
    return password_reset.reset_password(token, ResetSubmission(**given), at=at)


def wraps() -> list[bytes]:
    return [bytes(blob) for blob in UserWrap.objects.order_by("pk").values_list("blob", flat=True)]


def test_reset_request_has_the_same_response_for_every_address(amal):
    for email in (amal.user.email, "nobody@demo.example", "not an address"):
        assert password_reset.mail_reset_link(email, at=AT) is None

    assert Outgoing.objects.filter(template="password_reset").count() == 1


def deeds_of(email, capture, at=AT) -> list[str]:
    """Return what asking for a link does: each statement without its values, and what follows."""
    with CaptureQueriesContext(connection) as asked, capture() as then:
        password_reset.mail_reset_link(email, at=at)
    kinds = [
        re.sub(r"ROLLBACK TO SAVEPOINT|RELEASE SAVEPOINT", "END", each["sql"]) for each in asked
    ]
    return [VALUES.sub("?", each) for each in kinds] + [each.__name__ for each in then]


def test_reset_request_does_the_same_work_for_every_address(
    amal, django_capture_on_commit_callbacks
):
    closed, keyless = make_person("bela").user, make_person("rana").user
    User.objects.filter(pk=closed.pk).update(is_active=False, suspended_at=AT)
    UserKey.objects.filter(user=keyless).delete()
    browser_sessions.note("forgot", amal.user.pk, at=AT)  # the chain of sign-ins has begun
    unknown = "nobody@demo.example"
    asked = (unknown, closed.email, keyless.email, amal.user.email, amal.user.email)

    found = [deeds_of(email, django_capture_on_commit_callbacks) for email in asked]

    assert "_enqueue_sending" in found[0]
    assert all(each == found[0] for each in found[1:])
    assert [row.to for row in Outgoing.objects.all().order_by("pk")] == [amal.user.email]
    assert [row.user for row in ResetLink.objects.all().order_by("pk")] == [amal.user]


def test_reset_request_of_an_unknown_address_leaves_no_row(amal):
    with CaptureQueriesContext(connection) as asked:
        before = everything()
        password_reset.mail_reset_link("nobody@demo.example", at=AT)

    assert any("INSERT" in each["sql"] for each in asked)
    assert everything() == before


def test_the_database_has_the_hash_of_the_link_alone(amal):
    token = forgot(amal)

    assert token.encode() not in bytes(ResetLink.objects.get().token_hash)
    assert password_reset.get_open_link(token, at=AT).user == amal.user


def test_mailed_link_stays_valid_despite_further_requests(amal):
    token = forgot(amal)
    for minutes in range(1, 30):
        password_reset.mail_reset_link(amal.user.email, at=AT + timedelta(minutes=minutes))
        assert (
            password_reset.get_open_link(token, at=AT + timedelta(minutes=minutes)).user
            == amal.user
        )
    assert not Outgoing.objects.filter(template="password_reset").exists()  # the first has left

    password_reset.mail_reset_link(amal.user.email, at=AT + RESET_LINK_VALIDITY)
    assert Outgoing.objects.filter(template="password_reset").count() == 1


def test_reset_by_code_and_second_factor_keeps_all_records(amal):
    entry = let_in(amal, AT - timedelta(minutes=5))
    secret = browser_sessions.secret_of(entry)

    new = reset(forgot(amal), amal)

    assert UnlockSession.objects.count() == 0
    assert ResetLink.objects.count() == 0
    assert Outgoing.objects.filter(template="recovery_used", to=amal.user.email).count() == 1
    begun = authentication.begin(amal.user.email, OTHER, browser=BROWSER, at=NEXT)
    entry = second_factors.pass_with_totp(begun, amal.totp(NEXT), browser=BROWSER, at=NEXT)
    assert browser_sessions.step_of(entry) is Step.CONFIRM_CODE  # the new code, before all else
    entry = enrolment.confirm_code(entry, new.printed(), at=NEXT)
    assert entry.state is SessionState.UNLOCKED
    assert browser_sessions.secret_of(entry) == secret
    assert UserKey.objects.count() == 1


def test_after_a_reset_the_old_password_and_the_old_code_open_nothing(amal):
    reset(forgot(amal), amal)

    with refuses("sign_in_refused"):
        authentication.begin(amal.user.email, PASSWORD, browser=BROWSER, at=NEXT)
    wrap = UserWrap.objects.get(kind=WrapKind.RECOVERY)
    assert enrolment.open_with_code(wrap, amal.code) is None


@pytest.mark.parametrize("wrong", ["code", "totp"])
def test_a_wrong_code_and_a_wrong_factor_are_refused_alike(amal, wrong):
    token, before = forgot(amal), wraps()
    asked = {"code": RecoveryCode.generate().printed()} if wrong == "code" else {"totp": "000000"}

    with refuses("reset_refused") as refused:
        reset(token, amal, **asked)

    assert not refused.value.facts
    assert wraps() == before
    assert AuditEntry.objects.filter(action="vault.reset", outcome="reset_refused").count() == 1
    assert reset(token, amal, NEXT)  # the link still works


def test_guessing_at_a_reset_gets_slower(amal):
    token = forgot(amal)
    for _ in range(3):
        with refuses("reset_refused"):
            reset(token, amal, totp="000000")

    with pytest.raises(Throttled):
        reset(token, amal)


def test_a_code_that_was_never_confirmed_resets_nothing(amal):
    code = enrolment.offer_code(let_in(amal, AT - timedelta(minutes=2)), at=AT)

    with refuses("reset_refused"):
        reset(forgot(amal), amal, code=code.printed())


def test_mistyped_codes_and_weak_passwords_are_refused_before_an_attempt(amal):
    token = forgot(amal)
    with pytest.raises(CodeMistyped):
        reset(token, amal, code="abc")
    with refuses("password_short"):
        reset(token, amal, password="short")

    assert reset(token, amal)


def test_a_link_closes_after_half_an_hour_works_once_and_is_never_guessed(amal):
    token = forgot(amal)
    for other in ("", "é", token[:-2], RecoveryCode.generate().printed()):
        with pytest.raises(ResetLinkGone):
            reset(other, amal)
    late = AT + RESET_LINK_VALIDITY
    with pytest.raises(ResetLinkGone):
        reset(token, amal, late)

    reset(token, amal)
    with pytest.raises(ResetLinkGone):
        reset(token, amal, NEXT)


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def bela(team):
    """A colleague who may let others in and hold the team's key."""
    bela = make_person("bela")
    join(bela.user, team, "supervisor", MembershipState.ACTIVE)
    return bela


def hold_key(person, team) -> TeamKey:
    key = TeamKey.objects.create(
        team=team, version=1, public=TeamSecret.generate().public().raw, created=AT
    )
    user_key = UserKey.objects.get(user=person.user)
    TeamGrant.objects.create(
        team_key=key, user_key=user_key, wrap=b"\x01grant", admitted_by=person.user, created=AT
    )
    return key


def restart(bela, person) -> str:
    password_reset.mail_restart_link(scope_for(bela.user.pk), person.user, at=AT)
    return mailed_token()


def test_restarted_account_waits_for_admission(amal, bela, team):
    place = join(amal.user, team, "caseworker", MembershipState.ACTIVE)
    hold_key(amal, team)
    let_in(amal, AT - timedelta(minutes=2))

    given = password_reset.restart_account(restart(bela, amal), password=OTHER, at=NEXT)

    place.refresh_from_db()
    assert place.state == MembershipState.PENDING
    assert TeamGrant.objects.count() == 0
    assert not TotpDevice.objects.filter(user=amal.user).exists()
    assert [row.pk for row in UnlockSession.objects.order_by("pk")] == [given.entry.session.pk]
    key = UserKey.objects.get(user=amal.user, version=2)
    assert UserPublicKey(bytes(key.public)) == browser_sessions.secret_of(given.entry).public()
    waiting = Outgoing.objects.filter(template="membership_waiting")
    assert waiting.filter(to=bela.user.email).count() == 1


def test_beginning_again_ends_with_code_and_app_like_the_first_time(amal, bela, team):
    join(amal.user, team, "caseworker", MembershipState.ACTIVE)
    given = password_reset.restart_account(restart(bela, amal), password=OTHER, at=NEXT)

    entry = enrolment.confirm_code(given.entry, given.code.printed(), at=NEXT)
    seed = seed_of(second_factors.offer_totp(entry, at=NEXT))
    entry = second_factors.confirm_totp(entry, totp(seed, NEXT), at=NEXT)

    assert entry.state is SessionState.UNLOCKED
    assert entry.session.user_version == 2
    assert Membership.objects.get(user=amal.user).state == MembershipState.PENDING


def test_nothing_changes_before_the_link_is_opened(amal, bela, team):
    join(amal.user, team, "caseworker", MembershipState.ACTIVE)
    before = wraps()

    restart(bela, amal)

    assert wraps() == before
    assert let_in(amal).state is SessionState.UNLOCKED
    assert Membership.objects.get(user=amal.user).state == MembershipState.ACTIVE


def test_restart_is_refused_for_other_organisations_and_oneself(amal, bela, team):
    join(amal.user, team, "caseworker", MembershipState.ACTIVE)
    chidi = User.objects.create_user("chidi@demo.example")
    join(chidi, make_team("Demo other"), "supervisor", MembershipState.ACTIVE)

    for who, whom in ((chidi, amal.user), (amal.user, bela.user), (bela.user, bela.user)):
        with pytest.raises(PermissionDenied):
            password_reset.mail_restart_link(scope_for(who.pk), whom, at=AT)
    assert Outgoing.objects.filter(template="password_reset").count() == 0
    assert ResetLink.objects.count() == 0


def test_reset_and_restart_links_are_not_interchangeable(amal, bela, team):
    join(amal.user, team, "caseworker", MembershipState.ACTIVE)
    with pytest.raises(ResetLinkGone):
        password_reset.restart_account(forgot(amal), password=OTHER, at=AT)
    again = restart(bela, amal)

    with pytest.raises(ResetLinkGone):
        reset(again, amal)
    password_reset.mail_reset_link(
        amal.user.email, at=AT + timedelta(minutes=20)
    )  # does not take it away
    assert password_reset.get_open_link(again, at=AT + timedelta(minutes=20)).is_restart
    assert UserKey.objects.filter(user=amal.user).count() == 1


def change(entry, old=PASSWORD, new=OTHER, at=AT):
    password_reset.change_password(entry, old=old, new=new, at=at)


def test_a_password_is_changed_with_the_old_one_and_ends_other_sessions(amal):
    elsewhere = let_in(amal, AT - timedelta(minutes=2))
    entry = let_in(amal)

    change(entry)

    assert [row.pk for row in UnlockSession.objects.order_by("pk")] == [entry.session.pk]
    assert elsewhere.session.pk != entry.session.pk
    amal.password = OTHER
    assert let_in(amal, NEXT).state is SessionState.UNLOCKED
    with refuses("sign_in_refused"):
        authentication.begin(amal.user.email, PASSWORD, browser=BROWSER, at=NEXT)


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [(OTHER, OTHER, "passphrase_refused"), (PASSWORD, "short", "password_short")],
)
def test_a_refused_change_changes_nothing(amal, old, new, error):
    entry, before = let_in(amal), wraps()

    with refuses(error):
        change(entry, old, new)
    assert wraps() == before


def test_no_secret_of_a_reset_shows_in_repr_or_log(amal, caplog):
    caplog.set_level(0)
    token = forgot(amal)
    asked = ResetSubmission(code=amal.code.printed(), password=OTHER, totp=amal.totp(AT))
    password_reset.reset_password(token, asked, at=AT)

    said = repr(asked) + caplog.text
    for secret in (token, amal.code.printed(), OTHER):
        assert secret not in said
