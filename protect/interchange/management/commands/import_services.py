from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from protect.interchange.enums import RowState
from protect.interchange.imports.actions import command
from protect.interchange.imports.files import reader, tables
from protect.kernel import clock


class Command(BaseCommand):
    help = (
        "Import services from a file: CSV or XLSX with our columns (see directory/data/services) "
        "or, with --mapping, with others, or HSDS as JSON or as a data package. Safe to run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="report, change nothing")
        parser.add_argument("--source", default="starter", help="source that gave the ids")
        parser.add_argument("--encoding", default="", help="if the file is not UTF-8")
        parser.add_argument("--sheet", type=int, default=1, help="number of a workbook's sheet")
        parser.add_argument("--heading", type=int, default=0, help="row number of the headings")
        parser.add_argument(
            "--mapping", type=Path, help="file that maps other columns and words (docs/imports.md)"
        )
        parser.add_argument("--errors", type=Path, help="write bad rows to this file")

    def handle(self, *, file: Path, dry_run: bool, **options: Any) -> None:
        """Import a file in one transaction. Only a demo publishes new services at once."""
        at = clock.now()
        sent_file = tables.SentFile.from_content(reader.read_import_file(file), options["encoding"])
        sent_file = sent_file._replace(sheet=options["sheet"], heading=options["heading"])
        table = tables.parse_table(sent_file, options["source"], today=at.date())
        if options["mapping"]:
            table = command.map_and_stage(table, command.read_mapping_file(options["mapping"]))
        reader.refuse_wrong_columns(table.columns)
        report = command.import_services(
            table,
            # A demo publishes unchecked services, marked so. In live mode a user publishes them.
            publish=settings.IS_DEMO,
            dry_run=dry_run,
            at=at,
            report_progress=self.report_progress,
        )
        for line in report.problem_lines() if options["verbosity"] else ():
            self.stdout.write(line)
        self.stdout.write(f"{'would be: ' if dry_run else ''}{report.summary()}")
        created = report.counts[RowState.CREATE]
        self.stdout.write(f"published {report.published} of {created} created")
        if report.absent:
            self.stdout.write(f"not in this file, unchanged: {report.absent}")
        self.write_bad_rows_or_hint(report, options["errors"])

    def report_progress(self, done: int, total: int) -> None:
        self.stderr.write(f"{done}/{total} rows")

    def write_bad_rows_or_hint(self, report: command.ImportReport, path: Path | None) -> None:
        if not report.bad_rows:
            return
        if path is None:
            self.stdout.write("to correct these rows, run again with --errors FILE")
            return
        path.write_text(report.bad_rows_csv(), encoding="utf-8")
        self.stdout.write(f"rows to correct are in {path}")
