from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection

from protect.audit.models import Entry
from protect.vault.enums import Kind
from protect.vault.errors import (
    KeyNotReady,
    RecordGone,
)
from protect.vault.formats import sealed
from protect.vault.models import Record, Sealed
from protect.vault.records import records
from protect.vault.team_keys import members, rotation
from tests.orgs.traces import recorded
from tests.vault.cast import (
    AT,
    LATER,
    MONTH,
    OTHER,
    SAID,
    entries,
    must_verify,
    note,
    read,
    write,
)
from tests.vault.recording import damage, flipped, save, text_of
from tests.vault.traces import everything, refused

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


def test_rows_contain_no_written_text(cast):
    record = write(cast.amal, cast.desk)
    save(cast.amal, record, {**SAID, "more": "PLANTED-TOO"})
    read(cast.amal, record)
    kept = []
    for model in apps.get_models():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            if model._meta.app_label in {"vault", "audit", "notices", "orgs"}:
                values = [value for row in cursor.fetchall() for value in row]
                kept += [bytes(v) if isinstance(v, memoryview) else v for v in values]

    assert "PLANTED" not in repr(kept)
    assert len(kept) > 50


def test_each_action_and_each_scan_leaves_one_entry(cast):
    before = len(recorded())
    record = write(cast.amal, cast.desk)
    write(cast.amal, cast.desk)
    save(cast.amal, record)
    read(cast.sana, record)
    records.scan_records(cast.sana.unlocked(), cast.desk, "case", bool, at=LATER)

    assert len(recorded()) == before + 5
    counts = {each: entries(each) for each in ("seal", "save", "open", "scan")}
    assert counts == {"seal": 2, "save": 1, "open": 1, "scan": 1}
    opened = Entry.objects.get(action="vault.open")
    assert (opened.actor_id, opened.target, opened.organisation) == (
        cast.sana.pk,
        f"case:{record.pk}",
        cast.office.pk,
    )
    must_verify()


def test_reading_changes_nothing_but_the_audit(cast):
    record = write(cast.amal, cast.desk)
    before = everything()

    read(cast.amal, record)

    after = everything()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"Entry", "Chain"}


def test_a_scan_finds_what_is_wanted_the_newest_change_first(cast):
    first, second, third = (
        write(cast.amal, cast.desk, {"n": number, "is_open": number != 1}) for number in range(3)
    )
    records.save_record(cast.sana.unlocked(), first, {"n": 9, "is_open": True}, seen=1, at=LATER)
    write(cast.bela, cast.shelter, {"n": 7, "is_open": True})
    note(cast.amal, cast.desk)

    found = records.scan_records(
        cast.amal.unlocked(), cast.desk, "case", lambda said: said["is_open"], at=LATER
    )

    assert [(opened.record.pk, opened.document["n"]) for opened in found.opened] == [
        (first.pk, 9),
        (third.pk, 2),
    ]
    assert second.pk not in {opened.record.pk for opened in found.opened}


def test_a_scan_leaves_out_what_is_damaged(cast):
    whole, torn, bare = (write(cast.amal, cast.desk, {"n": number}) for number in range(3))
    damage(text_of(torn), "ct", flipped(text_of(torn).ct))
    Sealed.objects.filter(record=bare).delete()

    found = records.scan_records(cast.amal.unlocked(), cast.desk, "case", bool, at=LATER)

    assert [opened.record.pk for opened in found.opened] == [whole.pk]
    assert set(found.damaged) == {torn.pk, bare.pk}


def test_scan_needs_a_fixed_number_of_queries(cast, django_assert_max_num_queries):
    for number in range(20):
        write(cast.amal, cast.desk, {"n": number})
    unlocked = cast.amal.unlocked()

    with django_assert_max_num_queries(15):
        assert len(records.scan_records(unlocked, cast.desk, "case", bool, at=LATER).opened) == 20


