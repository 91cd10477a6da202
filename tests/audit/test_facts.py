from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from protect.audit import facts, rules
from protect.audit.enums import Fault
from protect.audit.facts import ChainBreak, ChainCheck
from protect.audit.models import Chain, Entry
from protect.audit.rules import Head
from protect.kernel import clock
from protect.orgs.models import User
from tests.audit.tampering import tamper
from tests.audit.writing import AT, CHAIN, SAFE_HOUSE, write

pytestmark = pytest.mark.django_db

CELA = UUID("cccccccc-0000-4000-8000-000000000001")
COLUMNS = [
    ("at", "at", AT.replace(microsecond=123457)),
    ("actor_id", "actor", CELA),
    ("actor_id", "actor", None),
    ("organisation", "organisation", CELA),
    ("organisation", "organisation", None),
    ("action", "action", "orgs.invitf"),
    ("target", "target", f"team:{UUID(int=3)}"),
    ("target", "target", ""),
    ("consent", "consent", UUID(int=98)),
    ("consent", "consent", None),
    ("outcome", "outcome", "dond"),
    ("hash", "hash", b"x" * 32),
]


def check_only_chain(heads: list[Head] | None = None) -> ChainCheck:
    """Return what is found in the one chain there is."""
    (found,) = facts.verify_chains(at=clock.now(), heads=heads or [])
    return found


def broken(heads: list[Head] | None = None) -> ChainBreak | None:
    return check_only_chain(heads).broken


def set_column(column: str, field: str, value: Any) -> None:
    """Write into the third entry as Django would spell it."""
    raw = Entry._meta.get_field(field).get_db_prep_save(value, connection)
    tamper(f"UPDATE audit_entry SET {column} = %s WHERE n = 3", raw)


def test_an_untouched_chain_is_whole(five):
    assert check_only_chain() == ChainCheck(CHAIN, entries=5, last_n=5)


@pytest.mark.parametrize(("column", "field", "value"), COLUMNS, ids=str)
def test_changed_column_is_reported_with_its_entry(five, column, field, value):
    User.objects.create(id=CELA, email="chidi@demo.example")

    set_column(column, field, value)

    assert broken() == ChainBreak(3, Fault.CONTENT)


def test_a_changed_reason_is_named(five):
    write(action=f"{rules.ALARM_ANSWER_PREFIX}record_damaged", reason="a disk was replaced")
    assert broken() is None

    tamper("UPDATE audit_entry SET reason = 'another cause' WHERE n = 6")

    assert broken() == ChainBreak(6, Fault.CONTENT)


def test_a_changed_link_is_named(five):
    set_column("prev_hash", "prev_hash", b"x" * 32)

    assert broken() == ChainBreak(3, Fault.LINK)


@pytest.mark.parametrize(
    ("condition", "n", "fault"),
    [
        ("n = 3", 4, Fault.GAP),
        ("n IN (2, 3, 4)", 5, Fault.GAP),
        ("n = 1", 2, Fault.ANCHOR),
        ("n = 5", 4, Fault.END),
        ("n > 0", 5, Fault.ANCHOR),
    ],
)
def test_removed_entry_is_reported(five, condition, n, fault):
    tamper(f"DELETE FROM audit_entry WHERE {condition}")

    assert broken() == ChainBreak(n, fault)


def test_swapped_entries_are_reported(five):
    for one, other in ((3, 99), (2, 3), (99, 2)):
        tamper("UPDATE audit_entry SET n = %s WHERE n = %s", other, one)

    assert broken() == ChainBreak(2, Fault.LINK)


def test_an_entry_moved_to_another_chain_is_named(five):
    write(chain=rules.PLATFORM)

    tamper("UPDATE audit_entry SET chain_id = %s, n = 2 WHERE n = 5", rules.PLATFORM)

    found = {each.chain: each.broken for each in facts.verify_chains(at=clock.now())}
    assert found == {CHAIN: ChainBreak(4, Fault.END), rules.PLATFORM: ChainBreak(2, Fault.LINK)}


def test_entry_added_after_the_end_is_reported(five):
    noted = Chain.objects.get()

    write()
    tamper("UPDATE audit_chain SET last_n = 5, last_hash = %s", bytes(noted.last_hash))

    assert broken() == ChainBreak(6, Fault.END)


