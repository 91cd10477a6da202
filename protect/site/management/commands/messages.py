from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from protect.site import catalogues


class Command(BaseCommand):
    """Update the translation files from the code, compile them or check them: all catalogues."""

    help = "Update, compile or check the translations."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        steps.add_parser("update", help="write django.pot and bring every .po up to date")
        steps.add_parser("compile", help="compile each .po that has changed")
        steps.add_parser("check", help="name what is missing or wrong; exit 1 if anything is")

    def handle(self, *, step: str, **options: Any) -> None:
        if step == "update":
            catalogues.update()
        elif step == "compile":
            for tag in catalogues.compile_changed():
                self.stderr.write(f"compiled {tag}")
        else:
            problems = list(catalogues.translation_problems())
            for problem in problems:
                self.stdout.write(problem)
            if problems:
                raise CommandError(f"{len(problems)} problems in the translations")
            for catalogue in catalogues.translation_catalogues():
                self.stdout.write(
                    f"{catalogue.name}: {len(catalogue.languages) + 1} languages are complete"
                )
