from datetime import date
from hashlib import sha256

import pytest

from protect.audit.models import Entry
from protect.vault.enums import Opener
from protect.vault.errors import (
    KeyNotReady,
    RecordChanged,
    RecordDamaged,
    RecordGone,
    TeamKeyMismatch,
)
from protect.vault.formats import marks, sealed, wraps
from protect.vault.formats.secrets import TeamPublicKey, TeamSecret
from protect.vault.models import DekWrap, Record, Sealed, TeamGrant, TeamKey
from protect.vault.records import records
from protect.vault.records.records import NewRecord
from tests.audit.tampering import tamper
from tests.vault.cast import (
    AT,
    LATER,
    MONTH,
    OTHER,
    SAID,
    found,
    make_person,
    new_team,
    note,
    read,
    wait_in,
    write,
)
from tests.vault.recording import damage, flipped, save, text_of, wrap_of
from tests.vault.traces import refused

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


def test_every_member_reads_a_sealed_record(cast):
    record = write(cast.amal, cast.desk)

    for person in (cast.amal, cast.sana):
        opened = read(person, record)
        assert (opened.document, opened.version, opened.schema) == (SAID, 1, records.SCHEMA)


def test_record_has_the_requested_retention_month(cast):
    writing = NewRecord(kind="case", team=cast.desk, compartment="identity", schema=3)
    record = records.seal_record(
        cast.amal.unlocked(), writing, SAID, retention=date(2027, 11, 30), at=LATER
    )

    assert (record.retention, record.version, record.changed) == (MONTH, 1, LATER)
    assert (record.compartment, read(cast.sana, record).schema) == ("identity", 3)


def test_a_save_is_the_next_version_and_the_one_before_stays(cast):
    record = write(cast.amal, cast.desk)

    saved = save(cast.sana, record)

    assert (saved.version, saved.changed) == (2, LATER)
    assert read(cast.amal, record).document == OTHER
    assert Sealed.objects.filter(record=record).count() == 2


def test_every_save_has_a_fresh_key(cast):
    record = write(cast.amal, cast.desk)
    save(cast.amal, record, SAID)
    secret = cast.amal.unlocked().team_secret(cast.desk.pk, 1)
    deks = [
        wraps.unwrap_dek(
            bytes(wrap_of(record, version).wrap),
            secret,
            records.wrap_context(record, version, cast.desk.pk, 1),
        )
        for version in (1, 2)
    ]

    assert deks[0] != deks[1]
    assert bytes(text_of(record, 1).ct) != bytes(text_of(record, 2).ct)


def test_second_of_two_editors_gets_a_conflict(cast):
    record = write(cast.amal, cast.desk)
    save(cast.sana, record)

    with refused(RecordChanged):
        save(cast.amal, record, {"name": "a third text"}, seen=1)

    assert read(cast.amal, record).document == OTHER


def test_a_record_that_was_erased_meanwhile_is_gone(cast):
    record = write(cast.amal, cast.desk)
    Record.objects.filter(pk=record.pk).delete()

    with refused(RecordGone):
        save(cast.amal, record)
    with refused(RecordGone):
        read(cast.amal, record)


@pytest.mark.parametrize("name", ["bela", "chidi", "dana", "olga"])
def test_user_outside_the_team_can_neither_open_nor_write(cast, name):
    record = write(cast.amal, cast.desk)
    person = cast.people[name]

    for attempt in (
        lambda: read(person, record),
        lambda: save(person, record),
        lambda: write(person, cast.desk),
        lambda: records.scan_records(person.unlocked(), cast.desk, "case", bool, at=AT),
    ):
        with refused(KeyNotReady):
            attempt()


def test_waiting_member_cannot_open_records(cast):
    record = write(cast.amal, cast.desk)
    gita = make_person("gita")
    wait_in(gita, cast.desk)

    with refused(KeyNotReady):
        read(gita, record)


def test_an_older_key_of_a_person_opens_nothing(cast):
    record = write(cast.amal, cast.desk)
    TeamGrant.objects.filter(user_key__user=cast.amal.pk).delete()

    with refused(KeyNotReady):
        read(cast.amal, record)


