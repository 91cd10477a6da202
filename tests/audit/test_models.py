from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from protect.audit.models import Chain, Checkpoint, Entry
from protect.audit.rules import ERASED_STATE, sealed_state
from tests.audit.tampering import fetch, run
from tests.audit.writing import AT, CHAIN, write

pytestmark = pytest.mark.django_db


def rows() -> list[tuple[object, ...]]:
    return [
        row
        for table, key in (("audit_entry", "n"), ("audit_chain", "name"), ("audit_checkpoint", "n"))
        for row in fetch(f"SELECT * FROM {table} ORDER BY {key}")
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET outcome = 'done' WHERE n = 3",
        "UPDATE audit_entry SET n = 7 WHERE n = 5",
        "DELETE FROM audit_entry WHERE n = 3",
        "DELETE FROM audit_entry",
        "INSERT INTO audit_entry SELECT * FROM audit_entry WHERE n = 5",
        "UPDATE audit_chain SET last_n = 4",
        "UPDATE audit_chain SET last_n = 6",
        "UPDATE audit_chain SET last_hash = (SELECT hash FROM audit_entry WHERE n = 4)",
        "DELETE FROM audit_chain",
    ],
)
def test_entries_cannot_be_changed_or_deleted(five, statement):
    before = rows()

    with pytest.raises(IntegrityError), transaction.atomic():
        run(statement)

    assert rows() == before


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["audit_entry", "audit_chain", "audit_checkpoint"])
def test_tables_cannot_be_truncated(five, table):
    run("SET CONSTRAINTS ALL IMMEDIATE")
    before = rows()

    if table == "audit_checkpoint":  # nothing was removed yet: nothing to keep
        run(f"TRUNCATE {table}")
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            run(f"TRUNCATE {table} CASCADE")

    assert rows() == before


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own way to overwrite a row")
def test_a_row_is_not_replaced_by_an_insertion(five):
    before = rows()

    with pytest.raises(IntegrityError), transaction.atomic():
        run("INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE n = 3")

    assert rows() == before


@pytest.mark.parametrize("changes", [{"n": 7}, {"n": 5}, {"n": 6, "prev_hash": b"x" * 32}])
def test_an_entry_follows_the_last_one_and_no_other(five, changes):
    last = five[-1]
    given = {"chain_id": CHAIN, "at": AT, "action": "demo.step", "hash": b"h" * 32}
    entry = Entry(**given | {"n": 6, "prev_hash": last.hash} | changes)

    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save(force_insert=True)

    assert Entry.objects.count() == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "Invited Amal"},
        {"action": ""},
        {"outcome": "because she asked"},
        {"target": "amal@demo.example"},
        {"target": "team:Demo Safe House"},
        {"target": f"team:{uuid4()} Amal"},
        {"chain": "orgs"},
        {"chain": "org:demo"},
    ],
)
def test_only_codes_can_be_written(changes):
    with pytest.raises(IntegrityError), transaction.atomic():
        write(**changes)

    assert not Entry.objects.exists()
    assert not Chain.objects.exists()


TARGET = f"case:{uuid4()}"
STATE = sealed_state(1, b"sealed")


@pytest.mark.parametrize(
    "state",
    [
        "",
        "Demo Person",
        "goner",
        " gone",
        STATE.upper(),
        STATE[1:],
        STATE[:-1],
        f"{STATE}0",
        f"0{STATE}",
        STATE.replace(":", " "),
        "1:" + STATE.partition(":")[2],
    ],
)
def test_state_is_a_version_with_a_hash_or_erased(state):
    with pytest.raises(IntegrityError), transaction.atomic():
        write(target=TARGET, state=state)

    assert not Entry.objects.exists()


@pytest.mark.parametrize("state", [None, STATE, ERASED_STATE])
def test_a_state_is_kept_as_it_was_written(state):
    write(target=TARGET, state=state)

    assert Entry.objects.get().state == state


def test_newest_state_of_a_target_is_that_of_its_newest_version():
    other = f"note:{uuid4()}"
    for target, state in (
        (TARGET, sealed_state(9, b"nine")),
        (other, sealed_state(1, b"one")),
        (TARGET, sealed_state(10, b"ten")),
        (TARGET, None),
        (f"case:{uuid4()}", None),
        (other, ERASED_STATE),
    ):
        write(target=target, state=state)

    assert Entry.objects.newest_states() == {TARGET: sealed_state(10, b"ten"), other: ERASED_STATE}
    assert Entry.objects.of_target(other).newest_states() == {other: ERASED_STATE}
    assert Entry.objects.filter(n=4).newest_states() == {}


@pytest.mark.parametrize(
    ("n", "month"),
    [(5, date(2026, 11, 1)), (5, date(2026, 11, 25)), (9, date(2020, 1, 1))],
)
def test_checkpoint_of_a_recent_month_or_missing_entry_is_rejected(five, n, month):
    with pytest.raises(IntegrityError), transaction.atomic():
        Checkpoint.objects.create(chain_id=CHAIN, n=n, hash=five[-1].hash, month=month)

    assert not Checkpoint.objects.exists()


def test_checkpoint_of_an_old_month_permits_no_removal_of_recent_entries(five):
    Checkpoint.objects.create(chain_id=CHAIN, n=5, hash=five[-1].hash, month=date(2020, 1, 1))

    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.all().delete()

    assert Entry.objects.count() == 5


def test_a_checkpoint_stays_as_it_is(five):
    Checkpoint.objects.create(chain_id=CHAIN, n=5, hash=five[-1].hash, month=date(2020, 1, 1))

    for statement in ("DELETE FROM audit_checkpoint", "UPDATE audit_checkpoint SET n = 4"):
        with pytest.raises(IntegrityError), transaction.atomic():
            run(statement)

    assert Checkpoint.objects.get().n == 5


def test_a_chain_begins_empty():
    with pytest.raises(IntegrityError), transaction.atomic():
        Chain.objects.create(name="platform", last_n=3)

    assert not Chain.objects.exists()


def test_text_of_rows_names_no_person(five):
    checkpoint = Checkpoint(chain_id="platform", n=2)

    assert str(five[0]) == f"entry 1 of {CHAIN}"
    assert str(five[0].chain) == CHAIN
    assert str(checkpoint) == "checkpoint 2 of platform"
