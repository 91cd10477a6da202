"""What `protect trainings export-attendance` and `import-attendance` do."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError

from protect.kernel import clock
from protect.orgs.access import scope_for
from protect.orgs.models import User
from protect.trainings.actions import bringing
from protect.trainings.attendance_tables import BadRow, read, written
from protect.trainings.models import Edition


def add_arguments(made: Mapping[str, ArgumentParser]) -> None:
    """Say what the two commands take."""
    out, back = made["export-attendance"], made["import-attendance"]
    for each in (out, back):
        each.add_argument("edition", metavar="EDITION", help="the code of a training")
    out.add_argument("--out", type=Path, required=True, metavar="FILE", help="a CSV file")
    back.add_argument("file", type=Path, metavar="FILE", help="CSV")
    back.add_argument(
        "--by", required=True, metavar="EMAIL", help="who confirms it: plans or trains for the host"
    )
    back.add_argument("--dry-run", action="store_true")


def export(*, edition: str, out: Path, **options: Any) -> str:
    """Write the table of an edition and say so."""
    found, lines = _edition(edition), 0
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            for lines, line in enumerate(written(found)):  # noqa: B007 - the last number stays
                file.write(line)
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}") from None
    return f"wrote {lines} rows to {out}"


def bring_in(*, edition: str, file: Path, by: str, dry_run: bool, **options: Any) -> Iterator[str]:
    """Yield the rows that cannot be noted, or how many notes changed: all rows or none."""
    found = _edition(edition)
    person = User.objects.filter(email=by).first()
    if person is None:
        raise CommandError(f"nobody has the address “{by}”")
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise CommandError(f"{file} cannot be read as UTF-8: save it as CSV in UTF-8") from None
    rows, bad = read(text)
    bad = sorted([*bad, *bringing.wrong(found, rows)], key=lambda each: each.line)
    yield from map(_said, bad)
    if bad:
        raise CommandError(f"{len(bad)} rows to mend: nothing was noted")
    if dry_run:
        yield f"would note {len(rows)} rows"
        return
    try:
        changed = bringing.bring(scope_for(person.pk), found, rows, at=clock.now())
    except PermissionDenied:
        raise CommandError(f"“{by}” neither plans nor trains for the host") from None
    yield f"noted {changed} of {len(rows)} rows"


def _edition(code: str) -> Edition:
    found = Edition.objects.filter(code=code).first()
    if found is None:
        raise CommandError(f"no training has the code “{code}”: see its page")
    return found


def _said(bad: BadRow) -> str:
    return f"line {bad.line} {bad.field}: {bad.remedy}"
