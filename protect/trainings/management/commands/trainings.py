from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from protect.audit.context import AuditContext
from protect.interchange.errors import FileEncodingUnclear, FileNotReadable
from protect.interchange.imports.files.reader import content_of
from protect.kernel import clock
from protect.orgs import access, enums
from protect.orgs.models import Organisation, User
from protect.reference import vocabulary
from protect.trainings.attendance import tables
from protect.trainings.curricula.actions import starter, versions
from protect.trainings.curricula.models import Course, Module
from protect.trainings.scheduling.models import Edition

STEPS = {
    "export-attendance": "write who was there, and how long, as a CSV or XLSX table",
    "import-attendance": "note who was there from a table with the same columns",
    "hand-over": "give a module or course to another organisation, as when its owner leaves",
    "load-curriculum": "publish the modules and courses of the data files for an organisation",
}
OWNER = "the organisation that owns them"
OUT = "ends in .csv or .xlsx"
LANGUAGE = "of who reads it: Arabic turns XLSX around"
BY = "who confirms it: plans or trains for the host"
TO = "the organisation that owns it from now on"


class Command(BaseCommand):
    help = "Keep trainings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        parsers = {name: steps.add_parser(name, help=text) for name, text in STEPS.items()}
        out, back = parsers["export-attendance"], parsers["import-attendance"]
        load, hand = parsers["load-curriculum"], parsers["hand-over"]
        load.add_argument("--owner", required=True, metavar="NAME", help=OWNER)
        for each in (out, back):
            each.add_argument("edition", metavar="EDITION", help="the code of a training")
        out.add_argument("--out", type=Path, required=True, metavar="FILE", help=OUT)
        out.add_argument("--language", default="en", metavar="TAG", help=LANGUAGE)
        back.add_argument("file", type=Path, metavar="FILE", help="CSV")
        back.add_argument("--by", required=True, metavar="EMAIL", help=BY)
        back.add_argument("--dry-run", action="store_true")
        hand.add_argument("code", metavar="CODE", help="of a module or course")
        hand.add_argument("--to", required=True, metavar="NAME", help=TO)

    def handle(self, *, step: str, **options: Any) -> None:
        getattr(self, step.replace("-", "_"))(**options)

    def export_attendance(self, *, edition: str, out: Path, language: str, **options: Any) -> None:
        row = edition_of(edition)
        if language not in vocabulary.languages():
            raise CommandError(f"no language has the tag “{language}”")
        kind = out.suffix.casefold()
        if kind not in {".csv", ".xlsx"}:
            raise CommandError(f"{out} names no table: let it end in .csv or .xlsx")
        if kind == ".xlsx":
            body = tables.as_xlsx(row, vocabulary.languages()[language].direction)
        else:
            body = tables.as_csv(row).encode()
        try:
            out.write_bytes(body)
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}") from None
        self.stdout.write(f"wrote {sum(1 for _ in tables.table_of(row)) - 1} rows to {out}")

    def import_attendance(
        self, *, edition: str, file: Path, by: str, dry_run: bool, **options: Any
    ) -> None:
        row, person = edition_of(edition), User.objects.filter(email=by).first()
        if person is None:
            raise CommandError(f"no user has the address “{by}”")
        try:
            rows, bad = tables.read(content_of(file))
        except (FileEncodingUnclear, FileNotReadable):
            raise CommandError(f"{file} cannot be read as UTF-8: save it as CSV in UTF-8") from None
        bad = sorted([*bad, *tables.wrong(row, rows)], key=lambda each: each.line)
        for each in bad:
            self.stdout.write(f"line {each.line} {each.field}: {each.remedy}")
        if bad:
            raise CommandError(f"{len(bad)} rows to mend: nothing was noted")
        if dry_run:
            self.stdout.write(f"would note {len(rows)} rows")
            return
        try:
            changed = tables.bring(access.scope_for(person.pk), row, rows, at=clock.now())
        except PermissionDenied:
            raise CommandError(f"“{by}” neither plans nor trains for the host") from None
        self.stdout.write(f"noted {changed} of {len(rows)} rows")

    def load_curriculum(self, *, owner: str, **options: Any) -> None:
        for line in starter.load(organisation(owner), at=clock.now()):
            self.stdout.write(line)

    def hand_over(self, *, code: str, to: str, **options: Any) -> None:
        owner = organisation(to)
        things = [*Module.objects.filter(code=code), *Course.objects.filter(code=code)]
        if not things:
            raise CommandError(f"no module or course has the code “{code}”: see its page")
        for each in things:
            versions.hand_over(
                each, owner, audit=AuditContext(at=clock.now(), actor=None, organisation=owner.pk)
            )
            self.stdout.write(f"{each._meta.model_name} {code}: now of {owner.name}")


def organisation(name: str) -> Organisation:
    rows = Organisation.objects.filter(name=name, state=enums.OrganisationState.ACTIVE)
    owner: Organisation | None = rows.order_by("created", "pk").first()
    if owner is None:
        raise CommandError(f"no active organisation is called “{name}”: see its page")
    return owner


def edition_of(code: str) -> Edition:
    edition = Edition.objects.filter(code=code).first()
    if edition is None:
        raise CommandError(f"no training has the code “{code}”: see its page")
    return edition
