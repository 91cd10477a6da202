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

HOUR = timedelta(hours=1)
STEP = 0.2  # seconds: how long a signal waits while the worker rests


class Command(BaseCommand):
    help = (
        "Send waiting mail and run waiting tasks until stopped. Several may run at once. "
        "SIGTERM or Ctrl-C ends it after the mail or task in hand."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when nothing is due")
        parser.add_argument(
            "--poll", type=float, default=5.0, metavar="SECONDS", help="between two looks"
        )

    tidied_at = datetime.min.replace(tzinfo=UTC)

    def handle(self, *, once: bool, poll: float, **options: Any) -> None:
        delivery.must_be_configured()
        self.tasks = queue()
        before = [signal.signal(number, self.stop) for number in (signal.SIGTERM, signal.SIGINT)]
        try:
            if once:
                self.work()
            else:
                self.serve(poll)
        finally:
            for number, handler in zip((signal.SIGTERM, signal.SIGINT), before, strict=True):
                signal.signal(number, handler)
        self.stdout.write("stopped" if self.is_stopped() else "nothing is due")

    def stop(self, number: int, frame: object) -> None:
        self.tasks.running = False

    def is_stopped(self) -> bool:
        return not self.tasks.running

    def serve(self, poll: float) -> None:
        while not self.is_stopped():
            try:
                self.work()
            except (OperationalError, InterfaceError) as error:
                # Never the text of the error: it may name hosts and users.
                self.stderr.write(f"the database is away ({type(error).__name__}), trying again")
                connection.close()
            self.rest(poll)

    def work(self) -> None:
        self.sweep()
        self.tasks.run()
        self.sweep()
        self.tidy()

    def sweep(self) -> None:
        left = 1
        while left and not self.is_stopped():
            swept = actions.sweep(at=clock.now(), may_go_on=lambda: not self.is_stopped())
            left = swept.left
            if swept.sent or swept.failed:
                self.stdout.write(f"sent {swept.sent}, failed {swept.failed}, left {left}")

    def tidy(self) -> None:
        at = clock.now()
        if at - self.tidied_at >= HOUR:
            actions.forget_sent(at=at)
            actions.forget_tasks(at=at)
            self.tidied_at = at

    def rest(self, poll: float) -> None:
        for _ in range(max(1, round(poll / STEP))):
            if self.is_stopped():
                return
            time.sleep(STEP)


def queue() -> Worker:
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
