from typing import Any

from django.core.management.base import BaseCommand, CommandError

from protect.directory.changes import keep_true
from protect.kernel import clock


class Command(BaseCommand):
    help = "Refresh the queue, count how true the directory is, forget what is over. Each night."

    def handle(self, **options: Any) -> None:
        failed = keep_true(at=clock.now(), say=self.say)
        if failed:
            raise CommandError(
                f"not done: {', '.join(failed)}. The other steps are done. Look at what stands in "
                "the log, then run it once more: every step may run again."
            )
        self.stdout.write("the directory is kept true")

    def say(self, step: str, done: object) -> None:
        self.stderr.write(f"{step.replace('_', ' ')}: {'done' if done is None else done}")