@pytest.mark.parametrize("place", [1, 5, 20, -1])
def test_changed_bytes_of_a_text_do_not_open_and_nothing_is_altered(cast, place):
    record = write(cast.amal, cast.desk)
    damage(text_of(record), "ct", flipped(text_of(record).ct, place))

    with refused(RecordDamaged, reference=str(record.pk)):
        read(cast.amal, record)


@pytest.mark.parametrize("field", ["wrap", "origin"])
def test_changed_bytes_of_a_wrap_or_its_tag_do_not_open(cast, field):
    record = write(cast.amal, cast.desk)
    damage(wrap_of(record), field, flipped(getattr(wrap_of(record), field)))

    with refused(RecordDamaged, reference=str(record.pk)):
        read(cast.amal, record)


def test_a_text_moved_to_another_record_does_not_open_there(cast):
    mine, other = write(cast.amal, cast.desk), write(cast.amal, cast.desk, OTHER)
    damage(text_of(other), "ct", bytes(text_of(mine).ct))

    with refused(RecordDamaged):
        read(cast.amal, other)


def test_text_and_wrap_moved_together_to_another_record_do_not_open_there(cast):
    mine, other = write(cast.amal, cast.desk), write(cast.amal, cast.desk, OTHER)
    damage(text_of(other), "ct", bytes(text_of(mine).ct))
    damage(wrap_of(other), "wrap", bytes(wrap_of(mine).wrap))
    damage(wrap_of(other), "origin", bytes(wrap_of(mine).origin))

    with refused(RecordDamaged):
        read(cast.amal, other)


def test_a_record_given_to_another_team_opens_for_neither(cast):
    record = write(cast.amal, cast.desk)
    Record.objects.filter(pk=record.pk).update(owner_team=cast.far)
    DekWrap.objects.filter(record=record).update(team=cast.far)

    for person in (cast.chidi, cast.amal):
        with refused(RecordDamaged, reference=str(record.pk)):
            read(person, record)


@pytest.mark.parametrize("field", ["kind", "compartment"])
def test_a_record_under_another_name_does_not_open(cast, field):
    record = write(cast.amal, cast.desk)
    Record.objects.filter(pk=record.pk).update(**{field: "other"})

    with refused(RecordDamaged):
        read(cast.amal, record)


def test_an_older_text_in_the_place_of_a_newer_one_does_not_open(cast):
    record = write(cast.amal, cast.desk)
    save(cast.amal, record)
    damage(text_of(record, 2), "ct", bytes(text_of(record, 1).ct))
    damage(wrap_of(record, 2), "wrap", bytes(wrap_of(record, 1).wrap))
    damage(wrap_of(record, 2), "origin", bytes(wrap_of(record, 1).origin))

    with refused(RecordDamaged):
        read(cast.amal, record)


def bring_back(record: Record, version: int) -> None:
    """Put an older version of a record back, whole, as a writer to the database could."""
    for model in (Sealed, DekWrap):
        model.objects.filter(record=record, version__gt=version).delete()
    Record.objects.filter(pk=record.pk).update(version=version)


def test_a_whole_older_version_that_is_brought_back_is_refused(cast):
    """Its bytes are the team's own: the audit alone knows that a newer version was saved."""
    record = write(cast.amal, cast.desk)
    save(cast.amal, record)
    bring_back(record, 1)

    for attempt in (
        lambda: read(cast.amal, record),
        lambda: records.open_version(cast.amal.unlocked(), record, 1, at=LATER),
        lambda: save(cast.sana, record, seen=1),
    ):
        with refused(RecordDamaged, reference=str(record.pk)):
            attempt()
    assert records.scan_records(cast.amal.unlocked(), cast.desk, "case", bool, at=AT).opened == []
    assert Entry.objects.filter(action="vault.save", target=f"case:{record.pk}").count() == 1


def digest(record: Record, version: int) -> str:
    """Return the hash by which the audit knows a version: of its owner and its bytes."""
    return sha256(record.owner_team_id.bytes + bytes(text_of(record, version).ct)).hexdigest()


def test_every_save_leaves_the_state_of_the_sealed_bytes_in_the_audit(cast):
    record = write(cast.amal, cast.desk)
    save(cast.sana, record)
    read(cast.amal, record)

    entries = Entry.objects.of_target(f"case:{record.pk}").order_by("n")
    assert list(entries.values_list("action", "state")) == [
        ("vault.seal", f"0000000001:{digest(record, 1)}"),
        ("vault.save", f"0000000002:{digest(record, 2)}"),
        ("vault.open", None),
    ]


