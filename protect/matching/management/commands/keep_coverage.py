from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from protect.kernel import clock
from protect.matching.coverage.store import store_figures
from protect.reference import vocabulary


class Command(BaseCommand):
    help = "Store today's coverage figures of each country for comparison. Run it each month."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--country", action="append", default=[], metavar="XX")

    def handle(self, **options: Any) -> None:
        countries = vocabulary.countries()
        for country in options["country"]:
            if country not in countries:
                raise CommandError(
                    f"no country {country}: it is one of {', '.join(countries)}. Nothing was kept.",
                    returncode=2,
                )
        for country in options["country"] or countries:
            count = store_figures(None, country, at=clock.now())
            self.stderr.write(f"{country}: {count} slices")
        self.stdout.write("kept")
