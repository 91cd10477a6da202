import pytest

from protect.audit.models import Entry as AuditEntry
from protect.notices.models import Outgoing
from protect.orgs import actions as orgs
from protect.orgs.access import scope_for
from protect.orgs.enums import MembershipState
from protect.orgs.errors import InvitationGone
from protect.orgs.models import Invitation, Membership, User
from protect.vault import expiry
from protect.vault.enums import SessionState, Step, WrapKind
from protect.vault.errors import CodeMistyped, CodeWrong, MemberKeyMismatch
from protect.vault.formats import fingerprint
from protect.vault.formats.credentials.codes import RecoveryCode
from protect.vault.formats.secrets import UserPublicKey
from protect.vault.integrity import authenticity
from protect.vault.models import UnlockSession, UserKey, UserWrap
from protect.vault.sessions import authentication, browser_sessions
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
from tests.vault.test_second_factors import LATE
from tests.vault.traces import key_lines, refused, then_fail

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team()


def invited(team, email: str = "bela@demo.example", role: str = "caseworker") -> str:
    """Return the token of a mail in which a supervisor invites somebody."""
    host = User.objects.create_user(f"host-{role}@demo.example")
    is_of_team = role == "caseworker"
    member = join(host, team, "supervisor" if is_of_team else "organisation_admin")
    state = {"state": MembershipState.ACTIVE, "admitted_at": AT}
    Membership.objects.filter(pk=member.pk).update(**state, team=team if is_of_team else None)
    place = orgs.OfferedRole(team.organisation, team if is_of_team else None, role)
    orgs.invite(scope_for(host.pk), place, email=email, language="en", at=AT)
    return mailed_token()


def enrol(token: str, password: str = PASSWORD):
    return enrolment.enrol(token, name="Demo Bela", language="en", password=password, at=AT)


def finish(given):
    entry = enrolment.confirm_code(given.entry, given.code.printed(), at=AT)
    seed = seed_of(second_factors.offer_totp(entry, at=AT))
    return second_factors.confirm_totp(entry, totp(seed, AT), at=AT)


def test_accepted_invitation_creates_an_account_with_keys_and_a_provisional_session(team):
    given = enrol(invited(team))

    user = User.objects.get(email="bela@demo.example")
    assert given.entry.state is SessionState.PROVISIONAL
    assert browser_sessions.step_of(given.entry) is Step.CONFIRM_CODE
    assert UserKey.objects.get(user=user).version == 1
    kinds = UserWrap.objects.order_by("kind").values_list("kind", flat=True)
    assert list(kinds) == [WrapKind.PASSWORD, WrapKind.RECOVERY]
    assert Membership.objects.get(user=user).state == MembershipState.ENROLLED
    assert given.code.printed() not in repr(given)


def test_caseworker_with_code_and_app_is_signed_in_and_waits_for_admission(team):
    entry = finish(enrol(invited(team)))

    assert entry.state is SessionState.UNLOCKED
    state = Membership.objects.get(user=entry.session.user).state
    assert state == MembershipState.PENDING
    assert Outgoing.objects.filter(template="membership_waiting").count() == 1


def test_member_without_keys_is_active_at_once(team):
    entry = finish(enrol(invited(team, role="trainer")))

    assert Membership.objects.get(user=entry.session.user).state == MembershipState.ACTIVE


def test_the_app_is_not_set_up_before_the_code_is_typed_back(team):
    given = enrol(invited(team))

    with refuses("session_move_not_allowed"):
        second_factors.offer_totp(given.entry, at=AT)


def test_enrolment_resumes_with_a_new_code_after_closing_the_browser(team):
    first = enrol(invited(team))
    authentication.sign_out(first.entry, at=AT)

    entry = authentication.begin("bela@demo.example", PASSWORD, browser=BROWSER, at=AT)
    assert browser_sessions.step_of(entry) is Step.CONFIRM_CODE
    code = enrolment.offer_code(entry, at=AT)
    with pytest.raises(CodeWrong):
        enrolment.confirm_code(entry, first.code.printed(), at=AT)
    entry = enrolment.confirm_code(entry, code.printed(), at=AT)
    assert browser_sessions.step_of(entry) is Step.SET_UP_FACTOR

    again = authentication.begin("bela@demo.example", PASSWORD, browser=BROWSER, at=AT)
    assert browser_sessions.step_of(again) is Step.SET_UP_FACTOR


def test_mistyped_code_is_distinguished_from_a_wrong_code(team):
    given = enrol(invited(team))
    groups = given.code.printed().split("-")
    groups[2] = groups[2][:-1] + ("0" if groups[2][-1] != "0" else "1")

    with pytest.raises(CodeMistyped) as refused:
        enrolment.confirm_code(given.entry, "-".join(groups), at=AT)
    assert refused.value.facts == {"group": 3}
    with pytest.raises(CodeWrong):
        enrolment.confirm_code(given.entry, RecoveryCode.generate().printed(), at=AT)
    assert UserWrap.objects.get(kind=WrapKind.RECOVERY).confirmed_at is None


def test_a_bad_password_leaves_the_invitation_open(team):
    token = invited(team)

    with refuses("password_short"):
        enrol(
            token,
            "too short",
        )

    assert not User.objects.filter(email="bela@demo.example").exists()
    assert Invitation.objects.get().accepted_at is None


