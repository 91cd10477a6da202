from typing import Any

from django.core.management.base import BaseCommand

from protect.findhelp import exits
from protect.kernel import clock


class Command(BaseCommand):
    help = "Check each exit page of “Close”; the next one replaces a failing page. Run monthly."

    def handle(self, **options: Any) -> None:
        exits.check_exits(at=clock.now(), report=self.write_result)
        failed = exits.failed().intersection(exits.exit_pages_in_use())
        self.stdout.write(f"{len(exits.exit_pages_in_use())} pages, {len(failed)} failed")
        if without := exits.languages_without_working_exit():
            self.stdout.write(f"no target that opens: {', '.join(without)}")

    def write_result(self, url: str, check: exits.ExitPageCheck) -> None:
        size = "" if check.size_bytes is None else f", {check.size_bytes} bytes"
        self.stdout.write(f"{url}: {check.result}{size}")
