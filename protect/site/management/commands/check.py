from typing import Any

from django.conf import settings
from django.core.management.commands import check
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection


class Command(check.Command):
    help = (
        "Name what keeps the site from starting, and live, where the database can be reached, "
        "what an operator must still do."
    )

    def handle(self, *app_labels: Any, **options: Any) -> None:
        if options["databases"] is None and not settings.IS_DEMO and self.is_db_reachable():
            options["databases"] = [DEFAULT_DB_ALIAS]
        super().handle(*app_labels, **options)

    def is_db_reachable(self) -> bool:
        """Return whether the database answers; if it does not, write this to stderr."""
        try:
            connection.ensure_connection()
        except OperationalError as error:
            name = type(error).__name__  # not the error's text: it may name hosts and users
            self.stderr.write(f"the database is away ({name}): what waits in it was not checked")
            return False
        return True
