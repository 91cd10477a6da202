from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import override_settings

from protect.demo import keys
from protect.demo.consortium import build_organisations
from protect.orgs import access, actions as orgs
from protect.orgs.enums import MembershipState, TeamState
from protect.orgs.models import Membership, Team, User
from protect.vault.enums import Kind, SessionState, WrapKind
from protect.vault.errors import KeyNotReady
from protect.vault.formats.credentials import userwrap
from protect.vault.formats.credentials.words import load_words
from protect.vault.models import Record, TotpDevice, UserKey, UserWrap
from protect.vault.models.keys import OFFICER_SLOTS
from protect.vault.records import records
from protect.vault.server_keys.peppers import argon2_cost
from protect.vault.sessions import browser_sessions, passwords
from protect.vault.sessions.unlocked import Unlocked
from protect.vault.sign_in import enrolment
from protect.vault.team_keys import members, recovery_kit
from tests.refusals import refuses
from tests.vault.conftest import PEPPER
from tests.vault.signing import AT, EARLIER, Person, begin, let_in

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def built(django_db_setup, django_db_blocker, kept_ledger):
    """The whole consortium with its keys, made once; each test changes it for itself alone."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(
            PEPPERS=[PEPPER], STAFF_URL="https://desk.demo.example", LEDGER=kept_ledger
        ):
            build_organisations(at=EARLIER)
            made = keys.build_keys(at=EARLIER)
        yield made
        transaction.set_rollback(True)


def get_demo_user(code: str) -> Person:
    user = User.objects.get(email=f"{code}@demo.example")
    return Person(user, keys.demo_recovery_code(user.email), keys.TOTP_SEED, keys.PASSPHRASE)


def unlocked(code: str) -> Unlocked:
    found = browser_sessions.unlocked_of(let_in(get_demo_user(code), AT))
    assert found is not None
    return found


def read_all_rows() -> dict[str, list[dict[str, Any]]]:
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for label in ("orgs", "vault", "audit", "notices")
        for model in apps.get_app_config(label).get_models()
    }


def test_people_have_keys_and_teams_their_planned_states(built):
    states = Counter(Team.objects.order_by("pk").values_list("state", flat=True))

    assert built == {"user": User.objects.count(), "team": 25, "note": 3}
    assert states == {TeamState.ACTIVE: 24, TeamState.FOUNDING: 1, TeamState.NO_KEY: 1}
    assert all(enrolment.is_account_complete(user) for user in User.objects.order_by("pk"))


def test_only_planned_members_wait_for_admission():
    waiting = Membership.objects.filter(state=MembershipState.PENDING).order_by("user__email")

    assert [place.user.email.split("@")[0] for place in waiting] == ["ludmil", "marit", "noor"]
    assert not Membership.objects.filter(state=MembershipState.ENROLLED).exists()


def test_building_again_makes_and_changes_nothing():
    before = read_all_rows()

    assert build_organisations(at=AT).total() == 0
    assert keys.build_keys(at=AT).total() == 0
    assert read_all_rows() == before


@pytest.mark.parametrize("code", ["amal", "noor", "jonas"])
def test_demo_people_sign_in_with_passphrase_and_code(code):
    assert let_in(get_demo_user(code)).state is SessionState.UNLOCKED


def test_sign_in_renews_hash_and_bundle_at_full_cost(settings):
    settings.ARGON2 = {**keys.CHEAP_HASHING, "passes": 2}

    begin(get_demo_user("amal"))

    wrap = UserWrap.objects.get(user_key__user__email="amal@demo.example", kind=WrapKind.PASSWORD)
    assert userwrap.parse_header(bytes(wrap.blob)).kdf == argon2_cost()
    assert not passwords.renew_outdated(
        get_demo_user("amal").user, unlocked("amal").secret, "x", at=AT
    )


def test_cost_setting_is_restored_after_building_keys(settings):
    settings.ARGON2 = {**keys.CHEAP_HASHING, "passes": 2}

    keys.build_keys(at=AT)

    assert settings.ARGON2["passes"] == 2


def test_a_member_reads_the_notes_of_the_team_and_who_waits_cannot():
    notes = Record.objects.filter(kind=Kind.NOTE).order_by("pk")
    amal, noor = unlocked("amal"), unlocked("noor")

    titles = [records.open_record(amal, note, at=AT).document["title"] for note in notes]

    assert len(titles) == 3
    assert all(title.startswith("Demo: ") for title in titles)
    for note in notes:
        with pytest.raises(KeyNotReady):
            records.open_record(noor, note, at=AT)


def test_waiting_member_reads_notes_after_admission():
    place = Membership.objects.select_related("team").get(user=get_demo_user("noor").user)
    words = " ".join(members.key_words(UserKey.objects.get(user=place.user)))
    ines = unlocked("ines")

    members.admit_to_team(access.scope_for(ines.user_id), ines, place, words=words, at=AT)

    note = Record.objects.filter(kind=Kind.NOTE).order_by("pk")[0]
    assert records.open_record(unlocked("noor"), note, at=AT).document["title"]


def test_every_active_team_could_be_restored_by_its_officers():
    for team in Team.objects.filter(state=TeamState.ACTIVE).order_by("pk"):
        officers = recovery_kit.officers_by_slot(team.organisation_id)
        assert tuple(officers) == OFFICER_SLOTS
        assert all(officer.confirmed_at for officer in officers.values())
        assert recovery_kit.is_kit_complete(team)


def test_the_recovery_code_that_is_printed_opens_the_account():
    amal = get_demo_user("amal")
    wrap = UserWrap.objects.get(user_key__user=amal.user, kind=WrapKind.RECOVERY)

    assert enrolment.open_with_code(wrap, enrolment.parse_recovery_code(amal.code.printed()))
    assert not enrolment.open_with_code(wrap, get_demo_user("ines").code)


def test_the_passphrase_is_one_that_the_vault_could_offer_to_each_of_them():
    words = keys.PASSPHRASE.split()

    assert len(set(words) & set(load_words())) == 6
    for user in User.objects.order_by("pk"):
        passwords.must_be_strong(keys.PASSPHRASE, email=user.email, name=user.name)


def test_person_added_by_a_later_release_gets_keys_and_waits():
    noor = get_demo_user("noor").user
    UserWrap.objects.filter(user_key__user=noor).delete()
    TotpDevice.objects.filter(user=noor).delete()
    UserKey.objects.filter(user=noor).delete()
    Membership.objects.filter(user=noor).update(state=MembershipState.ENROLLED)
    others = list(UserKey.objects.order_by("pk"))

    assert keys.build_keys(at=AT) == {"user": 1}

    assert let_in(get_demo_user("noor")).state is SessionState.UNLOCKED
    assert Membership.objects.get(user=noor).state == MembershipState.PENDING
    assert [*UserKey.objects.exclude(user=noor).order_by("pk")] == others


def test_rebuild_keeps_the_new_keys_of_a_restarted_account():
    amal = get_demo_user("amal")
    members.remove_access_of_user(amal.user.pk, actor=amal.user.pk, at=AT)
    enrolment.begin_keys(amal.user, "orchard lantern pebble window thistle", "enrol", at=AT)
    before = read_all_rows()

    assert keys.build_keys(at=AT + timedelta(days=1)).total() == 0
    assert read_all_rows() == before


def test_a_live_system_gets_no_keys_of_the_demo(settings):
    settings.IS_DEMO = False
    before = read_all_rows()

    with refuses("demo_only"):
        keys.build_keys(at=AT)
    assert read_all_rows() == before


def test_database_that_was_live_gets_no_keys_of_the_demo(settings):
    settings.IS_DEMO = False
    orgs.mark_as_live(at=AT)
    settings.IS_DEMO = True
    before = read_all_rows()

    with refuses("database_was_live"):
        keys.build_keys(at=AT)
    assert read_all_rows() == before
