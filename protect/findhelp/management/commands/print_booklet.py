from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from protect.findhelp.paper.booklets import booklet_pdf, imposed_pdf
from protect.findhelp.posters.offline import build_edition
from protect.findhelp.posters.papers import area_named
from protect.kernel import clock


class Command(BaseCommand):
    help = "Print the pages about rights and the services of an area in one language: an A5 PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("area", metavar="AREA", help="code of a country (MT) or of a region")
        parser.add_argument("language", metavar="LANGUAGE", help="BCP 47, for example ti")
        parser.add_argument("file", metavar="FILE", type=Path, help="where the PDF goes")
        parser.add_argument(
            "--imposed",
            action="store_true",
            help="A4 sheets with two pages side by side, to print on both sides, fold and staple",
        )

    def handle(
        self, *, area: str, language: str, file: Path, imposed: bool, **options: Any
    ) -> None:
        make_pdf = imposed_pdf if imposed else booklet_pdf
        edition = build_edition(area_named(area), language, clock.now())
        try:
            file.write_bytes(make_pdf(edition.booklet))
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}") from None
        self.stdout.write(
            f"{file}: {edition.pages} pages about rights, {edition.in_other_language} of them "
            f"not or not all in {language}; {edition.services} services"
        )
