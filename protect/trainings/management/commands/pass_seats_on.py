from typing import Any

from django.core.management.base import BaseCommand

from protect.kernel import clock
from protect.trainings.registrations.actions.decisions import pass_on


class Command(BaseCommand):
    help = "Let offers of seats lapse whose time is over, and offer what is free. Every 10 minutes."

    def handle(self, **options: Any) -> None:
        done = pass_on(at=clock.now())
        self.stdout.write(f"lapsed {done['lapsed']}, offered {done['offered']}")
