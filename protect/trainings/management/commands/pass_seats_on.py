from typing import Any

from django.core.management.base import BaseCommand

from protect.kernel import clock
from protect.trainings.registrations.actions.decisions import expire_offers


class Command(BaseCommand):
    """A command for every ten minutes: end overdue offers of seats, and offer free seats."""

    help = "Run every 10 minutes: end overdue offers of seats, and offer free seats."

    def handle(self, **options: Any) -> None:
        """End overdue offers of seats, offer the free seats by mail, and print both numbers."""
        done = expire_offers(at=clock.now())
        self.stdout.write(f"expired offers: {done['lapsed']}, new offers: {done['offered']}")
