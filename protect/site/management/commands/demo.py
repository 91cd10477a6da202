from __future__ import annotations

import os
import sqlite3
from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from protect.site.errors import NotTheDemo
from protect.site.serving import ADDRESS, serve

STARTER = settings.BASE_DIR / "protect/directory/data/services/services.csv"
TRY = """
  Find help      http://127.0.0.1:{port}/
                 no cookies, no script needed; try “Close”, then your browser's Back button
  One question   protect match --need legal --place "Liège" --country BE --language ar
  The same       curl -s http://127.0.0.1:{port}/match -H 'Content-Type: application/json' \\
                      -d '{{"needs": ["legal"], "place": {{"country": "BE", "name": "Liège"}}}}'

  Numbers are real but nobody has called them yet: the demo shows them as “not checked yet”.
  Stop with Ctrl+C.
"""


class Command(BaseCommand):
    help = "Build the demo's database where it is missing or old, and serve it."
    requires_system_checks: list[str] = []  # they open the database: made once it stands

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--build-only", action="store_true")

    def handle(self, *, port: int, build_only: bool, **options: Any) -> None:
        if not settings.IS_DEMO:
            raise NotTheDemo
        call_command("messages", "compile", verbosity=0)
        self.prepare()
        self.check()
        if build_only:
            return
        self.stdout.write(TRY.format(port=port))
        self.stdout.flush()
        connection.close()
        lead_here(port)
        serve(port=port)

    def prepare(self) -> None:
        """Bring the database up to date; a new one is built beside its name and then renamed."""
        name = connection.settings_dict["NAME"]
        if connection.vendor != "sqlite" or is_built(name):
            self.fill()
            return
        final, building = Path(name), Path(f"{name}.building")
        final.parent.mkdir(parents=True, exist_ok=True)
        for leftover in final.parent.glob(f"{building.name}*"):  # of an interrupted run
            leftover.unlink()
        connection.settings_dict["NAME"] = str(building)
        try:
            self.fill()
        finally:
            connection.close()
            connection.settings_dict["NAME"] = name
        for journal in ("-wal", "-shm"):  # of a file that was here before: not of the new one
            final.with_name(f"{final.name}{journal}").unlink(missing_ok=True)
        building.rename(final)

    def fill(self) -> None:
        for step, *arguments in (("migrate",), ("load_data",), ("import_services", str(STARTER))):
            self.stderr.write(f"{step.replace('_', ' ')} …")
            call_command(step, *arguments, verbosity=0, stdout=self.stderr)


def lead_here(port: int) -> None:
    """Let QR codes lead to this demo, unless its operator said where to.

    A worker inherits the settings where it is forked, and reads the variable where it is spawned.
    """
    if not os.environ.get("PROTECT_PUBLIC_URL"):
        os.environ["PROTECT_PUBLIC_URL"] = f"http://{ADDRESS}:{port}"
        settings.PUBLIC_URL = os.environ["PROTECT_PUBLIC_URL"]


def is_built(name: str) -> bool:
    """Return whether a file holds a whole demo: whatever opens it first leaves an empty one."""
    if not Path(name).exists():
        return False
    with closing(sqlite3.connect(name)) as file:
        found = file.execute("SELECT 1 FROM sqlite_master WHERE name = 'directory_service'")
        return found.fetchone() is not None
