"""The export of the public site: Malta in three languages, whole and after one number changed.

Each run is `protect export-public` in a process of its own, on a demo in a database of its own,
with a snapshot file as a server writes it. CPU is the time of that process and its threads; it
hardly depends on what else the machine does, as the seconds do. A number is changed for the service
that most pages show, for the one in the middle, and for the one that fewest show: only their pages
are made anew. The last run is one of the next day, which stands on every page.
"""

import gzip
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from bench.measure import table
from tests.serving import PROTECT

TITLE = "The export of the public site"
OPTIONS = os.environ.get(
    "PROTECT_BENCH_EXPORT", "--country MT --language en --language ar --language ti"
).split()
FROZEN = """
import os, sys
from datetime import datetime
at = datetime.fromisoformat(sys.argv.pop(1))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protect.site.settings")
import django
django.setup()
from protect.kernel import clock
from protect.site import cli
with clock.frozen(at):
    cli.main()
"""  # a command at an instant
MADE = re.compile(r"(\d+) pages, (\d+) made anew")
CHANGE = """
from datetime import UTC, datetime
from django.db import transaction
from protect.directory.changes import raise_version
from protect.directory.models import Phone, Service
with transaction.atomic():
    raise_version()
    phone = Phone.objects.filter(service="{service}").order_by("pk").first()
    Phone.objects.filter(pk=phone.pk).update(number=phone.number[:-2] + "{digits}")
    Service.objects.filter(pk="{service}").update(last_modified=datetime.now(UTC))
"""


class Run(NamedTuple):
    name: str
    pages: int
    made: int
    seconds: float
    cpu_seconds: float


class Bench:
    """An installation in a folder of its own, and the export of it."""

    def __init__(self, folder: Path) -> None:
        self.target = folder / "export"
        self._environ = {
            **os.environ,
            "PROTECT_DATABASE_URL": f"sqlite:///{folder}/demo.sqlite3",
            "PROTECT_LEDGER": f"{folder}/ledger.jsonl",
            "PROTECT_SNAPSHOT_FOLDER": str(folder),
        }
        self.protect("demo", "--build-only")
        self.at = datetime.now(UTC).replace(hour=1)

    def protect(self, *arguments: str) -> str:
        command = [str(PROTECT), *arguments]
        process = subprocess.run(command, env=self._environ, capture_output=True, check=True)
        return process.stdout.decode()

    def export(self, name: str, *, later: timedelta = timedelta(minutes=1)) -> Run:
        self.at += later
        self.protect("write-snapshot")
        start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-c", FROZEN, f"{self.at}", "export-public", str(self.target)]
        command += ["--demo", *OPTIONS]
        process = subprocess.run(command, env=self._environ, capture_output=True, check=True)
        output = process.stdout.decode()
        seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        page_counts = MADE.search(output)
        if page_counts is None:
            raise SystemExit(f"the export said nothing of its pages:\n{output}")
        return Run(name, int(page_counts[1]), int(page_counts[2]), seconds, used)

    def change_number(self, service: str, digits: str) -> None:
        self.protect("shell", "--no-imports", "-c", CHANGE.format(service=service, digits=digits))

    def services_by_pages(self) -> list[tuple[int, str]]:
        """Return the number of pages that depend on each service with a number, and its id."""
        record = json.loads(gzip.decompress((self.target / "record.json.gz").read_bytes()))
        counts: Counter[str] = Counter()
        for _links, (questions, own), _until in record["pages"].values():
            from_answers = (service for key in questions for service in record["answers"][key][0])
            counts.update({*own, *from_answers})
        with_number = set(
            self.protect(
                *("shell", "--no-imports", "-c"),
                "from protect.directory.models import Phone\n"
                "for key in Phone.objects.order_by('pk').values_list('service', flat=True):\n"
                "    print(key)",
            ).split()
        )
        return sorted((count, key) for key, count in counts.items() if key in with_number)


def measure() -> tuple[list[Run], dict[str, int]]:
    """Return a row for each run, the whole one first, and the bytes of the files by ending."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        runs = [bench.export("whole"), bench.export("nothing changed")]
        counts = bench.services_by_pages()
        chosen = {
            "of the service on fewest pages": counts[0],
            "of the median service": counts[len(counts) // 2],
            "of the service on most pages": counts[-1],
        }
        for number, (name, (_count, service)) in enumerate(chosen.items()):
            bench.change_number(service, f"{number}7")
            runs.append(bench.export(f"one number changed, {name}"))
        runs.append(bench.export("a new day", later=timedelta(days=1)))
        sizes: Counter[str] = Counter()
        for path in bench.target.rglob("*"):
            if path.suffix in (".html", ".br", ".gz"):
                sizes[path.suffix] += path.stat().st_size
        return runs, dict(sizes)


def report() -> str:
    runs, sizes = measure()
    whole = runs[0]
    rows = [
        (
            run.name,
            f"{run.pages:,}",
            f"{run.made:,}",
            run.seconds,
            run.cpu_seconds,
            f"{100 * run.cpu_seconds / whole.cpu_seconds:.1f} %",
        )
        for run in runs
    ]
    header = ("run", "pages", "made anew", "seconds", "CPU s", "of the whole run (CPU)")
    size = ", ".join(f"{ending} {count / 1e6:,.0f} MB" for ending, count in sorted(sizes.items()))
    rate = (
        f"{whole.pages / whole.seconds:,.0f} pages/s, {whole.pages / whole.cpu_seconds:,.0f} pages"
    )
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"Options: `{' '.join(OPTIONS)}`. The whole run made {rate} for each second of CPU. Files: "
        f"{size}. Average load of the machine at the end (1, 5, 15 minutes): {load}.\n\n"
        f"{table(header, rows)}"
    )
