"""What a writer to the database brings back that was true before, and what each person sees."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from protect.audit import actions as audit
from protect.audit.rules import organisation_chain, sealed_state
from protect.vault.errors import (
    RecordDamaged,
    TeamKeyMismatch,
)
from protect.vault.integrity.record_states import sealed_state_of
from protect.vault.models import DekWrap, Sealed, TeamKey
from protect.vault.records import notes, records
from protect.vault.team_keys import rotation
from tests.vault.adversary.database_writer import see_all_rows
from tests.vault.cast import (
    AT,
    OTHER,
    SAID,
    note,
    read,
    write,
)
from tests.vault.traces import refused
from tests.vault.views.desk import Desk, words

CAST_IS_KEPT = True

pytestmark = pytest.mark.django_db


def test_record_that_was_turned_back_is_refused_and_named(cast, writer, capsys):
    record = note(cast.amal, cast.desk)
    records.save_record(cast.amal.unlocked(), record, OTHER, seen=1, at=AT)
    writer.turn_back(record)

    with refused(RecordDamaged):
        read(cast.amal, record)
    with refused(RecordDamaged):
        records.save_record(cast.amal.unlocked(), record, SAID, seen=1, at=AT)
    desk = Desk().let_in(cast.amal)
    answer, list_of_versions = (desk.get(f"/notes/{record.pk}{page}") for page in ("", "/versions"))
    see_all_rows()
    with pytest.raises(CommandError, match="records damaged: 1"):
        call_command("audit", "verify")

    assert (answer.status_code, list_of_versions.status_code) == (422, 422)
    assert "they are told on their desk, and by mail at most once an hour" in words(answer)
    assert f"note:{record.pk}: not the version that was saved last" in capsys.readouterr().out


def test_state_that_the_attacker_writes_into_the_audit_brings_no_older_version_back(cast, writer):
    record = note(cast.amal, cast.desk)
    first = Sealed.objects.get(record=record)
    records.save_record(cast.amal.unlocked(), record, OTHER, seen=1, at=AT)
    writer.turn_back(record)
    write_state(cast, record, sealed_state_of(record, first))

    with refused(RecordDamaged):
        read(cast.amal, record)


@pytest.mark.parametrize("is_put_back", [False, True], ids=["kept", "put_back"])
def test_version_with_two_texts_opens_in_neither(cast, writer, is_put_back):
    """A backup was restored and the version saved again: the earlier text is signed, too."""
    record, text, wrap = note(cast.amal, cast.desk), {}, {}
    with transaction.atomic():  # what the restored backup has undone
        records.save_record(cast.amal.unlocked(), record, OTHER, seen=1, at=AT)
        text = Sealed.objects.filter(record=record, version=2).values("ct").get()
        wrap = DekWrap.objects.filter(record=record, version=2).values("wrap", "origin").get()
        transaction.set_rollback(True)
    records.save_record(cast.amal.unlocked(), record, SAID, seen=1, at=AT)
    if is_put_back:
        Sealed.objects.filter(record=record, version=2).update(**text)
        DekWrap.objects.filter(record=record, version=2).update(**wrap)
    write_state(cast, record, sealed_state(2, cast.desk.pk.bytes + bytes(text["ct"])))

    with refused(RecordDamaged):
        read(cast.amal, record)
    with refused(RecordDamaged):
        records.save_record(cast.amal.unlocked(), record, SAID, seen=2, at=AT)
    page = Desk().let_in(cast.amal).get(f"/teams/{cast.desk.pk}/notes")
    assert notes.note_number(record) in words(page)


def write_state(cast, record, state: str) -> None:
    """Add to the chain of the organisation: the application may, and so may the attacker."""
    audit.record(
        at=AT,
        chain=organisation_chain(cast.office.pk),
        action="vault.save",
        actor=cast.amal.pk,
        organisation=cast.office.pk,
        target=f"note:{record.pk}",
        state=state,
    )


def test_record_that_was_erased_and_is_written_back_does_not_open(cast, writer):
    from protect.vault.records import erasure

    record = note(cast.amal, cast.desk)
    writer.copy_rows()
    erasure.erase_record(cast.amal.unlocked(), record, reason=erasure.PERSON_REASON, at=AT)
    kinds = (type(record), Sealed, DekWrap)
    for kind in kinds:
        for row in writer.copies:
            if isinstance(row, kind):
                writer.put_back(row)

    with refused(RecordDamaged):
        read(cast.amal, record)


def test_retired_key_that_is_written_back_seals_nothing(cast, writer, ledger_state):
    if ledger_state == "rebuilt":
        pytest.skip("that a version is retired is known from the ledger alone (ADR 40)")
    note(cast.amal, cast.desk)
    writer.copy_rows()
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    from protect.vault import enums
    from protect.vault.integrity import key_register

    key_register.register_retirement(
        enums.Owner.TEAM, cast.desk.pk, 1, at=AT
    )  # tests roll back: no commit tells it
    TeamKey.objects.filter(team=cast.desk, version=2).delete()
    for row in writer.copies:
        writer.put_back(row)

    with refused(TeamKeyMismatch):
        write(cast.sana, cast.desk)


def test_earlier_version_with_another_text_than_was_saved_does_not_open(cast, writer):
    """A text that the team sealed as version 2 once, and a restored backup has undone."""
    record = note(cast.amal, cast.desk)
    with transaction.atomic():
        records.save_record(cast.amal.unlocked(), record, OTHER, seen=1, at=AT)
        text = Sealed.objects.filter(record=record, version=2).values("ct").get()
        wrap = DekWrap.objects.filter(record=record, version=2).values("wrap", "origin").get()
        transaction.set_rollback(True)
    for seen in (1, 2):
        records.save_record(cast.amal.unlocked(), record, SAID, seen=seen, at=AT)
    assert records.read_version(cast.amal.unlocked(), record, 2).document == SAID

    Sealed.objects.filter(record=record, version=2).update(**text)
    DekWrap.objects.filter(record=record, version=2).update(**wrap)

    with refused(RecordDamaged):
        records.read_version(cast.amal.unlocked(), record, 2)
    assert read(cast.amal, record).document == SAID
