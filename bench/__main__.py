"""Measure side by side in one run and write the tables: `make bench`, `python -m bench answers`.

Ratios carry over to other machines, absolute numbers do not. Never a timed test.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protect.site.settings")
RESULTS = Path(__file__).parent / "results"
SUBJECTS = ("answers", "pages")


def machine() -> str:
    """Say on what, with what, and when this was measured."""
    known = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.split(":")[1].strip() for line in known if "model name" in line), "?")
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "django", "granian"))
    when = datetime.now(UTC).date().isoformat()
    return (
        f"{when}, {os.cpu_count()} cores of {model}, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, {packages}."
    )


def main() -> None:
    import django

    django.setup()
    RESULTS.mkdir(exist_ok=True)
    for subject in sys.argv[1:] or SUBJECTS:
        print(f"{subject} …", file=sys.stderr)
        module = importlib.import_module(f"bench.{subject}")
        text = f"# {module.TITLE}\n\n{machine()}\n\n{module.report()}\n"
        (RESULTS / f"{subject}.md").write_text(text, encoding="utf-8")
        print(text)


main()
