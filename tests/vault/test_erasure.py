from datetime import UTC, datetime, timedelta

import pytest
from django.core import serializers

from protect.audit.models import Entry
from protect.orgs import actions as orgs
from protect.orgs.enums import MembershipState, OrganisationState, TeamState
from protect.orgs.models import Membership, Organisation, Team
from protect.referrals import packets
from protect.referrals.packets import Packet
from protect.uploads.clean_documents import CleanDocument
from protect.vault import expiry
from protect.vault.enums import KeyState
from protect.vault.errors import KeyNotReady, RecordGone
from protect.vault.integrity import ledger
from protect.vault.models import (
    DekWrap,
    Manifest,
    Record,
    RecoveryHalf,
    Sealed,
    SealedFile,
    TeamGrant,
    TeamKey,
    UserWrap,
)
from protect.vault.records import erasure, files, records
from protect.vault.records.records import NewRecord
from protect.vault.team_keys import closures, members, rotation
from tests.vault import signing
from tests.vault.cast import (
    AT,
    LATER,
    MONTH,
    SAID,
    entries,
    grants,
    must_verify,
    read,
    versions,
    write,
)
from tests.vault.traces import everything, refused, written

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True
CLEAN = CleanDocument(content=b"demo", media_type="application/pdf", name="demo.pdf")
SEALED = (DekWrap, Sealed, SealedFile, Record)
KEPT = (Organisation, Team, Membership, TeamKey, TeamGrant, RecoveryHalf, Record, Sealed, DekWrap)


class Backup:
    """A copy of some rows, to be put back as they were."""

    def __init__(self) -> None:
        models = (*KEPT, SealedFile, Manifest)
        rows = [row for model in models for row in model.objects.order_by("pk")]
        self.text = serializers.serialize("json", rows)

    def restore(self) -> None:
        for row in serializers.deserialize("json", self.text):
            row.save()


def replay() -> int:
    return expiry.replay_ledger(ledger.read_lines())


def with_file(cast) -> Record:
    record = write(cast.amal, cast.desk)
    document = files.attach_file(record, SAID, CLEAN, at=AT)
    return records.save_record(cast.amal.unlocked(), record, document, seen=1, at=AT)


def send(cast) -> Manifest:
    packet = Packet(
        fields=SAID,
        consent=cast.amal.pk,
        scope=frozenset({"contact"}),
        expires=AT + timedelta(days=30),
        to_team=cast.shelter.pk,
        to_version=1,
    )
    given = cast.amal.unlocked()
    return packets.seal_packet(given, packet, cast.desk, at=AT, uncompared_reason="x").manifest


def left(record) -> list[int]:
    rows = {model: model.objects.filter(pk=record.pk) for model in (Record,)}
    rows |= {model: model.objects.filter(record=record.pk) for model in SEALED[:3]}
    return [rows[model].count() for model in SEALED]


# --- erasing ------------------------------------------------------------------------------------


def test_an_erased_record_leaves_no_wrap_text_or_file(cast):
    record, other = with_file(cast), with_file(cast)

    erasure.erase_record(cast.amal.unlocked(), record, reason=erasure.PERSON_REASON, at=LATER)

    assert left(record) == [0, 0, 0, 0]
    assert left(other) == [2, 2, 1, 1]
    with refused(RecordGone):
        read(cast.amal, record)


def test_an_erasure_is_in_the_ledger_and_names_who_did_it_in_the_audit(cast):
    record = write(cast.amal, cast.desk)

    erasure.erase_record(cast.amal.unlocked(), record, reason=erasure.PERSON_REASON, at=LATER)

    assert written() == [("record", str(record.pk), "person")]
    entry = Entry.objects.get(action="vault.erase_person")
    assert (entry.actor_id, entry.target) == (cast.amal.pk, f"case:{record.pk}")
    must_verify()


def test_the_ledger_is_written_before_anything_is_deleted(cast, monkeypatch):
    record = write(cast.amal, cast.desk)

    def fail(line) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(ledger, "append", fail)
    with refused(OSError):
        erasure.erase_record(cast.amal.unlocked(), record, reason=erasure.PERSON_REASON, at=LATER)


