from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from protect.audit.context import AuditContext
from protect.kernel import clock
from protect.orgs.enums import OrganisationState
from protect.orgs.models import Organisation
from protect.trainings.attendance import commands
from protect.trainings.curricula.actions import starter, versions
from protect.trainings.curricula.models import Course, Module

STEPS = {
    "export-attendance": "write who was there, and how long, as a CSV or XLSX table",
    "import-attendance": "note who was there from a table with the same columns",
    "hand-over": "give a module or course to another organisation, as when its owner leaves",
    "load-curriculum": "publish the modules and courses of the data files for an organisation",
}


class Command(BaseCommand):
    help = "Keep trainings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        parsers = {name: steps.add_parser(name, help=text) for name, text in STEPS.items()}
        parsers["load-curriculum"].add_argument(
            "--owner", required=True, metavar="NAME", help="the organisation that owns them"
        )
        commands.add_arguments(parsers)
        parsers["hand-over"].add_argument("code", metavar="CODE", help="of a module or course")
        parsers["hand-over"].add_argument(
            "--to", required=True, metavar="NAME", help="the organisation that owns it from now on"
        )

    def handle(self, *, step: str, **options: Any) -> None:
        steps: dict[str, Callable[..., None]] = {
            "export-attendance": self.export_attendance,
            "import-attendance": self.import_attendance,
            "hand-over": self.hand_over,
            "load-curriculum": self.load_curriculum,
        }
        steps[step](**options)

    def export_attendance(self, **options: Any) -> None:
        self.stdout.write(commands.export(**options))

    def import_attendance(self, **options: Any) -> None:
        for line in commands.bring_in(**options):
            self.stdout.write(line)

    def load_curriculum(self, *, owner: str, **options: Any) -> None:
        for line in starter.load(organisation(owner), at=clock.now()):
            self.stdout.write(line)

    def hand_over(self, *, code: str, to: str, **options: Any) -> None:
        owner = organisation(to)
        kinds: tuple[type[Module | Course], ...] = (Module, Course)
        candidates = [kind._default_manager.filter(code=code).first() for kind in kinds]
        things = [each for each in candidates if each is not None]
        if not things:
            raise CommandError(f"no module or course has the code “{code}”: see its page")
        for each in things:
            versions.hand_over(
                each, owner, audit=AuditContext(at=clock.now(), actor=None, organisation=owner.pk)
            )
            self.stdout.write(f"{each._meta.model_name} {code}: now of {owner.name}")


def organisation(name: str) -> Organisation:
    rows = Organisation.objects.filter(name=name, state=OrganisationState.ACTIVE)
    owner: Organisation | None = rows.order_by("created", "pk").first()
    if owner is None:
        raise CommandError(f"no active organisation is called “{name}”: see its page")
    return owner
