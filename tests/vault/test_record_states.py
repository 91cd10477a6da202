"""Whether every record is what was saved last, compared without a key."""

from uuid import UUID

import pytest

from protect.audit.models import Entry
from protect.audit.rules import AMBIGUOUS_STATE, ERASED_STATE, organisation_chain, sealed_state
from protect.orgs.models import Team
from protect.referrals import packets
from protect.vault import expiry
from protect.vault.errors import RecordDamaged, RecordGone
from protect.vault.integrity import ledger, record_states
from protect.vault.models import DekWrap, Record, Sealed
from protect.vault.records import erasure, inbound, records
from tests.audit import writing
from tests.vault.cast import AT, LATER, MONTH, OTHER, must_verify, note, read, write
from tests.vault.recording import damage, flipped, save, text_of
from tests.vault.sending import renew, send
from tests.vault.traces import refused

CAST_IS_KEPT = True


def damaged() -> list[tuple[str, str]]:
    return list(record_states.find_damaged_records())


def target(record: Record) -> str:
    return record.audit_target


def state_of(record: Record) -> str | None:
    return Entry.objects.of_target(target(record)).newest_states().get(target(record))


def state_said(record: Record, version: int) -> str:
    return record_states.sealed_state_of(record, text_of(record, version))


def bring_back(record: Record, version: int) -> None:
    for model in (Sealed, DekWrap):
        model.objects.filter(record=record, version__gt=version).delete()
    Record.objects.filter(pk=record.pk).update(version=version)


def test_a_record_is_named_by_its_kind_and_id(cast):
    record = note(cast.amal, cast.desk)

    assert target(record) == f"note:{record.pk}"


# --- each way in which bytes come and go leaves their state ---------------------------------------


def test_sealing_and_saving_leave_the_state_of_the_newest_version(cast):
    record = write(cast.amal, cast.desk)
    assert state_of(record) == state_said(record, 1)

    save(cast.sana, record)

    assert state_of(record) == state_said(record, 2)
    assert damaged() == []
    must_verify()


def test_an_inbound_message_leaves_its_state(cast):
    record = inbound.seal_inbound(cast.desk, {"text": "Demo"}, retention=MONTH, at=AT)

    assert state_of(record) == state_said(record, 1)
    assert damaged() == []


def test_a_packet_leaves_its_state_and_its_withdrawal_ends_it(cast):
    manifest = send(cast).manifest
    packet = manifest.packet
    assert state_of(packet) == state_said(packet, 1)
    assert damaged() == []

    packets.withdraw(cast.amal.unlocked(), manifest, at=LATER)

    for organisation in (cast.office, cast.partner):
        ended = Entry.objects.of_organisation(organisation.pk).of_target(target(packet))
        assert ended.newest_states() == {target(packet): ERASED_STATE}
    assert damaged() == []


def test_an_inbound_message_that_is_erased_leaves_that_it_is_gone(cast):
    record = inbound.seal_inbound(cast.desk, {"text": "Demo"}, retention=MONTH, at=AT)

    inbound.erase_inbound(record.pk, reason=erasure.PERSON_REASON, at=LATER)

    assert state_of(record) == ERASED_STATE
    assert damaged() == []


@pytest.mark.parametrize("reason", [erasure.PERSON_REASON, erasure.RETENTION_REASON])
def test_erasing_leaves_that_the_record_is_gone(cast, reason):
    record = write(cast.amal, cast.desk)
    by = cast.amal.unlocked() if reason == erasure.PERSON_REASON else None

    erasure.erase_record(by, record, reason=reason, at=LATER)

    assert Entry.objects.of_target(target(record)).newest_states() == {target(record): ERASED_STATE}
    assert damaged() == []


def test_opening_and_searching_leave_no_state(cast):
    record = write(cast.amal, cast.desk)
    before = state_of(record)
    read(cast.amal, record)
    records.scan_records(cast.amal.unlocked(), cast.desk, "case", bool, at=AT)

    assert Entry.objects.filter(action__in=("vault.open", "vault.scan"), state=None).count() == 2
    assert state_of(record) == before


def test_rotation_changes_no_state(cast):
    record = write(cast.amal, cast.desk)
    before = state_of(record)

    renew(cast.sana, cast.desk)

    assert state_of(record) == before
    assert damaged() == []


# --- what a writer to the database has done -------------------------------------------------------


def test_an_older_version_in_the_place_of_the_newest_is_named(cast):
    record, other = write(cast.amal, cast.desk), write(cast.amal, cast.desk)
    save(cast.amal, record)
    bring_back(record, 1)

    assert damaged() == [(target(record), "other_state")]
    assert read(cast.amal, other).version == 1


