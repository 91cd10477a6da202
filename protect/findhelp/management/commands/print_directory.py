from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from protect.findhelp.paper.content import book_pdf
from protect.findhelp.posters.papers import area_named, build_directory
from protect.kernel import clock


class Command(BaseCommand):
    help = "Print every service of a country or area in one language: a PDF, by need and town."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("area", metavar="AREA", help="code of a country (MT) or of a region")
        parser.add_argument("language", metavar="LANGUAGE", help="BCP 47, for example ti")
        parser.add_argument("file", metavar="FILE", type=Path, help="where the PDF goes")
        parser.add_argument(
            "--members",
            action="store_true",
            help="include what only professionals may see; every page is marked",
        )

    def handle(
        self, *, area: str, language: str, file: Path, members: bool, **options: Any
    ) -> None:
        spot = area_named(area)
        self.stderr.write("reading …")
        book = build_directory(spot, language, clock.now(), members=members)
        entries = sum(len(town.entries) for chapter in book.chapters for town in chapter.towns)
        self.stderr.write(f"printing {entries} services …")
        file.write_bytes(book_pdf(book))
        self.stdout.write(f"{file}: {entries} services")