def test_an_invitation_works_once(team):
    token = invited(team)
    enrol(token)

    with pytest.raises(InvitationGone):
        enrol(token)
    assert UserKey.objects.count() == 1


def test_invitation_of_an_existing_account_adds_a_membership_only(team):
    bela = make_person("bela")
    token = invited(team)
    before = UnlockSession.objects.count()
    assert enrolment.has_account(Invitation.objects.get())

    given = enrol(token, OTHER)

    assert (given.entry, given.code) == (None, None)
    assert UnlockSession.objects.count() == before
    assert Membership.objects.get(user=bela.user).state == MembershipState.PENDING
    assert let_in(bela).state is SessionState.UNLOCKED  # with the password of before


def test_new_membership_of_an_incomplete_account_stays_enrolled(team):
    first = enrol(invited(team))
    other = make_team("Demo shelter")
    enrol(invited(other, role="trainer"))

    places = Membership.objects.filter(user=first.entry.session.user)
    assert set(places.order_by("pk").values_list("state", flat=True)) == {"enrolled"}

    finish(first)
    assert set(places.order_by("pk").values_list("state", flat=True)) == {"pending", "active"}


def test_a_new_code_replaces_the_old_one_only_when_it_is_typed_back():
    amal = make_person("amal")
    entry = let_in(amal)

    code = enrolment.offer_code(entry, at=AT)
    old, new = UserWrap.objects.filter(kind=WrapKind.RECOVERY).order_by("created")
    assert enrolment.open_with_code(old, amal.code) is not None
    assert enrolment.open_with_code(new, code) is not None

    enrolment.confirm_code(entry, code.printed().lower().replace("-", " "), at=AT)
    left = UserWrap.objects.get(kind=WrapKind.RECOVERY)
    assert enrolment.open_with_code(left, amal.code) is None


def test_a_new_code_needs_a_step_up_and_never_the_password_alone():
    amal = make_person("amal")
    entry = let_in(amal)
    with refuses("step_up_required"):
        enrolment.offer_code(entry, at=LATE)
    begun = authentication.begin(amal.user.email, PASSWORD, browser=BROWSER, at=LATE)

    with refuses("session_move_not_allowed"):
        enrolment.offer_code(begun, at=LATE)
    assert UserWrap.objects.filter(kind=WrapKind.RECOVERY).count() == 1


def test_keys_can_be_given_to_an_account_that_has_none():
    user = User.objects.create_user("dana@demo.example")

    enrolment.begin_keys(user, PASSWORD, "enrol", at=AT)

    entry = authentication.begin(user.email, PASSWORD, browser=BROWSER, at=AT)
    assert browser_sessions.step_of(entry) is Step.CONFIRM_CODE
    assert not enrolment.is_account_complete(user)


def test_audit_of_enrolment_has_codes_and_no_names(team):
    given = enrol(invited(team))
    finish(given)

    rows = AuditEntry.objects.filter(chain="sign-in").order_by("n")
    actions = list(rows.values_list("action", flat=True))
    assert actions == ["vault.enrol", "vault.confirm_code", "vault.unlock", "vault.add_totp"]
    said = str(list(AuditEntry.objects.order_by("chain", "n").values_list()))
    assert "bela" not in said.lower()
    assert given.code.printed() not in said


# --- what the ledger knows of a person's key ------------------------------------------------------


def test_each_new_key_is_in_the_ledger(django_capture_on_commit_callbacks):
    bela = make_person("bela")
    with django_capture_on_commit_callbacks(execute=True):
        enrolment.begin_keys(bela.user, OTHER, "enrol", at=AT)

    first, second = UserKey.objects.filter(user=bela.user).order_by("version")
    digests = [
        fingerprint.digest(UserPublicKey(bytes(key.public))).hex() for key in (first, second)
    ]
    assert key_lines("user_key") == [
        (str(bela.user.pk), f"{version}:{digest}") for version, digest in enumerate(digests, 1)
    ]
    assert authenticity.verified_user_public_key(second).raw == bytes(second.public)
    with refused(MemberKeyMismatch):  # it was forgotten: another person may hold it
        authenticity.verified_user_public_key(first)


def test_rolled_back_restart_keeps_the_current_key():
    """The ledger is written before the commit: a failure after it must cost nobody their key."""
    bela = make_person("bela")
    key = UserKey.objects.get(user=bela.user)

    with pytest.raises(RuntimeError):
        then_fail(lambda: enrolment.begin_keys(bela.user, OTHER, "enrol", at=AT))

    assert UserKey.objects.get(user=bela.user).pk == key.pk
    assert authenticity.verified_user_public_key(key).raw == bytes(key.public)


def test_after_a_restore_the_key_that_the_backup_brought_back_counts():
    """Between backup and restore the person was given another key; the rows of it are lost."""
    bela = make_person("bela")
    key = UserKey.objects.get(user=bela.user)
    enrolment.begin_keys(bela.user, OTHER, "enrol", at=AT)
    UserKey.objects.exclude(pk=key.pk).delete()

    expiry.replay_after_restore([], at=AT)

    assert authenticity.verified_user_public_key(key).raw == bytes(key.public)
