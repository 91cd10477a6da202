from typing import Any

from django.core.management.base import BaseCommand

from protect.findhelp import exit_checks, exits
from protect.kernel import clock


class Command(BaseCommand):
    help = "Open each page that “Close” may lead to; one that fails yields to the next. Monthly."

    def handle(self, **options: Any) -> None:
        exit_checks.check_exits(at=clock.now(), say=self.say)
        failed = exits.failed().intersection(exits.in_use())
        self.stdout.write(f"{len(exits.in_use())} pages, {len(failed)} failed")
        if without := exits.without_way_out():
            self.stdout.write(f"no target that opens: {', '.join(without)}")

    def say(self, url: str, opened: exit_checks.Opened) -> None:
        size = "" if opened.bytes is None else f", {opened.bytes} bytes"
        self.stdout.write(f"{url}: {opened.result}{size}")
