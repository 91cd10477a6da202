"""A server answers from its file at once, and is brought up to date in threads of its own."""

import logging
import os
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import timedelta
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client

from protect.matching import published
from protect.matching.engine import files
from protect.matching.services import store
from protect.matching.services.records import Rows
from protect.matching.snapshots import served, storage
from protect.matching.snapshots.current import Snapshot
from protect.matching.snapshots.served import NoSnapshot, ServedSnapshot
from tests.directory.demo import TUESDAY
from tests.matching.test_current import broken, rename

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(settings, tmp_path, monkeypatch):
    settings.SNAPSHOT_FOLDER = str(tmp_path)
    # The transaction of the test is on the connection of its thread.
    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(served, "close_old_connections", lambda: None)
    monkeypatch.setattr(served, "FIRST_WAIT_SECONDS", 0)
    return storage.snapshot_path()


@pytest.fixture
def written(demo_services, path):
    """Write the file of a server that has stopped since."""
    before = ServedSnapshot(path)
    assert before.refresh()
    before.write(path)
    return path


def started(path):
    server = ServedSnapshot(path)
    server.load(path)
    return server


def name_of(server, service):
    return server.get().row_with_short(service.short).name


def test_a_file_answers_without_a_database_and_then_shows_what_changed_since(
    written, demo_services, monkeypatch
):
    service = demo_services["talk-canary"]
    rename(service, "Demo Renamed")
    with monkeypatch.context() as patch:
        patch.setattr(store, "version", broken)
        server = started(written)
        assert name_of(server, service) == "Demo Island Talk"
        assert not server.refresh()

    assert server.refresh()

    assert name_of(server, service) == "Demo Renamed"


def test_only_changed_services_are_read_again(written, demo_services, monkeypatch):
    rename(demo_services["talk-canary"], "Demo Renamed")
    asked, read = [], store.read
    monkeypatch.setattr(store, "read", lambda ids: read(asked.append(list(ids)) or asked[-1]))

    started(written).refresh()

    assert asked == [[demo_services["talk-canary"].pk]]


def test_a_restored_database_of_the_same_version_is_noticed(written, demo_services):
    service = demo_services["talk-canary"]
    type(service).objects.filter(pk=service.pk).update(
        name="Demo Restored", last_modified=TUESDAY - timedelta(days=9)
    )
    server = started(written)

    server.refresh()

    assert name_of(server, service) == "Demo Restored"


def test_a_withdrawn_service_leaves_the_answers_and_the_file(written, demo_services):
    service = demo_services["talk-canary"]
    type(service).objects.filter(pk=service.pk).update(status="withdrawn")
    rename(service, "Demo Gone")
    server = started(written)

    server.refresh()
    server.write(written)

    assert server.get().row_with_short(service.short) is None
    assert b"Demo Island Talk" not in written.read_bytes()


def test_without_a_file_there_is_no_snapshot_until_it_is_built(demo_services, path):
    server = started(path)
    with pytest.raises(NoSnapshot):
        server.get()

    server.refresh()

    assert server.get().engine.rows


def test_a_bad_file_is_logged_removed_and_rebuilt(written, demo_services, caplog):
    os.truncate(written, 100)

    server = started(written)

    assert "cut off" in caplog.text
    assert not written.exists()
    server.refresh()
    server.write(written)
    assert started(written).get().engine.rows


def test_a_file_of_another_secret_is_not_used(written, settings, caplog):
    settings.SECRET_KEY = "another secret, long enough for this test"

    with pytest.raises(NoSnapshot):
        started(written).get()
    assert "another key" in caplog.text


def test_a_snapshot_file_of_other_code_is_not_read(written, monkeypatch):
    monkeypatch.setattr(storage, "_code_digest", lambda: "0" * 16)

    assert storage.snapshot_path() != written
    assert not storage.snapshot_path().exists()


def test_a_damaged_record_raises_and_the_snapshot_is_rebuilt(written, demo_services):
    server = started(written)
    with written.open("r+b") as file:
        file.seek(files.HEAD.size + files.TAG_SIZE)
        file.write(bytes(2000))
    with pytest.raises(OperationalError):
        list(server.get().engine.rows)

    server.refresh()

    assert len(list(server.get().engine.rows)) == len(list(store.read(None)))
    assert not written.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_is_logged(demo_services, path, caplog):
    path.parent.chmod(0o500)
    check_that_writing_fails(path, caplog)
    path.parent.chmod(0o700)


def test_a_folder_that_is_missing_is_logged(demo_services, path, caplog):
    path.parent.rmdir()
    check_that_writing_fails(path, caplog)


