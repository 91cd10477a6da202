"""`protect coordination remind`: due actions and steps, and people who were away from a meeting."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from protect.coordination.adaptations.step_reminders import remind_of_steps
from protect.coordination.minutes.reminders import send_reminders
from protect.kernel import clock


class Command(BaseCommand):
    help = "Remind members of working groups, and services of their steps. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        steps.add_parser(
            "remind", help="mail owners of due actions and steps, and members who were away"
        )

    def handle(self, **options: Any) -> None:
        sent = send_reminders(at=clock.now())
        self.stdout.write(f"reminded of actions: {sent.actions}")
        self.stdout.write(f"told of minutes: {sent.away}")
        self.stdout.write(f"reminded of steps: {remind_of_steps(at=clock.now())}")
