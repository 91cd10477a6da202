from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from protect.kernel import clock
from protect.matching.coverage.store import keep_coverage
from protect.reference import vocabulary


class Command(BaseCommand):
    help = "Keep how far help reaches today in each country, to be compared later. Each month."

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
            count = keep_coverage(None, country, at=clock.now())
            self.stderr.write(f"{country}: {count} slices")
        self.stdout.write("kept")