def test_changed_bytes_are_named(cast):
    record = write(cast.amal, cast.desk)
    damage(text_of(record), "ct", flipped(text_of(record).ct, 40))

    assert damaged() == [(target(record), "other_state")]


def test_a_number_without_its_text_is_named(cast):
    record = write(cast.amal, cast.desk)
    Record.objects.filter(pk=record.pk).update(version=2)

    assert damaged() == [(target(record), "other_state")]


def test_a_record_that_is_gone_and_that_nobody_erased_is_named(cast):
    record = write(cast.amal, cast.desk)
    Record.objects.filter(pk=record.pk).delete()

    assert damaged() == [(target(record), "missing")]


def test_an_erased_record_that_was_put_back_is_named(cast):
    record = write(cast.amal, cast.desk)
    row, text = Record.objects.get(pk=record.pk), text_of(record)
    erasure.erase_record(cast.amal.unlocked(), record, reason=erasure.PERSON_REASON, at=LATER)
    row.save(force_insert=True)
    text.save(force_insert=True)

    assert damaged() == [(target(record), "other_state")]
    with refused(RecordDamaged):
        records.open_version(cast.amal.unlocked(), row, 1, at=LATER)


def test_a_record_that_nobody_saved_is_named(cast):
    forged = Record.objects.create(
        kind="case", owner_team=cast.desk, version=1, retention=MONTH, created=AT, changed=AT
    )
    Sealed.objects.create(record=forged, version=1, schema=1, created=AT, ct=b"\1" * 300)

    assert damaged() == [(target(forged), "unknown")]


def test_the_text_of_the_newest_version_is_compared_wherever_its_row_stands(cast):
    record = write(cast.amal, cast.desk)
    save(cast.amal, record)
    for version, pk in ((1, UUID(int=1)), (2, UUID(int=2**128 - 1))):
        Sealed.objects.filter(record=record, version=version).update(id=pk)

    assert damaged() == []


def test_a_record_under_another_kind_is_named_twice(cast):
    record = write(cast.amal, cast.desk)
    Record.objects.filter(pk=record.pk).update(kind="note")

    assert damaged() == [(f"case:{record.pk}", "missing"), (f"note:{record.pk}", "unknown")]


def test_every_fault_is_named_in_the_order_of_the_targets(cast):
    made = [write(cast.amal, cast.desk) for _ in range(4)]
    for record in made[:3]:
        Record.objects.filter(pk=record.pk).delete()

    assert damaged() == sorted((target(record), "missing") for record in made[:3])


# --- what must not be named -----------------------------------------------------------------------


def test_what_a_restore_erased_again_is_not_named(cast):
    """The backup brought record and audit back from before the erasure; the ledger named it."""
    record = write(cast.amal, cast.desk)
    line = ledger.Line("record", str(record.pk), LATER.isoformat(), erasure.PERSON_REASON)

    assert expiry.replay_after_restore([line], at=LATER) == 1

    assert not Record.objects.filter(pk=record.pk).exists()
    assert damaged() == []


def test_what_a_crash_interrupted_and_the_night_finished_is_not_named(cast):
    record = write(cast.amal, cast.desk)
    ledger.append(ledger.Line("record", str(record.pk), AT.isoformat(), erasure.PERSON_REASON))

    assert expiry.run_due_erasures(at=LATER)["finished"] == 1

    assert not Record.objects.filter(pk=record.pk).exists()
    assert damaged() == []


# --- the checks of one record ---------------------------------------------------------------------


def test_a_record_is_read_with_its_newest_state(cast):
    record = write(cast.amal, cast.desk)
    save(cast.amal, record)

    found = record_states.load_with_state(record)

    assert found == (record, state_said(record, 2))
    assert found.record.version == 2
    erasure.erase_record(cast.amal.unlocked(), record, reason=erasure.PERSON_REASON, at=LATER)
    with pytest.raises(RecordGone):
        record_states.load_with_state(found.record)


def test_the_newest_version_is_accepted_and_any_other_refused(cast):
    record = write(cast.amal, cast.desk)
    save(cast.amal, record)
    record, state = record_states.load_with_state(record)

    record_states.must_be_newest_version(record, state)
    for wrong in (None, ERASED_STATE, sealed_state(1, b""), sealed_state(20, b"")):
        with refused(RecordDamaged, reference=str(record.pk)):
            record_states.must_be_newest_version(record, wrong)


