from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from protect.findhelp.posters.offline import offline_file
from protect.findhelp.posters.papers import area_named
from protect.kernel import clock


class Command(BaseCommand):
    help = "Write the pages about rights and the services of an area in one language as one file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("area", metavar="AREA", help="code of a country (MT) or of a region")
        parser.add_argument("language", metavar="LANGUAGE", help="BCP 47, for example ti")
        parser.add_argument("file", metavar="FILE", type=Path, help="where the HTML file goes")

    def handle(self, *, area: str, language: str, file: Path, **options: Any) -> None:
        content = offline_file(area_named(area), language, clock.now())
        try:
            file.write_bytes(content)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}") from None
        self.stdout.write(f"{file}: {len(content):,} bytes")
