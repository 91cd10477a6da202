from typing import Any

from django.core.management.base import BaseCommand, CommandError

from protect.kernel import clock
from protect.trainings.nightly import run_nightly_steps


class Command(BaseCommand):
    """The nightly command: count trained people, mail follow-ups, delete old data."""

    help = "Run each night: count trained people, mail follow-ups, delete data past its retention."

    def handle(self, **options: Any) -> None:
        """Run all nightly steps. Errors: CommandError, if one failed; the others still run."""
        failed = run_nightly_steps(at=clock.now(), report=self.report_step)
        if failed:
            raise CommandError(
                f"failed steps: {', '.join(failed)}. The other steps are done. Read the log, "
                "then run the command again: every step is safe to repeat."
            )
        self.stdout.write("all nightly steps are done")

    def report_step(self, step: str, done: object) -> None:
        self.stderr.write(f"{step.replace('_', ' ')}: {'done' if done is None else done}")
