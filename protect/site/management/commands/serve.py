from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from protect.site.serving import serve


class Command(BaseCommand):
    help = "Serve the site on 127.0.0.1 with the production server."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=1, help="processes")

    def handle(self, *, port: int, workers: int, **options: Any) -> None:
        call_command("migrate", check_unapplied=True, verbosity=0)
        serve(port=port, workers=workers)
