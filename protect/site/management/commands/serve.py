from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from protect.kernel import clock
from protect.orgs import actions as orgs
from protect.site.server.run import must_be_migrated, serve
from protect.vault.server_keys import tokens


class Command(BaseCommand):
    help = "Serve the site on 127.0.0.1 with the production server."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=1, help="processes")

    def handle(self, *, port: int, workers: int, **options: Any) -> None:
        """Check the database, mark it as live except in the demo, delete old salts, then serve."""
        must_be_migrated()
        orgs.must_match_mode()
        orgs.mark_as_live(at=clock.now())
        tokens.delete_old_salts(at=clock.now())
        connection.close()  # before the server makes processes
        serve(port=port, workers=workers)
