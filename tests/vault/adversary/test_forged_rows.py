"""What a writer to the database does with the rows of keys, and what each person then sees."""

from html import unescape

import pytest

from protect.audit.models import Entry
from protect.notices.models import Outgoing
from protect.orgs.enums import MembershipState
from protect.orgs.models import Membership
from protect.vault.enums import KeyState
from protect.vault.errors import (
    KeyNotReady,
    MemberKeyMismatch,
    TeamKeyMismatch,
)
from protect.vault.formats.secrets import TeamSecret
from protect.vault.integrity import key_checks
from protect.vault.models import Admission, DekWrap, TeamGrant, TeamKey, TeamPin
from protect.vault.records import records
from protect.vault.team_keys import members, rotation
from tests.vault.adversary.database_writer import see_all_rows
from tests.vault.cast import (
    AT,
    LATER,
    MONTH,
    OTHER,
    SAID,
    make_person,
    new_team,
    note,
    read,
    versions,
    wait_in,
)
from tests.vault.traces import refused
from tests.vault.views.desk import Desk, words

CAST_IS_KEPT = True

pytestmark = pytest.mark.django_db
MISMATCH = "key. Nothing was opened, saved or changed."
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
        records.save_record(cast.sana.unlocked(), record, OTHER, seen=1, at=AT)
    with refused(TeamKeyMismatch):
        note(cast.sana, cast.desk)

    assert read(cast.sana, record).document == SAID


def test_forged_version_with_forged_signatures_is_refused(cast, writer):
    note(cast.amal, cast.desk)
    writer.insert_team_version(cast.desk)
    TeamKey.objects.filter(version=2).update(continuity=b"\x01" * 128)

    with refused(TeamKeyMismatch):
        rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=AT)


def test_member_who_lost_the_pin_still_refuses_a_forged_version(cast, writer, ledger_state):
    if ledger_state == "rebuilt":
        pytest.skip("without a pin, a first opening believes the ledger (ADR 40)")
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


def test_team_whose_key_was_deleted_gets_no_other_first_key(cast, writer):
    """The server would write the new key into its ledger, and so make it a real one."""
    team = cast.desk
    mallory = make_person("mallory")
    TeamKey.objects.filter(team=team).delete()
    type(team).objects.filter(pk=team.pk).update(state="no_key")
    place = wait_in(mallory, team, "supervisor")

    with refused(TeamKeyMismatch):
        members.make_first_key(mallory.unlocked(), place, at=AT)


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
        rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=AT)


def test_admission_copied_from_another_member_admits_nobody(cast, writer):
    place = writer.insert_member(cast.desk, cast.chidi.key)
    signed = Admission.objects.get(holder=cast.amal.pk, team_key__team=cast.desk)
    signed.pk, signed.holder, signed.place = None, cast.chidi.pk, place.pk
    signed.save(force_insert=True)

    with refused(MemberKeyMismatch):
        rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=AT)


def test_member_who_left_and_is_written_back_gets_no_key(cast, writer, ledger_state):
    if ledger_state == "rebuilt":
        pytest.skip("a departure is known from the ledger alone (ADR 40)")
    record = note(cast.amal, cast.desk)
    place, grant = cast.amal.place(cast.desk), TeamGrant.objects.get(user_key=cast.amal.key)
    admission = Admission.objects.get(holder=cast.amal.pk)
    members.end_membership_and_access(cast.dana.scope, place, None, at=LATER)
    live = {"state": MembershipState.ACTIVE, "ended_at": None, "end_reason": ""}
    Membership.objects.filter(pk=place.pk).update(**live)
    for row in (grant, admission):
        row.save(force_insert=True)

    rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=LATER)

    assert not TeamGrant.objects.filter(user_key=cast.amal.key, team_key__version=2).exists()
    with pytest.raises(KeyNotReady):
        read(cast.amal, record)


# --- C: a team's public key -----------------------------------------------------------------------


def test_overwritten_team_key_gets_nothing_sealed_to_it(cast, writer):
    record = note(cast.amal, cast.desk)
    secret = writer.replace_team_public(cast.desk)

    with refused(TeamKeyMismatch):
        records.save_record(cast.sana.unlocked(), record, OTHER, seen=1, at=AT)
    answer = Desk().let_in(cast.sana).get(f"/notes/{record.pk}")
    see_all_rows()

    assert page_of_mismatch(answer)
    assert writer.documents_opened([secret]) == []


def test_message_from_outside_is_not_sealed_to_an_overwritten_key(cast, writer, ledger_state):
    from protect.vault.records import inbound

    if ledger_state == "rebuilt":
        pytest.skip("without a secret in hand only the ledger knows the key (ADR 40)")
    writer.replace_team_public(cast.desk)

    with refused(TeamKeyMismatch):
        inbound.seal_inbound(cast.desk, SAID, retention=MONTH, at=AT)


def test_note_that_cannot_be_sealed_keeps_its_text_on_the_page(cast, writer):
    desk = Desk().let_in(cast.amal)
    writer.replace_team_public(cast.desk)

    answer = desk.post(
        f"/teams/{cast.desk.pk}/notes/new", title="Demo title", text="Demo long text", months="24"
    )

    assert answer.status_code == 409
    assert MISMATCH in unescape(words(answer))
    assert "Phone a colleague in your team and your data protection officer." in words(answer)
    assert "Demo long text" in answer.content.decode()
    assert Entry.objects.filter(outcome="key_mismatch").exists()


def test_team_of_a_writers_own_gets_nothing_sealed_to_it(cast, writer, ledger_state):
    """Named like a real one, its signatures are its own: the ledger does not know its key."""
    from protect.vault.records import inbound

    if ledger_state == "rebuilt":
        pytest.skip("a rebuilt ledger knows every key of that day (ADR 40)")
    team = new_team(cast.office, "Demo desk (new)")
    type(team).objects.filter(pk=team.pk).update(state="active")
    secret = TeamSecret.generate()
    writer.teams.append((team.pk, 1, secret))
    TeamKey.objects.create(team=team, version=1, public=secret.public().raw, created=AT)

    with refused(TeamKeyMismatch):
        inbound.seal_inbound(team, SAID, retention=MONTH, at=AT)

    assert writer.documents_opened([secret]) == []


@pytest.mark.parametrize("page", ["", "/notes", "/notes/new", "/renew", "/kit"])
def test_no_page_of_a_team_whose_key_was_overwritten_calls_it_healthy(cast, writer, page):
    writer.replace_team_public(cast.desk)

    answer = Desk().let_in(cast.sana).get(f"/teams/{cast.desk.pk}{page}")

    assert answer.status_code == 409
    assert "key_mismatch" in words(answer)
    assert "Active" not in words(answer)


# --- what operators see ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attack", "faults"),
    [
        (lambda writer, cast: None, set()),
        (
            lambda writer, cast: writer.insert_team_version(cast.desk),
            {
                ("team_key", "not_in_ledger"),
                ("team_key", "not_linked"),
                ("grant", "not_signed"),
                ("membership", "not_signed"),
            },
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
    if ledger_state == "rebuilt":
        pytest.skip("compares with the ledger")
    attack(writer, cast)

    assert {(fault.kind, fault.fault) for fault in key_checks.find_faults()} == faults
