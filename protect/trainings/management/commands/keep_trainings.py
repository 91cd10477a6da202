from typing import Any

from django.core.management.base import BaseCommand, CommandError

from protect.kernel import clock
from protect.trainings.nightly import keep


class Command(BaseCommand):
    help = "Count who was trained, remind, forget what is over. Each night."

    def handle(self, **options: Any) -> None:
        failed = keep(at=clock.now(), say=self.say)
        if failed:
            raise CommandError(
                f"not done: {', '.join(failed)}. The other steps are done. Look at what stands in "
                "the log, then run it once more: every step may run again."
            )
        self.stdout.write("trainings are kept")

    def say(self, step: str, done: object) -> None:
        self.stderr.write(f"{step.replace('_', ' ')}: {'done' if done is None else done}")