def test_a_text_is_in_the_state_of_its_version_and_bytes(cast):
    record = write(cast.amal, cast.desk)
    save(cast.amal, record)
    record.refresh_from_db()
    first, second, state = text_of(record, 1), text_of(record, 2), state_of(record)

    assert record_states.matches_state(record, second, state)
    assert not record_states.matches_state(record, first, state_said(record, 1))
    for other in (None, "", ERASED_STATE, AMBIGUOUS_STATE, "0000000002:" + "0" * 64):
        assert not record_states.matches_state(record, second, other)
    second.ct = flipped(second.ct)
    assert not record_states.matches_state(record, second, state)


def test_the_states_of_some_records_are_those_and_no_others(cast):
    first, second = write(cast.amal, cast.desk), write(cast.amal, cast.desk)
    save(cast.amal, second)

    assert record_states.newest_states([second]) == {target(second): state_of(second)}
    assert record_states.newest_states([]) == {}
    both = record_states.newest_states([second, first])
    assert both == {target(each): state_of(each) for each in (first, second)}


def test_a_record_that_was_moved_to_another_team_is_damaged(cast):
    record = write(cast.amal, cast.desk)
    Record.objects.filter(pk=record.pk).update(owner_team=cast.far)
    moved = Record.objects.get(pk=record.pk)

    stored = record_states.load_with_state(moved)
    assert not record_states.matches_state(moved, text_of(moved, 1), stored.state)
    assert damaged() == [(target(record), "other_state")]


def test_a_team_that_was_moved_to_another_organisation_takes_no_older_text_along(cast):
    """The organisation of a team is only a row: its chain decides nothing about a record."""
    record = write(cast.amal, cast.desk)
    first = state_of(record)
    save(cast.amal, record)
    Team.objects.filter(pk=cast.desk.pk).update(organisation=cast.other)
    chain, org = organisation_chain(cast.other.pk), cast.other.pk
    writing.write(chain=chain, organisation=org, target=target(record), state=first, at=AT)
    bring_back(record, 1)

    with refused(RecordDamaged, reference=str(record.pk)):
        read(cast.amal, Record.objects.get(pk=record.pk))
    scanned = records.scan_records(cast.amal.unlocked(), cast.desk, "case", bool, at=AT)
    assert (scanned.opened, scanned.damaged) == ([], [record.pk])


# --- who saves while somebody reads ---------------------------------------------------------------


@pytest.fixture
def meanwhile(monkeypatch):
    """Let something happen right after a function of `record_states` or `records` was called."""

    def patch(module, name, act):
        original = getattr(module, name)

        def call(*args, **fields):
            found = original(*args, **fields)
            monkeypatch.setattr(module, name, original)
            act()
            return found

        monkeypatch.setattr(module, name, call)

    return patch


def test_what_is_saved_during_a_comparison_is_not_named(cast, meanwhile):
    saved, erased = write(cast.amal, cast.desk), write(cast.amal, cast.desk)

    def act():
        save(cast.sana, saved)
        erasure.erase_record(cast.amal.unlocked(), erased, reason=erasure.PERSON_REASON, at=LATER)
        write(cast.amal, cast.desk)

    meanwhile(record_states.Entry.objects.none().__class__, "newest_states", act)

    assert damaged() == []


def test_what_nobody_saved_and_is_gone_meanwhile_is_not_named(cast, meanwhile):
    forged = Record.objects.create(
        kind="case", owner_team=cast.desk, version=1, retention=MONTH, created=AT, changed=AT
    )
    meanwhile(record_states, "_newest_state", forged.delete)

    assert damaged() == []


def test_a_search_finds_what_is_saved_meanwhile(cast, meanwhile):
    record = write(cast.amal, cast.desk)
    meanwhile(records, "_wrap_rows", lambda: save(cast.sana, record))

    scanned = records.scan_records(cast.amal.unlocked(), cast.desk, "case", bool, at=AT)

    (found,) = scanned.opened
    assert (found.version, found.document) == (2, OTHER)


def test_a_record_that_is_erased_while_it_is_read_is_gone(cast, meanwhile):
    record = write(cast.amal, cast.desk)

    def erase():
        erasure.erase_record(cast.amal.unlocked(), record, reason=erasure.PERSON_REASON, at=LATER)

    meanwhile(record_states, "load_with_state", erase)

    with pytest.raises(RecordGone):
        read(cast.amal, record)


def test_a_record_that_is_saved_while_it_is_read_is_read_as_it_was(cast, meanwhile):
    record = write(cast.amal, cast.desk)
    meanwhile(record_states, "load_with_state", lambda: save(cast.sana, record))

    assert read(cast.amal, record).version == 1
