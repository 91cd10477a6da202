"""What `protect trainings export-attendance` and `import-attendance` do."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError

from protect.interchange.errors import FileEncodingUnclear, FileNotReadable
from protect.interchange.imports.files.reader import content_of
from protect.kernel import clock
from protect.orgs.access import scope_for
from protect.orgs.models import User
from protect.reference import vocabulary
from protect.trainings.attendance import tables
from protect.trainings.attendance.tables import BadRow, as_csv, as_xlsx, read, table_of
from protect.trainings.scheduling.models import Edition


def add_arguments(parsers: Mapping[str, ArgumentParser]) -> None:
    out, back = parsers["export-attendance"], parsers["import-attendance"]
    for each in (out, back):
        each.add_argument("edition", metavar="EDITION", help="the code of a training")
    out.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="ends in .csv or .xlsx"
    )
    out.add_argument(
        "--language", default="en", metavar="TAG", help="of who reads it: Arabic turns XLSX around"
    )
    back.add_argument("file", type=Path, metavar="FILE", help="CSV")
    back.add_argument(
        "--by", required=True, metavar="EMAIL", help="who confirms it: plans or trains for the host"
    )
    back.add_argument("--dry-run", action="store_true")


def export(*, edition: str, out: Path, language: str, **options: Any) -> str:
    edition_row = _edition(edition)
    if language not in vocabulary.languages():
        raise CommandError(f"no language has the tag “{language}”")
    kind = out.suffix.casefold()
    if kind not in {".csv", ".xlsx"}:
        raise CommandError(f"{out} names no table: let it end in .csv or .xlsx")
    if kind == ".xlsx":
        body = as_xlsx(edition_row, vocabulary.languages()[language].direction)
    else:
        body = as_csv(edition_row).encode()
    try:
        out.write_bytes(body)
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}") from None
    return f"wrote {sum(1 for _ in table_of(edition_row)) - 1} rows to {out}"


def bring_in(*, edition: str, file: Path, by: str, dry_run: bool, **options: Any) -> Iterator[str]:
    """Yield the rows that cannot be noted, or how many notes changed: all rows or none."""
    edition_row = _edition(edition)
    person = User.objects.filter(email=by).first()
    if person is None:
        raise CommandError(f"nobody has the address “{by}”")
    try:
        rows, bad = read(content_of(file))
    except (FileEncodingUnclear, FileNotReadable):
        raise CommandError(f"{file} cannot be read as UTF-8: save it as CSV in UTF-8") from None
    bad = sorted([*bad, *tables.wrong(edition_row, rows)], key=lambda each: each.line)
    yield from map(_problem_text, bad)
    if bad:
        raise CommandError(f"{len(bad)} rows to mend: nothing was noted")
    if dry_run:
        yield f"would note {len(rows)} rows"
        return
    try:
        changed = tables.bring(scope_for(person.pk), edition_row, rows, at=clock.now())
    except PermissionDenied:
        raise CommandError(f"“{by}” neither plans nor trains for the host") from None
    yield f"noted {changed} of {len(rows)} rows"


def _edition(code: str) -> Edition:
    edition = Edition.objects.filter(code=code).first()
    if edition is None:
        raise CommandError(f"no training has the code “{code}”: see its page")
    return edition


def _problem_text(bad: BadRow) -> str:
    return f"line {bad.line} {bad.field}: {bad.remedy}"
