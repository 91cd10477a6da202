"""What a writer to the database does with the rows of keys, and what each person then sees."""

from __future__ import annotations

from html import unescape
from uuid import uuid4

import pytest

from protect.audit.models import Entry
from protect.notices.models import Outgoing
from protect.orgs.enums import MembershipState
from protect.orgs.models import Membership
from protect.vault.actions import key_checks, records, recovery_kit, restoring, rotation, teams
from protect.vault.enums import KeyState
from protect.vault.errors import (
    FingerprintDiffers,
    KeyNotReady,
    MemberKeyMismatch,
    TeamKeyMismatch,
)
from protect.vault.formats.secrets import UserSecret
from protect.vault.models import Admission, DekWrap, TeamGrant, TeamKey, TeamPin, UserKey
from tests.vault.adversary.database_writer import see_all_rows
from tests.vault.cast import (
    AT,
    LATER,
    MONTH,
    OTHER,
    SAID,
    appoint_officers,
    found,
    make_person,
    new_team,
    note,
    read,
    versions,
    wait_in,
)
from tests.vault.traces import refused
from tests.vault.views.desk import Desk, words

pytestmark = pytest.mark.django_db
MISMATCH = "The stored key of this team is not the team's key."
NOTHING = "Nothing was opened, saved or changed."
CALL = "Call a colleague in your team on a number that you know"


def page_of_mismatch(answer) -> bool:
    text = unescape(words(answer))
    return answer.status_code == 409 and all(part in text for part in (MISMATCH, NOTHING, CALL))


# --- A: a version that the attacker made ----------------------------------------------------------


def test_forged_next_version_gets_nothing_moved_to_it(cast, writer):
    record = note(cast.amal, cast.desk)
    secret = writer.insert_team_version(cast.desk)
    desk = Desk().let_in(cast.sana)

    assert desk.get("/").status_code == 200
    answer = desk.post(f"/teams/{cast.desk.pk}/renew")
    see_all_rows()

    assert page_of_mismatch(answer)
    assert set(DekWrap.objects.values_list("team_version", flat=True)) == {1}
    assert writer.documents_opened([secret]) == []
    assert read(cast.amal, record).document == SAID


def test_forged_next_version_is_refused_for_saving_and_what_was_written_still_opens(cast, writer):
    record = note(cast.amal, cast.desk)
    writer.insert_team_version(cast.desk)

    with refused(TeamKeyMismatch):
        records.save(cast.sana.unlocked(), record, OTHER, seen=1, at=AT)
    with refused(TeamKeyMismatch):
        note(cast.sana, cast.desk)

    assert read(cast.sana, record).document == SAID


def test_forged_version_with_forged_signatures_is_refused(cast, writer):
    note(cast.amal, cast.desk)
    writer.insert_team_version(cast.desk)
    TeamKey.objects.filter(version=2).update(continuity=b"\x01" * 128)

    with refused(TeamKeyMismatch):
        rotation.step(cast.sana.unlocked(), cast.desk, at=AT)


def test_member_who_lost_the_pin_still_refuses_a_forged_version(cast, writer, ledger_state):
    if ledger_state == "no_ledger":
        pytest.skip("without ledger and pin a first opening has nothing to compare with (ADR 40)")
    writer.insert_team_version(cast.desk)
    TeamPin.objects.all().delete()

    with refused(TeamKeyMismatch):
        note(cast.sana, cast.desk)


def test_data_protection_officer_learns_of_a_mismatch_once_an_hour(cast, writer):
    note(cast.amal, cast.desk)
    officer = make_person("petra")
    Membership.objects.create(
        user=officer.user,
        organisation=cast.office,
        role="protection_officer",
        state=MembershipState.ACTIVE,
        created=AT,
        admitted_at=AT,
    )
    writer.insert_team_version(cast.desk)
    desk = Desk().let_in(cast.sana)

    for _ in range(2):
        desk.post(f"/teams/{cast.desk.pk}/renew")

    mails = Outgoing.objects.filter(template="key_alarm")
    assert list(mails.values_list("to", flat=True)) == [officer.user.email]
    assert Entry.objects.filter(outcome="key_mismatch", action="desk.team_rotate").count() == 1


# --- B: a member whom nobody has let in -----------------------------------------------------------


def test_inserted_member_gets_no_key_when_the_team_renews_it(cast, writer):
    record = note(cast.amal, cast.desk)
    place = writer.insert_member(cast.desk, cast.chidi.key)

    Desk().let_in(cast.sana).post(f"/teams/{cast.desk.pk}/renew")
    see_all_rows()

    assert versions(cast.desk) == {1: KeyState.RETIRED, 2: KeyState.ACTIVE}
    assert not TeamGrant.objects.filter(
        user_key=cast.chidi.key, team_key__team=cast.desk, team_key__version=2
    ).exists()
    assert Desk().let_in(cast.chidi).get(f"/notes/{record.pk}").status_code == 404
    see_all_rows()
    place.refresh_from_db()
    assert place.state == MembershipState.PENDING
    assert read(cast.amal, record).document == SAID


