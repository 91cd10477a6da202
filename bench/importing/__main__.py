"""One step of an import, in a process of its own: `python -m bench.importing STEP FOLDER`."""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

ROWS = int(os.environ.get("PROTECT_BENCH_ROWS", "100000"))
COLUMNS = (
    *("source_id", "organisation", "service", "categories", "country", "city", "address"),
    *("phones", "description", "opening_hours", "languages", "genders_served"),
)
PLAIN = COLUMNS[:7]


def main(step: str, folder: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protect.site.settings")
    django.setup()
    from bench.importing import steps

    work: Callable[[Path], Any] = steps.STEPS[step]
    start = time.perf_counter()
    work(Path(folder))
    said = {
        "rows": ROWS,
        "seconds": time.perf_counter() - start,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
    }
    print(json.dumps(said))


def lines() -> Iterator[dict[str, str]]:
    """Yield the rows of the file: one in ten is a shelter, one in fifty has a mistake."""
    for n in range(ROWS):
        yield {
            "source_id": f"demo-{n}",
            "organisation": f"Demo House {n % 997}",
            "service": f"Demo Counselling {n}",
            "categories": "shelter" if n % 10 == 0 else ("legal", "psychosocial")[n % 2],
            "country": "MT",
            "city": ("Valletta", "Sliema", "Mosta")[n % 3],
            "address": f"Demo Street {n}",
            "phones": f"+35621{n % 900000 + 100000:06}|voice",
            "description": "Advice by people who speak your language.",
            "opening_hours": ("Mo-Fr 09:00-17:00", "Tu,Th 10:00-13:00", "")[n % 3],
            "languages": ("en;mt", "ar", "")[n % 3],
            "genders_served": "womens" if n % 50 == 7 else ("women", "all", "")[n % 3],
        }


if __name__ == "__main__":
    main(*sys.argv[1:])
