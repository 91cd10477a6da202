from typing import Any

from django.core.management.base import BaseCommand

from protect.reference import actions


class Command(BaseCommand):
    help = "Load languages, countries, categories, areas and places. Safe to run again."

    def handle(self, **options: Any) -> None:
        actions.load_data(self.report)

    def report(self, loaded: actions.LoadResult) -> None:
        self.stdout.write(
            f"{loaded.table}: {loaded.added} added, {loaded.changed} changed, {loaded.same} same"
        )
