"""Rows that a writer to the database changes so that a text is missing, moved or another one."""

import pytest

from protect.kernel import refusals
from protect.orgs.actions.alarms import raise_new_alarm
from protect.orgs.alarms import organisations_named_for_team, unanswered_alarms
from protect.orgs.models import Team
from protect.uploads.clean_documents import CleanDocument
from protect.vault.errors import RecordDamaged, RecordGone
from protect.vault.formats import sealed, wraps
from protect.vault.formats.secrets import TeamPublicKey
from protect.vault.integrity import record_states
from protect.vault.models import DekWrap, Record, Sealed, SealedFile, TeamKey
from protect.vault.records import files, inbound, notes, records
from protect.vault.records.notes import NoteContent
from tests.audit import writing
from tests.vault.adversary.database_writer import see_all_rows
from tests.vault.cast import AT, LATER, MONTH, note, read
from tests.vault.traces import refused

CAST_IS_KEPT = True

pytestmark = pytest.mark.django_db
CLEAN = CleanDocument(content=b"Demo scan", media_type="application/pdf", name="Demo.pdf")
DETAIL = {"detail": "no nuts"}


def damaged() -> list[tuple[str, str]]:
    see_all_rows()
    return list(record_states.find_damaged_records())


def test_key_of_a_version_that_the_team_never_had_damages_one_note_alone(cast, writer):
    first, other = note(cast.amal, cast.desk), note(cast.amal, cast.desk)
    real = DekWrap.objects.get(record=first)
    real.pk, real.team_version = None, 999
    real.save(force_insert=True)

    with refused(RecordDamaged):
        read(cast.amal, first)
    page = records.scan_records(cast.amal.unlocked(), cast.desk, "note", bool, at=AT)
    assert ([each.record for each in page.opened], page.damaged) == ([other], [first.pk])


def test_deleted_file_of_a_note_is_damage_and_one_that_a_member_removed_is_gone(cast, writer):
    record = notes.write_note(cast.amal.unlocked(), cast.desk, NoteContent("Demo", "Demo"), at=AT)
    for _ in range(2):
        notes.add_note_file(cast.amal.unlocked(), record, CLEAN, at=AT)
    removed, deleted = SealedFile.objects.filter(record=record).order_by("pk")
    notes.remove_note_file(cast.amal.unlocked(), record, removed.pk, at=AT)
    SealedFile.objects.filter(pk=deleted.pk).delete()

    target = record.audit_target
    with refused(RecordDamaged, reference=files.file_number(deleted.pk), target=target):
        notes.read_note_file(cast.amal.unlocked(), record, deleted.pk, at=AT)
    with refused(RecordGone):
        notes.read_note_file(cast.amal.unlocked(), record, removed.pk, at=AT)


def test_note_that_was_moved_to_another_team_is_found_at_night(cast, writer):
    record = note(cast.amal, cast.desk)
    Record.objects.filter(pk=record.pk).update(owner_team=cast.far)

    assert damaged() == [(f"note:{record.pk}", "other_state")]


def test_other_words_in_place_of_a_visitors_are_not_shown_and_officers_learn_of_it(cast, writer):
    record = inbound.seal_inbound(cast.desk, DETAIL, retention=MONTH, at=AT)
    key, text = TeamKey.objects.get(team=cast.desk), Sealed.objects.get(record=record)
    bound = records.seal_context(record, text)
    ct, dek = sealed.seal({"detail": "nothing"}, bound)
    Sealed.objects.filter(pk=text.pk).update(ct=ct)
    wrap = wraps.wrap_dek(
        dek, TeamPublicKey(bytes(key.public)), records.wrap_context(record, 1, cast.desk.pk, 1)
    )
    DekWrap.objects.filter(record=record).update(wrap=wrap)

    with refusals.collect_refusals() as told:
        assert inbound.open_documents(cast.amal.unlocked(), cast.desk, [record.pk], at=AT) == {}
    assert [(each.code, each.facts["target"]) for each in told] == [
        ("record_damaged", f"inbound:{record.pk}")
    ]


def test_words_of_a_visitor_that_were_erased_and_put_back_are_not_shown(cast, writer):
    record = inbound.seal_inbound(cast.desk, DETAIL, retention=MONTH, at=AT)
    text, wrap = Sealed.objects.get(record=record), DekWrap.objects.get(record=record)
    inbound.erase_inbound(record.pk, reason="person", at=AT)
    see_all_rows()
    for row in (record, text, wrap):
        row.save(force_insert=True)

    assert inbound.open_documents(cast.amal.unlocked(), cast.desk, [record.pk], at=AT) == {}


def test_team_that_was_moved_to_another_organisation_alarms_its_own_officers_too(cast, writer):
    note(cast.amal, cast.desk)
    Team.objects.filter(pk=cast.desk.pk).update(organisation=cast.partner)

    assert set(organisations_named_for_team(cast.desk.pk)) == {cast.office.pk, cast.partner.pk}


def test_entry_without_an_organisation_silences_no_alarm_of_the_night(cast, writer):
    record = note(cast.amal, cast.desk)
    target = f"note:{record.pk}"
    writing.write(
        chain=f"org:{cast.office.pk}",
        organisation=None,
        target=target,
        action="audit.compare.missing",
        outcome=RecordDamaged.code,
        at=AT,
    )

    raise_new_alarm(cast.office.pk, target, RecordDamaged.code, "missing", at=LATER)

    (alarm,) = unanswered_alarms([cast.office.pk])
    assert (alarm.target, alarm.at) == (target, LATER)
