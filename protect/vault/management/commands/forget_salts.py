from typing import Any

from django.core.management.base import BaseCommand

from protect.kernel import clock
from protect.vault.server_keys import tokens


class Command(BaseCommand):
    help = "Delete the salts of tokens that can no longer be opened. Run it once a day."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"salts destroyed: {tokens.delete_old_salts(at=clock.now())}")