def test_a_page_of_a_list_opens_its_own_rows_and_no_others(cast, monkeypatch):
    made = [write(cast.amal, cast.desk, {"n": number}) for number in range(5)]
    for number, record in enumerate(made):
        Record.objects.filter(pk=record.pk).update(changed=AT + timedelta(minutes=number))
    for record in (made[0], made[3]):
        damage(text_of(record), "ct", flipped(text_of(record).ct))
    unsealed = []
    unseal = sealed.unseal
    monkeypatch.setattr(sealed, "unseal", lambda *said: unsealed.append(1) or unseal(*said))

    found = records.scan_records(
        cast.amal.unlocked(), cast.desk, "case", bool, at=LATER, page_slice=slice(1, 4)
    )

    assert [opened.document["n"] for opened in found.opened] == [2, 1]
    assert found.damaged == [made[3].pk]
    assert len(unsealed) == 2
    assert entries("scan") == 1


class Meanwhile:
    """Does something, once, just before somebody's query of a table."""

    def __init__(self, table, deed) -> None:
        self.table, self.deed, self.is_done = table, deed, False

    def __call__(self, execute, sql, params, many, context):
        if f'FROM "{self.table}"' in sql and not self.is_done:
            self.is_done = True
            self.deed()
        return execute(sql, params, many, context)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda unlocked, record: records.open_record(unlocked, record, at=LATER).document,
        lambda unlocked, record: (
            records.scan_records(unlocked, record.owner_team, "case", bool, at=LATER)
            .opened[0]
            .document
        ),
    ],
)
def test_key_retired_between_two_queries_does_not_fail_reading(cast, attempt):
    record = write(cast.amal, cast.desk)
    sana, amal = cast.sana.unlocked(), cast.amal.unlocked()
    rotation.begin_renewal(sana, cast.desk, at=LATER)
    sana.team_secret(cast.desk.pk, 1), sana.team_secret(cast.desk.pk, 2)
    retire = Meanwhile(
        "vault_teamgrant", lambda: rotation.continue_renewal(sana, cast.desk, at=LATER)
    )

    with connection.execute_wrapper(retire):
        assert attempt(amal, record) == SAID
    assert retire.is_done


@pytest.mark.parametrize("table", ["vault_record", "vault_sealed", "vault_dekwrap"])
def test_a_scan_misses_no_record_that_is_saved_meanwhile(cast, table):
    record, other = write(cast.amal, cast.desk), write(cast.amal, cast.desk)
    amal, sana = cast.amal.unlocked(), cast.sana.unlocked()
    saving = Meanwhile(table, lambda: records.save_record(sana, record, OTHER, seen=1, at=LATER))

    with connection.execute_wrapper(saving):
        found = records.scan_records(amal, cast.desk, "case", bool, at=LATER)

    assert saving.is_done
    assert {opened.record.pk: opened.document for opened in found.opened} == {
        record.pk: OTHER,
        other.pk: SAID,
    }
    assert all(opened.record.version == opened.version for opened in found.opened)


@pytest.mark.parametrize("table", ["vault_sealed", "vault_dekwrap"])
def test_a_scan_goes_on_when_a_record_is_erased_meanwhile(cast, table):
    record, other = write(cast.amal, cast.desk), write(cast.amal, cast.desk)
    erasing = Meanwhile(table, Record.objects.filter(pk=record.pk).delete)

    with connection.execute_wrapper(erasing):
        found = records.scan_records(cast.amal.unlocked(), cast.desk, "case", bool, at=LATER)

    assert [opened.record.pk for opened in found.opened] == [other.pk]
    assert found.damaged == []


def test_user_without_a_grant_is_refused_after_one_retry(cast):
    record = write(cast.amal, cast.desk)
    members.remove_access_of_user(cast.amal.pk, actor=None, at=AT)

    with refused(KeyNotReady):
        read(cast.amal, record)


def test_unknown_record_is_gone(cast):
    ghost = Record(pk=uuid4(), kind=Kind.NOTE, owner_team=cast.desk, retention=MONTH)

    with refused(RecordGone):
        read(cast.amal, ghost)
