"""What an operator compares without a key: `protect audit verify`, `protect vault verify-keys`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from protect.audit.models import Entry
from protect.notices.models import Outgoing
from protect.orgs import access, alarms
from protect.orgs.actions import AlarmAnswer, answer_alarm
from protect.orgs.models import Team
from protect.referrals import packets
from protect.vault.formats.secrets import TeamSecret, UserSecret
from protect.vault.models import (
    Admission,
    Record,
    RecoveryHalf,
    RecoveryOfficer,
    Sealed,
    TeamGrant,
    TeamKey,
    UserKey,
)
from protect.vault.records import erasure, records
from protect.vault.team_keys import members, rotation
from tests.vault.cast import AT, LATER, MONTH, SAID, Person, make_person, note, serve
from tests.vault.test_commands import fails, send, vault

CAST_IS_KEPT = True


def verify() -> tuple[list[str], str]:
    """Return what `protect audit verify` says of records, and why it ended with 1, if it did."""
    out, why = StringIO(), ""
    try:
        call_command("audit", "verify", stdout=out)
    except CommandError as error:
        why = str(error)
    return [line for line in out.getvalue().splitlines() if "whole" not in line], why


def test_records_that_are_as_they_were_saved_are_not_named(cast):
    note(cast.amal, cast.desk)
    sent = send(cast)
    packets.withdraw(cast.amal.unlocked(), sent, at=LATER)
    gone = note(cast.amal, cast.desk)
    erasure.erase_record(cast.amal.unlocked(), gone, reason=erasure.PERSON_REASON, at=LATER)

    assert verify() == ([], "")


def test_each_record_that_is_not_as_it_was_saved_is_named_and_ends_with_1(cast):
    torn, gone, kept = (note(cast.amal, cast.desk) for _ in range(3))
    Sealed.objects.filter(record=torn).update(ct=b"\x01" * 300)
    Record.objects.filter(pk=gone.pk).delete()
    forged = Record.objects.create(
        kind="note", owner_team=cast.desk, version=1, retention=MONTH, created=AT, changed=AT
    )

    said, why = verify()

    assert sorted(said) == sorted(
        [
            f"note:{torn.pk}: not the version that was saved last",
            f"note:{gone.pk}: not in the database; the audit has no erasure of it",
            f"note:{forged.pk}: in the database; the audit has no save of it",
        ]
    )
    assert why.startswith("chains broken: 0; records damaged: 3. Change nothing")
    assert str(kept.pk) not in "".join(said)


def test_officers_learn_once_of_each_record_that_the_night_finds_damaged(cast):
    officer = make_person("petra")
    serve(officer, cast.office, "protection_officer")
    gone, torn = note(cast.amal, cast.desk), note(cast.amal, cast.desk)
    foreign = note(cast.bela, cast.shelter)
    Record.objects.filter(pk=gone.pk).delete()
    for record in (torn, foreign):
        Sealed.objects.filter(record=record).update(ct=b"\x01" * 300)

    for _ in range(2):
        verify()

    found = {alarm.target for alarm in alarms.unanswered_alarms([cast.office.pk])}
    assert found == {f"note:{gone.pk}", f"note:{torn.pk}"}
    assert [alarm.target_id for alarm in alarms.unanswered_alarms([cast.partner.pk])] == [
        foreign.pk
    ]
    assert Entry.objects.filter(action__startswith="audit.compare.").count() == 3
    mails = Outgoing.objects.filter(template="key_alarm")
    assert list(mails.values_list("to", flat=True)) == [officer.user.email]


def test_what_the_night_found_and_an_officer_answered_is_not_told_again(cast):
    gone = note(cast.amal, cast.desk)
    Record.objects.filter(pk=gone.pk).delete()
    officer = make_person("petra")
    serve(officer, cast.office, "protection_officer")
    verify()
    (alarm,) = alarms.unanswered_alarms([cast.office.pk])
    answer_alarm(
        access.scope_for(officer.pk),
        cast.office,
        AlarmAnswer(alarm.target, alarm.outcome, "Demo cause"),
        seen=alarm.n,
        at=LATER,
    )

    said, why = verify()

    assert said == [
        f"note:{gone.pk}: not in the database; the audit has no erasure of it"
        " (an officer answered its alarm)"
    ]
    assert why == ""
    assert alarms.unanswered_alarms([cast.office.pk]) == []


@pytest.mark.parametrize("between", ["whole", "saved"])
def test_record_that_is_damaged_anew_after_its_answer_is_told_again(cast, between):
    record = note(cast.amal, cast.desk)
    officer = make_person("petra")
    serve(officer, cast.office, "protection_officer")
    text = Sealed.objects.get(record=record)
    Sealed.objects.filter(pk=text.pk).update(ct=b"\x01" * 300)
    verify()
    (alarm,) = alarms.unanswered_alarms([cast.office.pk])
    answer = AlarmAnswer(alarm.target, alarm.outcome, "Demo cause")
    answer_alarm(access.scope_for(officer.pk), cast.office, answer, seen=alarm.n, at=LATER)
    Sealed.objects.filter(pk=text.pk).update(ct=text.ct)
    if between == "whole":
        assert verify() == ([], "")
    else:
        records.save_record(cast.amal.unlocked(), record, SAID, seen=1, at=LATER)

    Sealed.objects.filter(record=record).update(ct=b"\x01" * 300)

    assert "records damaged: 1" in verify()[1]
    assert [each.target for each in alarms.unanswered_alarms([cast.office.pk])] == [alarm.target]


def test_keys_that_are_in_the_ledger_and_signed_are_not_named(cast):
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)

    assert vault("verify-keys") == ["no key differs from the ledger or from its signatures"]


def test_without_its_ledger_each_key_is_named_and_the_operator_hears_why(cast, settings, tmp_path):
    settings.LEDGER = tmp_path / "of another server.jsonl"
    rows = (TeamKey, UserKey, RecoveryOfficer)

    said, why = fails("verify-keys")

    assert len(said) == sum(row.objects.count() for row in rows)
    assert all(": not_in_ledger (" in line for line in said)
    assert "the ledger is missing or old: put its newest copy back" in why
    assert "follow “A lost ledger” (docs/operating.md#a-lost-ledger)" in why


def test_a_team_key_that_was_replaced_is_named_and_ends_with_1(cast):
    TeamKey.objects.filter(team=cast.desk).update(public=TeamSecret.generate().public().raw)
    key = TeamKey.objects.get(team=cast.desk)

    said, why = fails("verify-keys")

    assert said == [
        f"team_key {key.pk}: not_in_ledger (Demo office, Demo desk, version 1)",
        f"team_key {key.pk}: not_signed (Demo office, Demo desk, version 1)",
    ]
    assert why.startswith("keys that differ: 2.")
    assert "follow “A key mismatch” (docs/operating.md#a-key-mismatch)" in why


def test_keys_of_people_and_officers_that_were_replaced_are_named(cast):
    officer = RecoveryOfficer.objects.get(organisation=cast.office, slot=1)
    for row in (officer, cast.bela.key):
        type(row).objects.filter(pk=row.pk).update(public=UserSecret.generate().public().raw)

    said, _ = fails("verify-keys")

    shelter = TeamKey.objects.get(team=cast.shelter)
    desk = TeamKey.objects.get(team=cast.desk)
    assert sorted(said) == sorted(
        [
            f"user_key {cast.bela.key.pk}: not_in_ledger (Demo partner, Demo shelter)",
            f"officer {officer.pk}: not_in_ledger (Demo office, recovery officer 1)",
            f"team_key {desk.pk}: not_signed (Demo office, Demo desk, version 1)",
            f"team_key {shelter.pk}: not_signed (Demo partner, Demo shelter, version 1)",
        ]
    )


def test_a_version_that_its_neighbour_did_not_sign_is_named(cast):
    key = rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    TeamKey.objects.filter(pk=key.pk).update(continuity=b"")

    assert fails("verify-keys")[0] == [
        f"team_key {key.pk}: not_linked (Demo office, Demo desk, version 2)"
    ]


def test_grants_halves_and_places_that_nobody_signed_are_named(cast):
    gita = make_person("gita")
    place = serve(gita, cast.office, "caseworker", team=cast.desk)
    key = TeamKey.objects.get(team=cast.desk)
    grant = TeamGrant.objects.create(
        team_key=key, user_key=gita.key, wrap=b"\x01", admitted_by_id=gita.pk, created=AT
    )
    Admission.objects.filter(team_key=key, role="officer_3").delete()
    halves = RecoveryHalf.objects.filter(team_key=key, slot=3).order_by("pk")

    said, _ = fails("verify-keys")

    assert said == [
        f"grant {grant.pk}: not_signed (Demo office, Demo desk, version 1)",
        *(f"half {half.pk}: not_signed (Demo office, Demo desk, version 1)" for half in halves),
        f"membership {place.pk}: not_signed (Demo office, Demo desk)",
    ]


def replace_key(person: Person) -> None:
    UserKey.objects.filter(pk=person.key.pk).update(public=UserSecret.generate().public().raw)


def test_a_person_of_several_organisations_is_named_by_all_of_them(cast):
    gita = make_person("gita")
    serve(gita, cast.office, "caseworker", team=cast.desk)
    serve(gita, cast.partner, "protection_officer")
    serve(gita, cast.partner, "administrator")
    replace_key(gita)

    (line, *_) = fails("verify-keys")[0]

    places = "Demo office, Demo desk; Demo partner"
    assert line == f"user_key {gita.key.pk}: not_in_ledger ({places})"


def test_a_person_whose_places_have_ended_is_said_to_have_none(cast):
    jonas = make_person("jonas")
    members.end_membership_and_access(
        cast.dana.scope, serve(jonas, cast.office, "protection_officer"), None, at=AT
    )
    replace_key(jonas)

    said, _ = fails("verify-keys")

    nowhere = "a person without a membership in any organisation"
    assert said == [f"user_key {jonas.key.pk}: not_in_ledger ({nowhere})"]


def test_the_name_of_a_team_forges_no_line_of_the_faults(cast):
    TeamKey.objects.filter(team=cast.desk).update(public=TeamSecret.generate().public().raw)
    Team.objects.filter(pk=cast.desk.pk).update(name="Demo\nteam_key")

    said, _ = fails("verify-keys")

    assert [line.partition(" (")[2] for line in said] == [
        "Demo office, Demo team_key, version 1)",
        "Demo office, Demo team_key, version 1)",
    ]
