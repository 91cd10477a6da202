"""`protect coordination remind`: due actions and steps, and people who were away from a meeting;
`protect coordination brief`: the coordination brief of a country as PDF."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from protect.coordination.adaptations.step_reminders import remind_of_steps
from protect.coordination.countries.brief_words import brief_words
from protect.coordination.countries.country_briefs import brief_pdf
from protect.coordination.countries.country_content import Readable
from protect.coordination.countries.forms import Quarter
from protect.coordination.minutes.reminders import send_reminders
from protect.kernel import clock
from protect.reference import vocabulary


class Command(BaseCommand):
    help = "Remind members of working groups, and services of their steps; print a brief."

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        steps.add_parser(
            "remind", help="mail owners of due actions and steps, and members who were away"
        )
        brief = steps.add_parser("brief", help="write the coordination brief of a quarter as PDF")
        brief.add_argument("--country", required=True, help="code of the country, such as HR")
        brief.add_argument("--quarter", help="such as 2026-Q4; without it, the present one")
        brief.add_argument("--language", default="en", help="such as hr; without it, en")
        brief.add_argument("--output", required=True, help="the PDF file")

    def handle(self, **options: Any) -> None:
        if options["step"] == "brief":
            self._write_brief(**options)
            return
        sent = send_reminders(at=clock.now())
        self.stdout.write(f"reminded of actions: {sent.actions}")
        self.stdout.write(f"told of minutes: {sent.away}")
        self.stdout.write(f"reminded of steps: {remind_of_steps(at=clock.now())}")

    def _write_brief(
        self, *, country: str, quarter: str | None, language: str, output: str, **_options: Any
    ) -> None:
        at = clock.now()
        country = country.upper()
        if country not in vocabulary.countries():
            known = ", ".join(vocabulary.countries())
            raise _refusal("country", f"“{country}” is no country of the programme", known)
        if language not in brief_words():
            known = ", ".join(brief_words())
            raise _refusal("language", f"the brief has no words in “{language}”", known)
        try:
            chosen = Quarter.parse(quarter) if quarter else Quarter.of(at.date())
        except ValueError:
            example = Quarter.of(at.date()).code
            raise _refusal("quarter", f"“{quarter}” is no quarter", f"such as {example}") from None
        content = brief_pdf(Readable.whole(country), country, chosen, language, at=at)
        try:
            Path(output).write_bytes(content)
        except OSError as error:
            problem = f"{output} cannot be written: {error.strerror}"
            raise _refusal("output", problem, "a path in a folder that exists") from None
        self.stdout.write(f"{chosen.code} {country} {language}: {len(content)} bytes in {output}")


def _refusal(part: str, problem: str, remedy: str) -> CommandError:
    return CommandError(
        f"[coordination_brief_{part}] {problem}. Nothing was written. Use: {remedy}"
    )
