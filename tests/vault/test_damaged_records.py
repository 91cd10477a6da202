"""What a comparison of all records finds, and whose officers are told."""

from __future__ import annotations

from protect.audit import actions
from protect.audit.rules import PLATFORM, SEVERAL, org_chain, sealed_state
from protect.vault.actions import record_states
from protect.vault.models import Record
from tests.vault.cast import AT, LATER, MONTH, write
from tests.vault.recording import text_of
from tests.vault.test_record_states import state_of, target

CAST_IS_KEPT = True


def test_officers_of_the_organisation_that_saved_a_record_last_are_told(cast):
    record = write(cast.amal, cast.desk)
    alert = record_states.organisation_to_alert
    assert alert(target(record)) == cast.office.pk
    for chain, org, state in (
        (org_chain(cast.partner.pk), cast.partner.pk, sealed_state(2, b"later")),
        (PLATFORM, None, sealed_state(3, b"of nobody")),
        (org_chain(cast.other.pk), cast.other.pk, sealed_state(1, b"earlier")),
    ):
        actions.record(
            at=LATER,
            chain=chain,
            org=org,
            actor=None,
            action="a.b",
            target=target(record),
            state=state,
        )
    assert alert(target(record)) == cast.partner.pk


def test_of_a_record_that_nobody_saved_the_officers_of_its_team_are_told(cast):
    rows = [
        Record.objects.create(
            kind=kind, owner_team=team, version=1, retention=MONTH, created=AT, changed=AT
        )
        for kind, team in (("note", cast.shelter), ("note", cast.desk), ("inbound", cast.far))
    ]

    told = [record_states.organisation_to_alert(target(each)) for each in rows]

    assert told == [cast.partner.pk, cast.office.pk, cast.other.pk]
    assert record_states.organisation_to_alert(f"inbound:{rows[0].pk}") is None


def test_a_record_that_nobody_saved_has_no_state(cast):
    forged = Record.objects.create(
        kind="note", owner_team=cast.desk, version=1, retention=MONTH, created=AT, changed=AT
    )

    assert record_states.stored(forged).state is None


def test_a_version_that_was_saved_twice_is_damaged(cast):
    record = write(cast.amal, cast.desk)
    organisation = cast.desk.organisation_id
    again = {"actor": cast.amal.pk, "org": organisation, "chain": org_chain(organisation)}

    for _ in range(2):  # the same bytes once more: as after months of the audit were removed
        actions.record(
            at=LATER, action="a.b", target=target(record), state=state_of(record), **again
        )
    assert record_states.newest_states([record]) == {target(record): state_of(record)}
    assert record_states.stored(record).state == state_of(record)

    before = state_of(record)
    actions.record(
        at=LATER, action="a.b", target=target(record), state=sealed_state(1, b"other"), **again
    )

    assert record_states.newest_states([record]) == {target(record): SEVERAL}
    assert record_states.stored(record).state == SEVERAL
    assert list(record_states.damaged_records()) == [(target(record), "saved_twice")]
    assert before == record_states.state_of(record, text_of(record))