def check_that_writing_fails(path, caplog):
    server = ServedSnapshot(path)
    server.refresh()

    server.write(path)

    assert "the snapshot file is not written" in caplog.text
    assert server.get().engine.rows


def test_only_one_of_two_writers_writes_the_file(demo_services, path, monkeypatch):
    servers = [ServedSnapshot(path), ServedSnapshot(path)]
    for server in servers:
        server.refresh()
    calls, write, has_refused = [], files.write, Event()

    def write_after_the_other(*given):
        calls.append(given)
        assert has_refused.wait(10)
        return write(*given)

    monkeypatch.setattr(files, "write", write_after_the_other)

    with ThreadPoolExecutor(2) as threads:
        tasks = [threads.submit(server.write, path) for server in servers]
        wait(tasks, timeout=10, return_when=FIRST_COMPLETED)
        assert not path.exists()
        has_refused.set()

    assert len(calls) == 1
    assert started(path).get().engine.rows


def test_the_command_rewrites_a_file_of_the_same_version(written, capsys):
    before = written.stat().st_ino

    call_command("write_snapshot")

    assert capsys.readouterr().out == f"wrote {len(started(written).get().engine.rows)} services\n"
    assert written.stat().st_ino != before


def test_while_another_process_writes_the_command_refuses_and_the_old_file_stays(written):
    before = written.read_bytes()

    with storage._lock(written.with_name("snapshot.lock")) as is_ours:
        assert is_ours
        with pytest.raises(CommandError, match="another process is writing"):
            call_command("write_snapshot")

    assert written.read_bytes() == before
    assert sorted(path.suffix for path in written.parent.iterdir()) == [".lock", ".snapshot"]


def test_a_file_that_cannot_be_written_leaves_the_old_one(written, monkeypatch):
    before = written.read_bytes()

    def fail(*_given):
        raise OSError("no space left")

    monkeypatch.setattr(files, "_body", fail)
    with pytest.raises(CommandError, match="no space left"):
        call_command("write_snapshot")

    assert written.read_bytes() == before
    assert sorted(path.suffix for path in written.parent.iterdir()) == [".lock", ".snapshot"]


def test_without_a_folder_the_command_refuses(path, settings):
    settings.SNAPSHOT_FOLDER = ""

    with pytest.raises(CommandError, match="PROTECT_SNAPSHOT_FOLDER"):
        call_command("write_snapshot")

    assert list(path.parent.iterdir()) == []


def test_after_a_write_the_server_reads_rows_from_the_file(demo_services, path):
    server = ServedSnapshot(path)
    server.refresh()
    before = list(server.get().engine.rows)

    server.write(path)

    assert isinstance(server.get().engine.rows, Rows)
    assert list(server.get().engine.rows) == before


def test_a_question_waits_for_no_long_refresh(written, demo_services, monkeypatch):
    server = started(written)
    rename(demo_services["talk-canary"], "Demo Renamed")
    begun = []
    server._is_refresh_idle.set()
    # The refresh begins but never ends.
    monkeypatch.setattr(server._is_refresh_requested, "set", lambda: begun.append(1))

    assert name_of(server, demo_services["talk-canary"]) == "Demo Island Talk"
    assert begun == [1]


def test_a_fault_in_a_refresh_does_not_end_the_thread(written, monkeypatch, caplog):
    server = started(written)
    before = server.get()
    monkeypatch.setattr(Snapshot, "refreshed", lambda *_: 1 / 0)

    assert not server.refresh()
    assert server.get() is before
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


@pytest.fixture
def client():
    return Client(headers={"host": "127.0.0.1"}, raise_request_exception=False)


def test_the_address_for_load_balancers(written, client, monkeypatch):
    server = ServedSnapshot(written)
    monkeypatch.setattr(published, "CURRENT", server)
    before = client.get("/ready")
    server.load(written)

    after = client.get("/ready")

    assert (before.status_code, before.content) == (503, b"not ready\n")
    assert before.headers["Retry-After"].isdigit()
    version = server.get().engine.version
    assert (after.status_code, after.content) == (200, f"ready {version}\n".encode())


def test_pages_give_emergency_numbers_while_there_is_no_snapshot(written, client, monkeypatch):
    monkeypatch.setattr(published, "CURRENT", ServedSnapshot(written))

    front = client.get("/en")
    results = client.get("/en/ns8wfx-gk")

    assert front.status_code == 200
    assert results.status_code == 503
    assert b"112" in results.content