def test_inserted_member_with_a_forged_admission_stops_the_renewal(cast, writer):
    note(cast.amal, cast.desk)
    place = writer.insert_member(cast.desk, cast.chidi.key)
    writer.sign_admission(TeamKey.objects.get(team=cast.desk), cast.chidi.key, place.pk)

    with refused(MemberKeyMismatch):
        rotation.step(cast.sana.unlocked(), cast.desk, at=AT)


def test_admission_copied_from_another_member_admits_nobody(cast, writer):
    place = writer.insert_member(cast.desk, cast.chidi.key)
    signed = Admission.objects.get(holder=cast.amal.pk, team_key__team=cast.desk)
    signed.pk, signed.holder, signed.place = None, cast.chidi.pk, place.pk
    signed.save(force_insert=True)

    with refused(MemberKeyMismatch):
        rotation.step(cast.sana.unlocked(), cast.desk, at=AT)


def test_member_who_left_and_is_written_back_gets_no_key(cast, writer, ledger_state):
    if ledger_state == "no_ledger":
        pytest.skip("a departure is known from the ledger alone (ADR 40)")
    record = note(cast.amal, cast.desk)
    place, grant = cast.amal.place(cast.desk), TeamGrant.objects.get(user_key=cast.amal.key)
    admission = Admission.objects.get(holder=cast.amal.pk)
    teams.leave(cast.dana.scope, place, None, at=LATER)
    live = {"state": MembershipState.ACTIVE, "ended_at": None, "end_reason": ""}
    Membership.objects.filter(pk=place.pk).update(**live)
    for row in (grant, admission):
        row.save(force_insert=True)

    rotation.step(cast.sana.unlocked(), cast.desk, at=LATER)

    assert not TeamGrant.objects.filter(user_key=cast.amal.key, team_key__version=2).exists()
    with pytest.raises(KeyNotReady):
        read(cast.amal, record)


# --- C: a team's public key -----------------------------------------------------------------------


def test_overwritten_team_key_gets_nothing_sealed_to_it(cast, writer):
    record = note(cast.amal, cast.desk)
    secret = writer.replace_team_public(cast.desk)

    with refused(TeamKeyMismatch):
        records.save(cast.sana.unlocked(), record, OTHER, seen=1, at=AT)
    answer = Desk().let_in(cast.sana).get(f"/notes/{record.pk}")
    see_all_rows()

    assert page_of_mismatch(answer)
    assert writer.documents_opened([secret]) == []


def test_message_from_outside_is_not_sealed_to_an_overwritten_key(cast, writer, ledger_state):
    from protect.vault.actions import inbound

    if ledger_state == "no_ledger":
        pytest.skip("without a secret in hand only the ledger knows the key (ADR 40)")
    writer.replace_team_public(cast.desk)

    with refused(TeamKeyMismatch):
        inbound.seal(cast.desk, SAID, retention=MONTH, at=AT)


@pytest.mark.parametrize("page", ["", "/notes", "/notes/new", "/renew"])
def test_no_page_of_a_team_whose_key_was_overwritten_calls_it_healthy(cast, writer, page):
    writer.replace_team_public(cast.desk)

    answer = Desk().let_in(cast.sana).get(f"/teams/{cast.desk.pk}{page}")

    assert answer.status_code == 409
    assert "key_mismatch" in words(answer)
    assert "Active" not in words(answer)


# --- D: keys of officers and members --------------------------------------------------------------


def test_overwritten_officer_gets_no_half_at_a_renewal(cast, writer):
    for slot in (1, 2):
        writer.replace_officer(cast.office, slot)

    with refused(MemberKeyMismatch):
        rotation.begin(cast.sana.unlocked(), cast.desk, at=AT)

    assert writer.secrets_opened() == []


def test_overwritten_officer_gets_no_half_when_the_kit_is_finished(cast, writer, ledger_state):
    if ledger_state == "no_ledger":
        pytest.skip("officers whom no team has signed yet are known from the ledger alone (ADR 40)")
    team = new_team(cast.office, "Demo new")
    found(team, cast.amal)
    for slot in (1, 2):
        writer.replace_officer(cast.office, slot)

    with refused(MemberKeyMismatch):
        recovery_kit.finish(cast.amal.scope, cast.amal.unlocked(), team, at=AT)

    assert writer.secrets_opened() == []


@pytest.mark.parametrize("is_moved", [False, True], ids=["inserted", "moved_to_a_lower_slot"])
def test_officers_of_an_attacker_get_no_half_when_the_kit_is_finished(cast, writer, is_moved):
    """Rows of officers under new ids, or honest ones in another slot: no appointment is known."""
    from protect.vault.models import RecoveryHalf, RecoveryOfficer

    rows = RecoveryOfficer.objects.filter(organisation=cast.office)
    old = {row.slot: row for row in rows}
    Admission.objects.filter(holder__in=[row.pk for row in old.values()]).delete()
    rows.delete()
    RecoveryHalf.objects.filter(team_key__team=cast.desk).delete()
    for slot in (1, 2, 3):
        secret = UserSecret.make()
        writer.officers.append(secret)
        pk = old[slot % 3 + 1].pk if is_moved else uuid4()
        row = RecoveryOfficer(
            pk=pk, organisation=cast.office, slot=slot, confirmed_at=AT, created=AT
        )
        row.public, row.wrapped = secret.public().raw, bytes(old[slot].wrapped)
        row.save(force_insert=True)

    answer = Desk().let_in(cast.sana).post(f"/teams/{cast.desk.pk}/kit")

    assert answer.status_code == 409
    assert "key_mismatch" in words(answer)
    assert writer.secrets_opened() == []


