"""What a comparison of records finds, what its refusal says, and whose officers are told."""

from uuid import UUID

import pytest

from protect.audit import actions
from protect.audit.rules import AMBIGUOUS_STATE, PLATFORM, organisation_chain, sealed_state
from protect.vault.errors import RecordDamaged
from protect.vault.integrity import record_states
from protect.vault.models import Record
from tests.vault.cast import AT, LATER, MONTH, note, write
from tests.vault.recording import flipped, save, text_of
from tests.vault.test_record_states import state_of, target
from tests.vault.traces import refused

CAST_IS_KEPT = True


def note_in(chain: str, org: UUID | None, record: Record, state: str) -> None:
    about = {"target": target(record), "state": state}
    actions.record(at=LATER, chain=chain, organisation=org, actor=None, action="a.b", **about)


def test_organisation_that_saved_a_record_last_is_alerted(cast):
    record = write(cast.amal, cast.desk)
    alert = record_states.organisation_to_alert
    assert alert(target(record)) == cast.office.pk
    partner, other = (organisation_chain(each.pk) for each in (cast.partner, cast.other))
    note_in(partner, cast.partner.pk, record, sealed_state(2, b"later"))
    note_in(PLATFORM, None, record, sealed_state(3, b"of nobody"))
    note_in(other, cast.other.pk, record, sealed_state(1, b"earlier"))
    assert alert(target(record)) == cast.partner.pk

    note_in(other, cast.other.pk, record, sealed_state(4, b"last"))
    assert alert(target(record)) == cast.other.pk


@pytest.mark.parametrize("is_reversed", [False, True])
def test_first_organisation_by_chain_is_alerted_if_two_saved_the_same(cast, is_reversed):
    record = write(cast.amal, cast.desk)
    both = sorted((cast.partner.pk, cast.other.pk), key=organisation_chain)
    for organisation in reversed(both) if is_reversed else both:
        note_in(organisation_chain(organisation), organisation, record, sealed_state(2, b"sent"))

    assert record_states.organisation_to_alert(target(record)) == both[0]


def test_organisation_of_the_team_is_alerted_about_an_unsaved_record(cast):
    rows = [
        Record.objects.create(
            kind=kind, owner_team=team, version=1, retention=MONTH, created=AT, changed=AT
        )
        for kind, team in (("note", cast.shelter), ("note", cast.desk), ("inbound", cast.far))
    ]

    told = [record_states.organisation_to_alert(target(each)) for each in rows]

    assert told == [cast.partner.pk, cast.office.pk, cast.other.pk]
    assert record_states.organisation_to_alert(f"inbound:{rows[0].pk}") is None


def test_record_without_a_save_has_no_state(cast):
    forged = Record.objects.create(
        kind="note", owner_team=cast.desk, version=1, retention=MONTH, created=AT, changed=AT
    )

    assert record_states.load_with_state(forged).state is None


def test_a_version_that_was_saved_twice_is_damaged(cast):
    record = write(cast.amal, cast.desk)
    organisation = cast.desk.organisation_id
    again = {
        "actor": cast.amal.pk,
        "organisation": organisation,
        "chain": organisation_chain(organisation),
    }

    for _ in range(2):  # the same bytes once more: as after months of the audit were removed
        actions.record(
            at=LATER, action="a.b", target=target(record), state=state_of(record), **again
        )
    assert record_states.newest_states([record]) == {target(record): state_of(record)}
    assert record_states.load_with_state(record).state == state_of(record)

    before = state_of(record)
    actions.record(
        at=LATER, action="a.b", target=target(record), state=sealed_state(1, b"other"), **again
    )

    assert record_states.newest_states([record]) == {target(record): AMBIGUOUS_STATE}
    assert record_states.load_with_state(record).state == AMBIGUOUS_STATE
    assert list(record_states.find_damaged_records()) == [(target(record), "saved_twice")]
    assert before == record_states.sealed_state_of(record, text_of(record))


def saved_twice(cast) -> Record:
    """Return a note with two versions."""
    record = note(cast.amal, cast.desk)
    save(cast.amal, record)
    return Record.objects.get(pk=record.pk)


def test_earlier_text_in_the_audit_is_accepted(cast):
    record, other = saved_twice(cast), saved_twice(cast)

    for version in (1, 2):
        assert record_states.must_be_audited_text(record, text_of(record, version)) is None
        assert record_states.must_be_audited_text(other, text_of(other, version)) is None


@pytest.mark.parametrize("version", [1, 2])
def test_text_that_differs_from_the_audit_is_refused(cast, version):
    record = saved_twice(cast)
    text = text_of(record, version)
    text.ct = flipped(text.ct)

    facts = {"note": str(record.pk), "team": str(cast.desk.pk), "earlier": 1}
    with refused(RecordDamaged, target=target(record), **facts):
        record_states.must_be_audited_text(record, text)


def test_an_earlier_version_that_was_saved_with_two_texts_is_refused(cast):
    record = saved_twice(cast)
    note_in(organisation_chain(cast.office.pk), cast.office.pk, record, sealed_state(1, b"other"))

    with refused(RecordDamaged, target=target(record)):
        record_states.must_be_audited_text(record, text_of(record, 1))
    assert record_states.must_be_audited_text(record, text_of(record, 2)) is None


def test_an_earlier_version_whose_month_was_removed_from_the_audit_is_accepted(cast):
    """The audit knows of version 12 and not of 1: their numbers begin alike."""
    forged = Record.objects.create(
        kind="note", owner_team=cast.desk, version=12, retention=MONTH, created=AT, changed=AT
    )
    note_in(organisation_chain(cast.office.pk), cast.office.pk, forged, sealed_state(12, b"newest"))
    text = text_of(saved_twice(cast), 1)

    assert record_states.must_be_audited_text(forged, text) is None


def test_refusal_of_a_reverted_note_offers_no_earlier_version(cast):
    record = saved_twice(cast)

    with refused(RecordDamaged, target=target(record), earlier=0):
        record_states.must_be_newest_version(record, sealed_state(3, b"newer"))
