"""What a passphrase and write access to the database give without the second factor."""

import pytest

from protect.audit.models import Entry
from protect.vault.enums import SessionState, WrapKind
from protect.vault.errors import FactorMissing, FactorRefused
from protect.vault.models import Passkey, TotpDevice, UnlockSession, UserWrap
from protect.vault.sign_in import enrolment, passkeys, second_factors
from tests.vault.signing import (
    AT,
    BROWSER,
    OTHER,
    SoftPasskey,
    begin,
    let_in,
    make_person,
    seed_of,
    totp,
)
from tests.vault.views.desk import Desk, led_to, words

pytestmark = pytest.mark.django_db
PAGES = ("/sign-in/second-factor", "/second-factor")


@pytest.fixture
def gita(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return make_person("gita")


def add_passkey(person, key: SoftPasskey) -> None:
    entry = let_in(person)
    ceremony = passkeys.offer_registration(entry, at=AT)
    answer = key.create(ceremony.options)
    passkeys.register_passkey(entry, ceremony.state, answer, name="phone", at=AT)


def delete_factors() -> None:
    TotpDevice.objects.all().delete()
    Passkey.objects.all().delete()


@pytest.mark.parametrize("has_code", [True, False], ids=["code", "no_code"])
def test_passphrase_whose_second_factor_was_deleted_signs_nobody_in(gita, has_code):
    delete_factors()
    if not has_code:
        UserWrap.objects.filter(kind=WrapKind.RECOVERY).update(confirmed_at=None)

    answer = Desk().post("/sign-in", email=gita.user.email, password=gita.password)

    assert answer.status_code == 403
    assert "to restart your account" in words(answer)
    assert not UnlockSession.objects.exists()
    assert Entry.objects.filter(outcome="second_factor_missing").exists()


def test_second_factor_deleted_after_the_passphrase_leads_to_no_new_one(gita):
    desk = Desk()
    desk.post("/sign-in", email=gita.user.email, password=gita.password)
    delete_factors()

    assert led_to(desk.get("/")) == "/sign-in"
    for page in PAGES:
        answer = desk.post(page, totp="123456")
        assert answer.status_code >= 400, page
    assert not TotpDevice.objects.exists()


def test_account_whose_passkey_was_deleted_with_its_app_is_known_as_well(gita):
    add_passkey(gita, SoftPasskey())
    delete_factors()

    with pytest.raises(FactorMissing):
        begin(gita)


def test_sign_in_notes_a_factor_that_the_ledger_does_not_know(
    django_capture_on_commit_callbacks,
):
    hana = make_person("hana")  # nothing was committed, so nothing was noted
    with django_capture_on_commit_callbacks(execute=True):
        let_in(hana)
    delete_factors()

    with pytest.raises(FactorMissing):
        begin(hana)


def forge_passkey(person) -> SoftPasskey:
    """Make a row of a passkey that the writer holds, by registering it for another account."""
    forged = SoftPasskey()
    add_passkey(make_person("mallory"), forged)
    Passkey.objects.exclude(user=person.user).update(user=person.user)
    return forged


def show(person, key: SoftPasskey) -> None:
    entry = begin(person)
    ceremony = passkeys.offer_assertion(entry.session.user_id, at=AT)
    passkeys.pass_with_passkey(
        entry, ceremony.state, key.get(ceremony.options), browser=BROWSER, at=AT
    )


def test_passkey_that_a_writer_inserts_is_no_second_factor(gita):
    forged = forge_passkey(gita)

    with pytest.raises(FactorRefused):
        show(gita, forged)


def test_passkey_whose_public_key_was_overwritten_is_no_second_factor(gita):
    real = SoftPasskey()
    add_passkey(gita, real)
    forged = forge_passkey(gita)
    other = Passkey.objects.exclude(credential=real.credential).get()
    Passkey.objects.filter(credential=real.credential).update(public=bytes(other.public))
    other.delete()
    forged.credential = real.credential

    with pytest.raises(FactorRefused):
        show(gita, forged)


def test_person_who_begins_anew_sets_up_a_factor_for_their_new_key(gita):
    delete_factors()

    given = enrolment.begin_keys(gita.user, OTHER, "begin_again", at=AT)

    entry = enrolment.confirm_code(given.entry, given.code.printed(), at=AT)
    seed = seed_of(second_factors.offer_totp(entry, at=AT))
    gone_on = second_factors.confirm_totp(entry, totp(seed, AT), at=AT)
    assert gone_on.state is SessionState.UNLOCKED
