import signal
import time
import uuid
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection
from django.tasks import DEFAULT_TASK_BACKEND_ALIAS
from django_tasks_db.management.commands.db_worker import Worker

from protect.kernel import clock
from protect.notices import actions, delivery

ERASURE_INTERVAL = timedelta(hours=1)  # between erasures of old addresses and finished tasks
SLEEP_STEP = 0.2  # seconds: a signal waits at most this long while the worker sleeps


class Command(BaseCommand):
    help = (
        "Send waiting mail and run waiting tasks until stopped. Several may run at once. "
        "SIGTERM or Ctrl-C ends it after the current mail or task."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when nothing is due")
        parser.add_argument(
            "--poll", type=float, default=5.0, metavar="SECONDS", help="pause between two polls"
        )

    last_erased_at = datetime.min.replace(tzinfo=UTC)

    def handle(self, *, once: bool, poll: float, **options: Any) -> None:
        delivery.must_be_configured()
        self.tasks = build_task_worker()
        previous_handlers = [
            signal.signal(number, self.stop) for number in (signal.SIGTERM, signal.SIGINT)
        ]
        try:
            if once:
                self.run_once()
            else:
                self.run_until_stopped(poll)
        finally:
            for number, handler in zip(
                (signal.SIGTERM, signal.SIGINT), previous_handlers, strict=True
            ):
                signal.signal(number, handler)
        self.stdout.write("stopped" if self.is_stopped() else "nothing is due")

    def stop(self, number: int, frame: object) -> None:
        self.tasks.running = False

    def is_stopped(self) -> bool:
        return not self.tasks.running

    def run_until_stopped(self, poll: float) -> None:
        while not self.is_stopped():
            try:
                self.run_once()
            except (OperationalError, InterfaceError) as error:
                # Never the text of the error: it may name hosts and users.
                self.stderr.write(f"the database is away ({type(error).__name__}), trying again")
                connection.close()
            self.sleep_until_next_poll(poll)

    def run_once(self) -> None:
        self.send_due_mails()
        self.tasks.run()
        self.send_due_mails()
        self.erase_expired_data()

    def send_due_mails(self) -> None:
        still_due = 1
        while still_due and not self.is_stopped():
            at = clock.now()
            result = actions.send_due_mails(at=at, can_continue=lambda: not self.is_stopped())
            still_due = result.still_due
            if result.sent or result.failed:
                self.stdout.write(f"sent {result.sent}, failed {result.failed}, left {still_due}")

    def erase_expired_data(self) -> None:
        """Erase old addresses of mails and finished tasks, once in ERASURE_INTERVAL."""
        at = clock.now()
        if at - self.last_erased_at >= ERASURE_INTERVAL:
            actions.erase_old_addresses(at=at)
            actions.delete_finished_tasks(at=at)
            self.last_erased_at = at

    def sleep_until_next_poll(self, poll: float) -> None:
        for _ in range(max(1, round(poll / SLEEP_STEP))):
            if self.is_stopped():
                return
            time.sleep(SLEEP_STEP)


def build_task_worker() -> Worker:
    return Worker(
        queue_names=["*"],
        interval=1,
        batch=True,
        backend_name=DEFAULT_TASK_BACKEND_ALIAS,
        startup_delay=False,
        max_tasks=None,
        worker_id=uuid.uuid4().hex,
        excluded_queue_names=[],
    )