def test_an_erasure_that_a_crash_interrupted_is_finished_from_the_ledger(cast, monkeypatch):
    record = write(cast.amal, cast.desk)

    def crash(pk) -> None:
        raise SystemError

    with monkeypatch.context() as patch:
        patch.setattr(erasure, "delete_rows", crash)
        with pytest.raises(SystemError):
            erasure.erase_record(
                cast.amal.unlocked(), record, reason=erasure.PERSON_REASON, at=LATER
            )
    assert left(record) == [1, 1, 0, 1]

    assert replay() == 1
    assert left(record) == [0, 0, 0, 0]
    assert replay() == 0


def test_erased_record_cannot_be_erased_again(cast):
    record = write(cast.amal, cast.desk)
    erasure.erase_record(cast.amal.unlocked(), record, reason=erasure.PERSON_REASON, at=AT)

    with refused(RecordGone):
        erasure.erase_record(cast.amal.unlocked(), record, reason=erasure.PERSON_REASON, at=LATER)
    with refused(RecordGone):
        erasure.erase_record(None, record, reason=erasure.RETENTION_REASON, at=LATER)


@pytest.mark.parametrize(
    ("day", "is_gone"),
    [
        ("2027-11-30T23:59:59", False),
        ("2027-12-01T00:00:00", True),
        ("2028-01-15T12:00:00", True),
    ],
)
def test_record_is_erased_after_its_retention_month(cast, day, is_gone):
    record = write(cast.amal, cast.desk)
    assert record.retention == MONTH
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)

    assert erasure.erase_due_records(at=at) == int(is_gone)
    assert left(record) == ([0, 0, 0, 0] if is_gone else [1, 1, 0, 1])
    assert entries("erase_retention") == int(is_gone)
    assert Entry.objects.filter(action="vault.erase_retention").exclude(actor=None).count() == 0


def test_due_records_of_every_team_are_erased_once(cast):
    for person, team in ((cast.amal, cast.desk), (cast.bela, cast.shelter)):
        write(person, team)
    writing = NewRecord(kind="case", team=cast.far)
    kept = records.seal_record(
        cast.chidi.unlocked(), writing, SAID, retention=MONTH.replace(year=2030), at=AT
    )
    at = AT.replace(year=2028)

    assert erasure.erase_due_records(at=at) == 2
    assert erasure.erase_due_records(at=at) == 0
    assert list(Record.objects.order_by("pk")) == [kept]


def test_records_of_a_retired_team_are_erased_in_their_month(cast):
    record = write(cast.amal, cast.desk)
    closures.retire_team(cast.dana.scope, cast.desk, at=LATER)

    assert erasure.erase_due_records(at=LATER) == 0
    assert erasure.erase_due_records(at=AT.replace(year=2028)) == 1
    assert left(record) == [0, 0, 0, 0]


def test_expired_packet_is_erased_with_its_manifest(cast):
    manifest = send(cast)

    erasure.erase_due_records(at=AT + timedelta(days=90))

    assert left(manifest.packet) == [0, 0, 0, 0]
    assert not Manifest.objects.exists()


def test_only_expired_wraps_are_deleted(cast):
    manifest, record = send(cast), write(cast.amal, cast.desk)

    assert erasure.delete_expired_wraps(at=manifest.expires - timedelta(seconds=1)) == 0
    assert erasure.delete_expired_wraps(at=manifest.expires) == 2
    assert left(record) == [1, 1, 0, 1]


# --- after a restore ----------------------------------------------------------------------------


def test_a_restored_record_is_deleted_again(cast):
    record, other = with_file(cast), with_file(cast)
    backup = Backup()
    erasure.erase_record(cast.amal.unlocked(), record, reason=erasure.PERSON_REASON, at=LATER)
    backup.restore()
    assert left(record) == [2, 2, 1, 1]

    assert replay() == 1
    assert left(record) == [0, 0, 0, 0]
    assert left(other) == [2, 2, 1, 1]
    assert replay() == 0


def test_a_restored_packet_is_withdrawn_again(cast):
    manifest, other = send(cast), send(cast)
    files.attach_file(manifest.packet, {}, CLEAN, at=AT)
    backup = Backup()
    packets.withdraw(cast.amal.unlocked(), manifest, at=LATER)
    backup.restore()
    assert packets.open_packet(cast.bela.unlocked(), manifest, cast.shelter, at=LATER) == SAID

    assert replay() == 1
    assert left(manifest.packet) == [0, 0, 0, 1]
    assert Manifest.objects.get(pk=manifest.pk).withdrawn_at == LATER
    with refused(RecordGone):
        packets.open_packet(cast.bela.unlocked(), manifest, cast.shelter, at=LATER)
    assert packets.open_packet(cast.bela.unlocked(), other, cast.shelter, at=LATER) == SAID
    assert replay() == 0