def test_officers_appointed_since_the_kit_was_finished_get_no_half_at_a_renewal(cast, writer):
    from protect.vault.models import RecoveryOfficer

    rows = RecoveryOfficer.objects.filter(organisation=cast.office, slot__in=(1, 2))
    rows.delete()
    appoint_officers(cast.dana.scope, cast.office)  # others, whom the team has not signed

    rotation.begin(cast.sana.unlocked(), cast.desk, at=AT)

    key = TeamKey.objects.get(team=cast.desk, version=2)
    assert not key.halves.exists()


def test_overwritten_key_of_a_member_stops_the_renewal(cast, writer):
    writer.replace_user_public(cast.amal.pk)

    with refused(MemberKeyMismatch):
        rotation.begin(cast.sana.unlocked(), cast.desk, at=AT)

    assert writer.secrets_opened() == []


def test_newer_key_written_for_a_member_stops_the_renewal(cast, writer):
    secret = make_person("stranger").secret
    UserKey.objects.create(user=cast.amal.user, version=2, public=secret.public().raw, created=AT)
    writer.users.append((cast.amal.pk, secret))

    with refused(MemberKeyMismatch):
        rotation.begin(cast.sana.unlocked(), cast.desk, at=AT)

    assert writer.secrets_opened() == []


def test_person_whose_key_was_overwritten_is_not_let_in_by_the_words_they_read_out(cast, writer):
    gita = make_person("gita")
    place, said = wait_in(gita, cast.desk), gita.words
    writer.replace_user_public(gita.pk)

    with refused((FingerprintDiffers, MemberKeyMismatch)):
        teams.admit(cast.sana.scope, cast.sana.unlocked(), place, words=said, at=AT)

    answer = Desk().let_in(gita).get(f"/teams/{cast.desk.pk}")
    assert answer.status_code == 409
    assert writer.secrets_opened() == []


def test_halves_of_another_secret_restore_no_team(cast, writer, ledger_state):
    from protect.vault.formats import context, wraps
    from protect.vault.formats import halves as halves_format
    from protect.vault.formats.secrets import UserPublic
    from protect.vault.models import RecoveryHalf, RecoveryOfficer

    gita = make_person("gita")
    place = wait_in(gita, cast.desk, "supervisor")
    secret = writer.replace_team_public(cast.desk)
    key = TeamKey.objects.get(team=cast.desk)
    for slot, half in zip((1, 2), halves_format.split(secret), strict=True):
        officer = RecoveryOfficer.objects.get(organisation=cast.office, slot=slot)
        bound = context.half(team=cast.desk.pk, version=1, pair="12", slot=slot)
        wrap = wraps.wrap_half(half, UserPublic(bytes(officer.public)), bound)
        RecoveryHalf.objects.filter(team_key=key, pair="12", slot=slot).update(wrap=wrap)
    codes = cast.codes[cast.office.pk]
    typed = {slot: codes[slot] for slot in (1, 2)}

    # Begun anew, the ledger knows nothing of the team: then the signatures of its members differ.
    kind = MemberKeyMismatch if ledger_state == "no_ledger" else TeamKeyMismatch
    with pytest.raises(kind) as caught:
        restoring.restore(gita.unlocked(), place, typed, at=AT)
    assert caught.type is kind


# --- what operators see ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attack", "faults"),
    [
        (lambda writer, cast: None, set()),
        (
            lambda writer, cast: writer.insert_team_version(cast.desk),
            {("team_key", "not_in_ledger"), ("team_key", "not_linked"), ("team_key", "not_signed")},
        ),
        (
            lambda writer, cast: writer.insert_member(cast.desk, cast.chidi.key),
            {("grant", "not_signed"), ("membership", "not_signed")},
        ),
        (
            lambda writer, cast: writer.replace_user_public(cast.amal.pk),
            {("user_key", "not_in_ledger"), ("team_key", "not_signed")},
        ),
        (
            lambda writer, cast: writer.replace_officer(cast.office, 1),
            {("officer", "not_in_ledger"), ("team_key", "not_signed")},
        ),
    ],
)
def test_operators_find_each_forged_key_without_any_secret(
    cast, writer, ledger_state, attack, faults
):
    if ledger_state == "no_ledger":
        pytest.skip("compares with the ledger")
    attack(writer, cast)

    assert {(fault.kind, fault.fault) for fault in key_checks.key_faults()} == faults
