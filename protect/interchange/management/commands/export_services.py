import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from protect.directory.enums import Readers
from protect.interchange.errors import InterchangeRefusal
from protect.interchange.exports import actions, store
from protect.kernel import clock
from protect.reference import vocabulary
from protect.reference.lookup import store as lookup

PROGRESS_STEP = 1000  # services for each line of progress


class Command(BaseCommand):
    help = "Write services to a file. - is standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("format", choices=actions.FORMATS)
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--country", action="append", default=[], help="can be given several times"
        )
        parser.add_argument("--area", default="", help="code of a region or district")
        parser.add_argument("--category", default="")
        parser.add_argument("--language", default="", help="BCP 47 tag of a language spoken there")
        parser.add_argument("--audience", choices=Readers.values, default=Readers.PUBLIC.value)
        parser.add_argument("--demo", action="store_true", help="confirm: it is demo data")

    def handle(self, *, format: str, file: Path, **options: Any) -> None:  # noqa: A002 - its name
        """Write services to the file, and record the download in the history of the platform."""
        request = _export_request(options)
        if settings.IS_DEMO and request.readers == Readers.PUBLIC and not options["demo"]:
            raise InterchangeRefusal("interchange_export_needs_demo")
        file_format = actions.FORMATS[format]
        total = actions.count_services(file_format, request)

        def show_progress(done: int) -> None:
            if done % PROGRESS_STEP == 0 or done == total:
                self.stderr.write(f"{done}/{total} services")

        chunks = actions.export_services(
            None, file_format, request, at=clock.now(), report_progress=show_progress
        )
        _write_file(file, chunks)
        self.stderr.write(f"wrote {file}")


def _export_request(options: dict[str, Any]) -> store.ExportRequest:
    """Return the export request. Errors: interchange_export_condition_unknown."""
    request = store.ExportRequest(
        Readers(options["audience"]),
        tuple(code.upper() for code in options["country"]),
        options["area"],
        options["category"],
        options["language"],
    )
    values_and_codes = {
        "country": (request.countries, vocabulary.countries()),
        "area": ((request.area,), lookup.areas()),
        "category": ((request.category,), vocabulary.categories()),
        "language": ((request.language,), vocabulary.languages()),
    }
    for name, (values, codes) in values_and_codes.items():
        for value in values:
            if value and value not in codes:
                raise InterchangeRefusal(
                    "interchange_export_condition_unknown", option=name, value=value[:80]
                )
    return request


def _write_file(file: Path, chunks: Iterator[bytes]) -> None:
    """Write the file whole or not at all, under a temporary name; “-” is the standard output."""
    if str(file) == "-":
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        return
    temporary_file = file.with_name(f"{file.name}.part")
    try:
        with temporary_file.open("wb") as out:
            out.writelines(chunks)
        temporary_file.replace(file)
    except OSError as error:
        problem = f"{error.strerror}: {file}."
        raise InterchangeRefusal("interchange_file_not_writable", problem=problem) from None
    finally:
        temporary_file.unlink(missing_ok=True)
