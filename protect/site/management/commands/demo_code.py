from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from protect.demo.keys import TOTP_SEED
from protect.kernel import clock
from protect.site.errors import SiteRefusal
from protect.vault.sessions.rules import TOTP_STEP_SECONDS
from protect.vault.sign_in.second_factors import totp_code_at


class Command(BaseCommand):
    help = "Print the six digits that an app of the demo's people shows now."
    requires_system_checks: list[str] = []  # needs no database

    def handle(self, **options: Any) -> None:
        if not settings.IS_DEMO:
            raise SiteRefusal("not_the_demo")
        at = clock.now()
        self.stdout.write(totp_code_at(TOTP_SEED, at))
        left = TOTP_STEP_SECONDS - int(at.timestamp()) % TOTP_STEP_SECONDS
        self.stderr.write(f"works once for each person; the next one comes in {left} seconds")
