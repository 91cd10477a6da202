import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connection, transaction

from protect.audit import facts, rules
from protect.audit.actions import record
from protect.audit.models import Entry
from protect.kernel import clock
from tests.audit.writing import AT, CHAIN, SAFE_HOUSE
from tests.serving import PROTECT

ROOT = Path(__file__).resolve().parents[2]
WRITERS, EACH = 4, 15
SPELLED = {
    "at": AT,
    "chain": CHAIN,
    "action": "demo.step",
    "actor": None,
    "organisation": SAFE_HOUSE,
}
# What a second process does: each transaction writes once, and every third is taken back.
WRITE = """
import django, sys
django.setup()
from tests.audit.test_races import write_many
sys.stdin.readline()
write_many()
"""


def write_many() -> None:
    for number in range(EACH):
        with transaction.atomic():
            record(**SPELLED)
            transaction.set_rollback(number % 3 == 2)


def write_in_a_thread(start: threading.Barrier, failed: list[Exception]) -> None:
    try:
        start.wait()
        write_many()
    except Exception as error:  # noqa: BLE001 - a thread's failure is the test's
        failed.append(error)
    finally:
        connection.close()


@pytest.mark.postgres
def test_many_writers_leave_no_gap_and_no_fork(committed):
    start, failed = threading.Barrier(WRITERS), []
    threads = [
        threading.Thread(target=write_in_a_thread, args=(start, failed)) for _ in range(WRITERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = WRITERS * EACH * 2 // 3
    (found,) = facts.verify_chains(at=clock.now(), heads=facts.current_heads(at=AT))
    assert failed == []
    assert (found.broken, found.entries, found.last_n) == (None, kept, kept)


@pytest.mark.postgres
def test_check_finds_a_chain_whole_during_writes(committed):
    start, failed = threading.Barrier(2), []
    thread = threading.Thread(target=write_in_a_thread, args=(start, failed))
    thread.start()
    start.wait()
    found = []
    while thread.is_alive():
        found += facts.verify_chains(at=clock.now())
    thread.join()

    assert failed == []
    assert [each.broken for each in found] == [None] * len(found)


@pytest.mark.postgres
def test_a_writer_waits_for_the_one_before_it_and_continues_it(committed):
    done = threading.Event()

    def second() -> None:
        with transaction.atomic():
            record(**SPELLED, outcome="second")
        done.set()
        connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        record(**SPELLED, outcome="first")
        thread.start()
        is_waiting = not done.wait(0.3)
    thread.join()

    written = Entry.objects.order_by("n").values_list("n", "outcome")
    assert is_waiting
    assert list(written) == [(1, "first"), (2, "second")]


@pytest.mark.postgres
def test_writers_to_different_chains_do_not_wait(committed):
    def other() -> None:
        with transaction.atomic():
            record(**SPELLED | {"chain": rules.PLATFORM})
        connection.close()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        record(**SPELLED)
        thread.start()
        thread.join(timeout=20)

    assert not thread.is_alive()
    assert Entry.objects.count() == 2


@pytest.mark.skipif(connection.vendor != "sqlite", reason="two processes on one SQLite file")
def test_two_processes_on_one_file_leave_no_gap_and_no_fork(originals, tmp_path):
    environ = {
        **os.environ,
        "PROTECT_DATABASE_URL": originals.file("migrated", tmp_path / "demo.sqlite3"),
        "DJANGO_SETTINGS_MODULE": "protect.site.settings",
    }

    def protect(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(PROTECT), *arguments],
            env=environ,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE], env=environ, cwd=ROOT, stdin=subprocess.PIPE
        )
        for _ in range(2)
    ]
    for writer in writers:
        assert writer.stdin
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate()

    found = protect("audit", "verify")
    kept = 2 * EACH * 2 // 3
    assert [writer.returncode for writer in writers] == [0, 0]
    assert found.stdout == f"{CHAIN}: whole, {kept} entries, ends at {kept}\n"
    assert found.returncode == 0
