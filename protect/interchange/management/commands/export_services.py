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

STEP = 1000  # services between two lines of progress


class Command(BaseCommand):
    help = "Write services to a file. - is standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("format", choices=actions.FORMATS)
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--country", action="append", default=[], help="may stand several times"
        )
        parser.add_argument("--area", default="", help="code of a region or district")
        parser.add_argument("--category", default="")
        parser.add_argument("--language", default="", help="spoken there: a BCP 47 tag")
        parser.add_argument("--audience", choices=Readers.values, default=Readers.PUBLIC.value)
        parser.add_argument("--demo", action="store_true", help="of a demo: yes, it is one")

    def handle(self, *, format: str, file: Path, **options: Any) -> None:  # noqa: A002 - its name
        wanted = _wanted(options)
        if settings.IS_DEMO and wanted.readers == Readers.PUBLIC and not options["demo"]:
            raise InterchangeRefusal("interchange_export_needs_demo")
        kind = actions.FORMATS[format]
        total = actions.count(kind, wanted)

        def say(done: int) -> None:
            if done % STEP == 0 or done == total:
                self.stderr.write(f"{done}/{total} services")

        _write(file, actions.export(None, kind, wanted, at=clock.now(), say=say))
        self.stderr.write(f"wrote {file}")


def _wanted(options: dict[str, Any]) -> store.Wanted:
    """Return the export request. Errors: interchange_export_condition_unknown."""
    wanted = store.Wanted(
        Readers(options["audience"]),
        tuple(code.upper() for code in options["country"]),
        options["area"],
        options["category"],
        options["language"],
    )
    checked = {
        "country": (wanted.countries, vocabulary.countries()),
        "area": ((wanted.area,), lookup.areas()),
        "category": ((wanted.category,), vocabulary.categories()),
        "language": ((wanted.language,), vocabulary.languages()),
    }
    for name, (values, codes) in checked.items():
        for value in values:
            if value and value not in codes:
                raise InterchangeRefusal(
                    "interchange_export_condition_unknown", option=name, value=value[:80]
                )
    return wanted


def _write(file: Path, pieces: Iterator[bytes]) -> None:
    """Write all of a file or nothing: it takes its name when it is whole."""
    if str(file) == "-":
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        return
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("wb") as out:
            out.writelines(pieces)
        part.replace(file)
    except OSError as error:
        raise InterchangeRefusal(
            "interchange_file_not_writable", problem=f"{error.strerror}: {file}."
        ) from None
    finally:
        part.unlink(missing_ok=True)