def test_a_head_that_names_another_hash_is_named(five):
    tamper("UPDATE audit_chain SET last_hash = %s", b"x" * 32)

    assert broken() == ChainBreak(5, Fault.END)


def cut_back(n: int) -> None:
    """Take the end of the chain away and give it a head that fits."""
    last = Entry.objects.get(n=n)
    tamper("DELETE FROM audit_entry WHERE n > %s", n)
    tamper("UPDATE audit_chain SET last_n = %s, last_hash = %s", n, bytes(last.hash))


def test_chain_cut_with_its_head_fails_only_against_earlier_heads(five):
    noted = facts.current_heads(at=AT)

    cut_back(3)

    assert broken() is None
    assert broken(noted) == ChainBreak(5, Fault.SHORT)


def test_chain_cut_and_continued_fails_against_earlier_heads(five):
    noted = facts.current_heads(at=AT)

    cut_back(3)
    for _ in range(4):
        write()

    assert broken() is None
    assert broken(noted) == ChainBreak(5, Fault.FORKED)


def test_deleted_chain_fails_against_earlier_heads(five):
    noted = facts.current_heads(at=AT)

    tamper("DELETE FROM audit_entry")
    tamper("DELETE FROM audit_chain")

    assert list(facts.verify_chains(at=clock.now())) == []
    assert check_only_chain(noted) == ChainCheck(CHAIN, 0, 0, broken=ChainBreak(5, Fault.SHORT))


def test_earlier_heads_match_a_longer_chain(five):
    first = facts.current_heads(at=AT)
    write()
    noted = [*first, *facts.current_heads(at=AT)]
    write()

    assert check_only_chain(noted) == ChainCheck(CHAIN, entries=7, last_n=7, heads=2)


def test_heads_name_the_last_entry_of_each_chain(five):
    last = write(chain=rules.PLATFORM)

    noted = facts.current_heads(at=AT)

    assert noted == [
        Head("2026-11-25T10:30:00Z", CHAIN, five[-1].hash.hex(), 5),
        Head("2026-11-25T10:30:00Z", rules.PLATFORM, last.hash.hex(), 1),
    ]


def test_forged_checkpoint_over_recent_entries_is_reported(five):
    tamper(
        "INSERT INTO audit_checkpoint (chain_id, n, hash, month) VALUES (%s, 2, %s, %s)",
        CHAIN,
        five[1].hash,
        date(2026, 11, 1),
    )
    tamper("DELETE FROM audit_entry WHERE n < 3")

    assert broken() == ChainBreak(2, Fault.EARLY)


def test_recent_entries_under_a_checkpoint_of_an_old_month_fail_against_earlier_heads(five):
    noted = Head("2026-11-25T10:31:00Z", CHAIN, five[1].hash.hex(), 2)
    tamper(
        "INSERT INTO audit_checkpoint (chain_id, n, hash, month) VALUES (%s, 3, %s, '2020-01-01')",
        CHAIN,
        five[2].hash,
    )
    tamper("DELETE FROM audit_entry WHERE n < 4")

    assert broken() is None
    assert broken([noted]) == ChainBreak(3, Fault.EARLY)


def test_progress_is_reported_at_intervals(five, monkeypatch):
    monkeypatch.setattr(facts, "PROGRESS_INTERVAL", 2)
    heard: list[tuple[str, int]] = []

    list(facts.verify_chains(at=clock.now(), report_progress=lambda *said: heard.append(said)))

    assert heard == [(CHAIN, 2), (CHAIN, 4)]


def test_a_history_is_read_newest_first_page_by_page(five):
    target = f"team:{UUID(int=1)}"
    again = write(target=target)
    write(chain=rules.PLATFORM, target=target)

    history = Entry.objects.of_organisation(SAFE_HOUSE)
    page = list(history.page(size=4))

    assert [entry.n for entry in page] == [6, 5, 4, 3]
    assert [entry.n for entry in history.page(before=page[-1].n, size=4)] == [2, 1]
    assert [entry.n for entry in history.of_target(target).newest_first()] == [again.n, 2]
    assert Entry.objects.of_target(target).count() == 3
    assert not Entry.objects.of_organisation(uuid4()).exists()
