from typing import Any

from django.core.management.base import BaseCommand, CommandError

from protect.directory.changes import run_nightly_steps
from protect.kernel import clock


class Command(BaseCommand):
    help = "Refresh the check queue, store health figures, delete expired data. Run it nightly."

    def handle(self, **options: Any) -> None:
        failed = run_nightly_steps(at=clock.now(), say=self.write_step_result)
        if failed:
            raise CommandError(
                f"not done: {', '.join(failed)}. The other steps are done. Read the log, "
                "correct the cause, then run the command again: every step may be repeated."
            )
        self.stdout.write("all nightly steps of the directory are done")

    def write_step_result(self, step: str, result: object) -> None:
        self.stderr.write(f"{step.replace('_', ' ')}: {'done' if result is None else result}")
