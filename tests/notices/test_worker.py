import os
import signal
import threading
from collections.abc import Callable, Iterator
from io import StringIO

import psycopg
import pytest
from django.core.management import call_command
from django.tasks import task_backends

from protect.notices import tasks
from tests.notices.outbox import ENDS_WITHIN_S, Outbox, end
from tests.notices.server import MailServer
from tests.refusals import refuses


@pytest.fixture(scope="module")
def migrated(own_database: Callable[[str, str], str]) -> Iterator[Outbox]:
    outbox = Outbox(own_database("migrated", "mail"))
    yield outbox
    outbox.programs.close()


@pytest.fixture
def outbox(migrated: Outbox, listening: MailServer) -> Outbox:
    """An empty outbox whose workers know the mail server."""
    migrated.empty()
    migrated.use(listening.port)
    return migrated


def arrived(server: MailServer) -> threading.Event:
    """Return what is set as soon as the next mail has come."""
    event = threading.Event()
    server.on_mail = event.set
    return event


def test_one_run_sends_due_mail_and_runs_waiting_tasks(outbox, listening):
    outbox.post(2)

    assert outbox.run("worker", "--once") == "sent 2, failed 0, left 0\nnothing is due"

    assert listening.addresses() == ["a0@example.org", "a1@example.org"]
    ran = outbox.sql("SELECT status FROM django_tasks_database_dbtaskresult")
    assert ran == [("SUCCESSFUL",), ("SUCCESSFUL",)]


def test_two_workers_at_once_send_every_mail_once(outbox, listening):
    outbox.post(30)
    listening.mood = "waits for two"

    ended = [end(worker) for worker in [outbox.start("--once"), outbox.start("--once")]]

    assert [code for code, _, _ in ended] == [0, 0]
    assert listening.two_at_once.is_set()
    assert sorted(listening.addresses()) == sorted(f"a{n}@example.org" for n in range(30))
    assert outbox.count("sent_at IS NULL") == 0


@pytest.mark.by_hand
def test_mail_of_a_killed_worker_is_sent_again_after_the_lease(outbox, listening):
    outbox.post(1)
    worker = outbox.start("--once")
    listening.on_mail = worker.kill  # sent, and not yet marked
    assert end(worker)[0] == -signal.SIGKILL
    listening.on_mail = lambda: None

    assert outbox.run("worker", "--once") == "nothing is due"
    assert len(listening.received) == 1

    outbox.sql("UPDATE notices_outgoing SET leased_until = created")
    outbox.run("worker", "--once")
    first, second = listening.received
    assert first["Message-ID"] == second["Message-ID"]
    assert outbox.count("sent_at IS NOT NULL AND tries = 2") == 1


def test_stopped_worker_finishes_the_current_mail(outbox, listening):
    outbox.post(3)
    worker = outbox.start()
    listening.on_mail = lambda: os.kill(worker.pid, signal.SIGTERM)

    code, said, _ = end(worker)

    assert code == 0
    assert said == "sent 1, failed 0, left 2\nstopped\n"
    assert len(listening.received) == 1
    assert outbox.count("sent_at IS NOT NULL") == 1
    assert outbox.count("tries = 0 AND leased_until IS NULL") == 2


def test_sleeping_worker_stops_at_once(outbox, listening):
    outbox.post(1)
    worker = outbox.start("--poll", "3600")
    assert worker.stdout.readline() == "sent 1, failed 0, left 0\n"

    worker.terminate()

    assert end(worker)[:2] == (0, "stopped\n")


@pytest.mark.postgres
def test_worker_survives_a_database_restart(outbox, listening):
    outbox.post(1)
    is_first_there = arrived(listening)
    worker = outbox.start("--poll", "0.2")
    assert is_first_there.wait(ENDS_WITHIN_S)

    is_second_there = arrived(listening)
    with psycopg.connect(outbox.environ["PROTECT_DATABASE_URL"]) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    outbox.post(1)

    assert is_second_there.wait(ENDS_WITHIN_S)
    worker.terminate()
    assert end(worker)[0] == 0
    assert listening.addresses() == ["a0@example.org", "a0@example.org"]


def test_sending_task_sends_due_mail(post, server):
    row = post()

    tasks.wake.call()

    row.refresh_from_db()
    assert row.tries == 1
    assert server.addresses() == ["amal@example.org"]


def test_the_task_can_be_queued():
    task_backends["default"].validate_task(tasks.wake)

    assert tasks.wake.module_path == "protect.notices.tasks.wake"


def test_a_worker_without_a_mail_server_does_not_start_live(post, settings):
    row = post()
    settings.MAILERS, settings.IS_DEMO = {}, False

    with refuses("mail_not_set"):
        call_command("worker", "--once", stdout=StringIO())

    row.refresh_from_db()
    assert row.tries == 0
