"""`protect trainings`: attendance tables, the supplied curriculum, owners of courses."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from protect.audit.context import AuditContext
from protect.interchange.errors import FileEncodingUnclear, FileNotReadable
from protect.interchange.imports.files.reader import read_import_file
from protect.kernel import clock
from protect.orgs import access, enums, models
from protect.reference import vocabulary
from protect.trainings.attendance import tables
from protect.trainings.curricula.actions import starter, versions
from protect.trainings.curricula.models import Course, Module
from protect.trainings.scheduling.models import Edition

STEPS = {
    "export-attendance": "export attendance and minutes as a CSV or XLSX table",
    "import-attendance": "record attendance from a table with the same columns",
    "hand-over": "make another organisation the owner of a module or course",
    "load-curriculum": "publish the supplied modules and courses, owned by an organisation",
}
OWNER_HELP = "name of the organisation that will own them"  # the supplied modules and courses
OUT_HELP = "the file to write: .csv or .xlsx"  # for the exported attendance
LANGUAGE_HELP = "language of the reader: in Arabic, XLSX runs from right to left"
CONFIRMER_HELP = "the user who confirms it: a coordinator or trainer of the host"  # attendance
NEW_OWNER_HELP = "name of the new owner organisation"  # of a module or course


class Command(BaseCommand):
    help = "Export or import attendance, load the curriculum, hand over a module or course."

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        parsers = {name: steps.add_parser(name, help=text) for name, text in STEPS.items()}
        export_parser, import_parser = parsers["export-attendance"], parsers["import-attendance"]
        load_parser, hand_over_parser = parsers["load-curriculum"], parsers["hand-over"]
        load_parser.add_argument("--owner", required=True, metavar="NAME", help=OWNER_HELP)
        for edition_parser in (export_parser, import_parser):
            edition_parser.add_argument("edition", metavar="EDITION", help="code of a training")
        export_parser.add_argument("--out", type=Path, required=True, metavar="FILE", help=OUT_HELP)
        export_parser.add_argument("--language", default="en", metavar="TAG", help=LANGUAGE_HELP)
        import_parser.add_argument("file", type=Path, metavar="FILE", help="CSV")
        import_parser.add_argument("--by", required=True, metavar="EMAIL", help=CONFIRMER_HELP)
        import_parser.add_argument("--dry-run", action="store_true")
        hand_over_parser.add_argument("code", metavar="CODE", help="code of a module or course")
        hand_over_parser.add_argument("--to", required=True, metavar="NAME", help=NEW_OWNER_HELP)

    def handle(self, *, step: str, **options: Any) -> None:
        """Call the method that is named like the step."""
        getattr(self, step.replace("-", "_"))(**options)

    def export_attendance(self, *, edition: str, out: Path, language: str, **options: Any) -> None:
        row = find_edition(edition)
        if language not in vocabulary.languages():
            raise CommandError(f"no language has the tag “{language}”")
        kind = out.suffix.casefold()
        if kind not in {".csv", ".xlsx"}:
            raise CommandError(f"{out} is not a table file: its name must end in .csv or .xlsx")
        if kind == ".xlsx":
            body = tables.export_xlsx(row, vocabulary.languages()[language].direction)
        else:
            body = tables.export_csv(row).encode()
        try:
            out.write_bytes(body)
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}") from None
        self.stdout.write(f"wrote {sum(1 for _ in tables.table_rows(row)) - 1} rows to {out}")

    def import_attendance(
        self, *, edition: str, file: Path, by: str, dry_run: bool, **options: Any
    ) -> None:
        row, user = find_edition(edition), models.User.objects.filter(email=by).first()
        if user is None:
            raise CommandError(f"no user has the address “{by}”")
        try:
            rows, problems = tables.parse_table(read_import_file(file))
        except (FileEncodingUnclear, FileNotReadable):
            raise CommandError(f"{file} cannot be read as UTF-8: save it as CSV in UTF-8") from None
        problems = sorted(
            [*problems, *tables.find_bad_rows(row, rows)], key=lambda problem: problem.line
        )
        for problem in problems:
            self.stdout.write(f"line {problem.line} {problem.field}: {problem.remedy}")
        if problems:
            raise CommandError(f"{len(problems)} rows to correct: nothing was recorded")
        if dry_run:
            self.stdout.write(f"would record {len(rows)} rows")
            return
        try:
            changed = tables.import_attendance(access.scope_for(user.pk), row, rows, at=clock.now())
        except PermissionDenied:
            raise CommandError(f"“{by}” neither plans nor trains for the host") from None
        self.stdout.write(f"recorded {changed} of {len(rows)} rows")

    def load_curriculum(self, *, owner: str, **options: Any) -> None:
        """Publish the supplied modules and courses that are missing; `owner` owns the new ones."""
        for line in starter.publish_starter_curriculum(find_organisation(owner), at=clock.now()):
            self.stdout.write(line)

    def hand_over(self, *, code: str, to: str, **options: Any) -> None:
        """Make the organisation `to` the owner of the module and the course with this code."""
        owner = find_organisation(to)
        owned = [*Module.objects.filter(code=code), *Course.objects.filter(code=code)]
        if not owned:
            raise CommandError(
                f"no module or course has the code “{code}”: its page shows the code"
            )
        for module_or_course in owned:
            audit = AuditContext(at=clock.now(), actor=None, organisation=owner.pk)
            versions.hand_over(module_or_course, owner, audit=audit)
            self.stdout.write(
                f"{module_or_course._meta.model_name} {code}: now owned by {owner.name}"
            )


def find_organisation(name: str) -> models.Organisation:
    """Return the oldest active organisation with a name. Errors: CommandError, if none has it."""
    rows = models.Organisation.objects.filter(name=name, state=enums.OrganisationState.ACTIVE)
    owner: models.Organisation | None = rows.order_by("created", "pk").first()
    if owner is None:
        raise CommandError(f"no active organisation is called “{name}”: its page shows the name")
    return owner


def find_edition(code: str) -> Edition:
    edition = Edition.objects.filter(code=code).first()
    if edition is None:
        raise CommandError(f"no training has the code “{code}”: its page shows the code")
    return edition
