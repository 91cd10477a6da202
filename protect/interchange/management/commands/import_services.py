from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from protect.interchange.enums import RowState
from protect.interchange.imports.actions import command, command as actions_command
from protect.interchange.imports.files import reader, tables
from protect.kernel import clock


class Command(BaseCommand):
    help = (
        "Import services from a file: CSV or XLSX with our columns (see directory/data/services) "
        "or, with --mapping, with others, or HSDS as JSON or as a data package. Safe to run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")
        parser.add_argument("--source", default="starter", help="whose ids the file has")
        parser.add_argument("--encoding", default="", help="if the file is not UTF-8")
        parser.add_argument("--sheet", type=int, default=1, help="of a workbook with several")
        parser.add_argument("--heading", type=int, default=0, help="row of the headings")
        parser.add_argument(
            "--mapping", type=Path, help="what other columns and words mean (docs/imports.md)"
        )
        parser.add_argument("--errors", type=Path, help="write rows that need mending to this file")

    def handle(self, *, file: Path, dry_run: bool, **options: Any) -> None:
        at = clock.now()
        sent = tables.Sent.of(reader.content_of(file), options["encoding"])
        sent = sent._replace(sheet=options["sheet"], heading=options["heading"])
        table = tables.table_of(sent, options["source"], today=at.date())
        if options["mapping"]:
            table = actions_command.mapped_table(table, actions_command.read(options["mapping"]))
        reader.must_be_ours(table.columns)
        report = command.import_services(
            table,
            # A demo may publish untested services, marked so. In live mode a user releases them.
            publish=settings.IS_DEMO,
            dry_run=dry_run,
            at=at,
            say=self.say,
        )
        for line in report.lines() if options["verbosity"] else ():
            self.stdout.write(line)
        self.stdout.write(f"{'would be: ' if dry_run else ''}{report.summary()}")
        self.stdout.write(
            f"published {report.published} of {report.counts[RowState.CREATE]} created"
        )
        if report.absent:
            self.stdout.write(f"not in this file, left as they are: {report.absent}")
        self.write_errors(report, options["errors"])

    def say(self, done: int, total: int) -> None:
        self.stderr.write(f"{done}/{total} rows")

    def write_errors(self, report: command.Report, path: Path | None) -> None:
        if not report.bad_rows:
            return
        if path is None:
            self.stdout.write("to mend these rows, run again with --errors FILE")
            return
        path.write_text(report.bad_table(), encoding="utf-8")
        self.stdout.write(f"rows to mend are in {path}")