def test_restored_membership_is_ended_again(cast):
    record = write(cast.amal, cast.desk)
    backup = Backup()
    place = cast.amal.place(cast.desk)
    members.end_membership_and_access(cast.dana.scope, place, None, at=LATER)
    backup.restore()
    assert read(cast.amal, record).document == SAID

    assert replay() == 1

    place.refresh_from_db()
    assert (place.state, place.ended_at, place.end_reason) == (
        MembershipState.LEFT,
        LATER,
        "removed",
    )
    assert grants(cast.desk) == {(cast.sana.pk, 1)}
    with refused(KeyNotReady):
        read(cast.amal, record)
    assert replay() == 0


def test_the_key_that_a_restored_member_held_is_renewed(cast):
    record = write(cast.amal, cast.desk)
    backup = Backup()
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=LATER)
    backup.restore()
    replay()
    cast.desk.refresh_from_db()

    assert (cast.desk.state, rotation.is_renewal_due(cast.desk)) == (TeamState.ROTATION_DUE, True)
    assert rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=LATER).left == 0
    assert versions(cast.desk) == {1: KeyState.RETIRED, 2: KeyState.ACTIVE}
    assert read(cast.sana, record).document == SAID
    must_verify()


def test_a_renewal_that_was_under_way_in_the_backup_is_followed_by_another(cast):
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    Team.objects.filter(pk=cast.desk.pk).update(state=TeamState.ROTATION_DUE)
    backup = Backup()
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=LATER)
    backup.restore()
    replay()

    rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=LATER)
    cast.desk.refresh_from_db()
    assert versions(cast.desk) == {1: "retired", 2: "retired", 3: "active"}
    assert not rotation.is_renewal_due(cast.desk)


def test_credentials_of_a_restored_last_membership_are_deleted_again(cast):
    jonas = signing.make_person("jonas")
    place = signing.join(jonas.user, cast.desk, state=MembershipState.ACTIVE)
    wraps = list(UserWrap.objects.filter(user_key__user=jonas.user).order_by("pk"))
    backup = Backup()
    members.end_membership_and_access(cast.sana.scope, place, None, at=LATER)
    backup.restore()
    UserWrap.objects.bulk_create(wraps)

    replay()

    assert not UserWrap.objects.filter(user_key__user=jonas.user).exists()


def test_restored_team_is_retired_again(cast):
    record = write(cast.amal, cast.desk)
    backup = Backup()
    closures.retire_team(cast.dana.scope, cast.desk, at=LATER)
    backup.restore()
    assert read(cast.amal, record).document == SAID

    assert replay() == 3  # the team and two places

    cast.desk.refresh_from_db()
    assert (cast.desk.state, cast.desk.retired_at) == (TeamState.RETIRED, LATER)
    assert grants(cast.desk) == set()
    assert versions(cast.desk) == {1: KeyState.RETIRED}
    assert not RecoveryHalf.objects.filter(team_key__team=cast.desk).exists()
    assert not Membership.objects.live().filter(team=cast.desk).exists()
    assert replay() == 0


def test_restored_organisation_is_ended_again(cast):
    orgs.suspend_organisation(cast.olga.scope, cast.office, at=AT)
    backup = Backup()
    closures.leave_organisation(cast.olga.scope, cast.office, at=LATER)
    backup.restore()

    assert replay() == 5  # itself, its team and three places

    cast.office.refresh_from_db()
    assert (cast.office.state, cast.office.left_at) == (OrganisationState.LEFT, LATER)
    assert not Membership.objects.live().filter(organisation=cast.office).exists()
    assert grants(cast.shelter) == {(cast.bela.pk, 1), (cast.noor.pk, 1)}
    assert replay() == 0


def test_replayed_end_is_never_before_the_start_of_the_membership(cast):
    """Two clocks may differ: the table refuses an end before the beginning."""
    place = cast.amal.place(cast.desk)
    early = AT - timedelta(hours=1)
    ledger.append(ledger.Line("membership", str(place.pk), early.isoformat(), "removed"))

    assert replay() == 1
    place.refresh_from_db()
    assert place.ended_at == place.created


def test_ledger_lines_of_unknown_kinds_are_ignored(cast):
    ledger.append(ledger.Line("else", str(cast.desk.pk), AT.isoformat(), "x"))
    before = everything()

    assert replay() == 0
    assert everything() == before
