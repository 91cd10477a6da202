from typing import Any

from django.core.management.base import BaseCommand

from protect.kernel import clock
from protect.orgs import actions


class Command(BaseCommand):
    help = "Delete old sign-in failures and invitations; empty old accounts. Run once a day."

    def handle(self, **options: Any) -> None:
        for what, count in actions.forget_accounts(at=clock.now())._asdict().items():
            self.stdout.write(f"{what} forgotten: {count}")