def test_a_record_that_the_audit_does_not_know_is_refused(cast):
    record = write(cast.amal, cast.desk)
    tamper("UPDATE audit_entry SET state = NULL WHERE target = %s", f"case:{record.pk}")

    with refused(RecordDamaged, reference=str(record.pk)):
        read(cast.amal, record)
    with refused(RecordDamaged, reference=str(record.pk)):
        save(cast.amal, record)


def test_a_team_key_that_was_put_in_the_place_of_the_teams_gets_nothing_sealed(cast):
    """The row alone decides nothing: what is sealed goes to the key of the secret in hand."""
    record = write(cast.amal, cast.desk)
    TeamKey.objects.filter(team=cast.desk).update(public=TeamSecret.generate().public().raw)

    for attempt in (
        lambda: write(cast.amal, cast.desk),
        lambda: save(cast.amal, record),
        lambda: read(cast.sana, record),
    ):
        with refused(TeamKeyMismatch):
            attempt()


def test_a_whole_record_forged_with_the_public_key_alone_does_not_open(cast):
    forged = Record.objects.create(
        kind="case", owner_team=cast.desk, version=1, retention=MONTH, created=AT, changed=AT
    )
    text = Sealed(record=forged, version=1, schema=records.SCHEMA, created=AT)
    text.ct, dek = sealed.seal({"name": "forged"}, records.seal_context(forged, text))
    text.save(force_insert=True)
    public = TeamPublicKey(bytes(TeamKey.objects.get(team=cast.desk).public))
    bound = records.wrap_context(forged, 1, cast.desk.pk, 1)
    wrap = wraps.wrap_dek(dek, public, bound)
    tag = marks.origin_tag(TeamSecret.generate(), bound, sealed=text.ct, wrap=wrap)
    DekWrap.objects.create(
        record=forged,
        version=1,
        opener=Opener.TEAM,
        team=cast.desk,
        team_version=1,
        wrap=wrap,
        origin=tag,
    )

    with refused(RecordDamaged):
        read(cast.amal, forged)
    assert records.scan_records(cast.amal.unlocked(), cast.desk, "case", bool, at=AT).opened == []


@pytest.mark.parametrize("model", [DekWrap, Sealed])
def test_a_record_without_its_text_or_wrap_is_damaged(cast, model):
    record = write(cast.amal, cast.desk)
    model.objects.filter(record=record).delete()

    with refused(RecordDamaged, reference=str(record.pk)):
        read(cast.amal, record)


def test_wrap_marked_as_damaged_is_refused(cast):
    record = write(cast.amal, cast.desk)
    DekWrap.objects.filter(record=record).update(damaged_at=AT)

    with refused(RecordDamaged, reference=str(record.pk)):
        read(cast.amal, record)


def test_damaged_grant_is_reported_and_affects_nothing_else(cast):
    record = write(cast.amal, cast.desk)
    grant = TeamGrant.objects.get(user_key__user=cast.amal.pk)
    damage(grant, "wrap", flipped(grant.wrap))

    with refused(RecordDamaged, reference=str(grant.pk)):
        read(cast.amal, record)
    assert read(cast.sana, record).document == SAID


def test_a_founding_team_practises_with_notes_and_nothing_else(cast):
    team = new_team(cast.office, "Demo new")
    gita = make_person("gita")
    found(team, gita)

    with refused("team_not_ready"):
        write(gita, team)
    assert read(gita, note(gita, team)).document == SAID


def test_outdated_team_object_does_not_bypass_the_state_check(cast):
    team = new_team(cast.office, "Demo new")
    gita = make_person("gita")
    found(team, gita)
    team.state = "active"  # in memory alone

    with refused("team_not_ready"):
        write(gita, team)


def test_a_team_without_a_key_seals_nothing(cast):
    team = new_team(cast.office, "Demo new")

    with refused("team_not_ready"):
        note(cast.amal, team)


def test_only_practice_kinds_are_sealed_while_cases_are_off(cast, settings):
    settings.CASES = "off"

    with refused("cases_off"):
        write(cast.amal, cast.desk)
    assert read(cast.amal, note(cast.amal, cast.desk)).document == SAID
