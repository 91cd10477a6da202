"""Side-by-side measurements: `python -m bench [subject …]`, written to bench/results/.

Subjects: answer (the whole answer), start_time (the first answer after a start), kernel (retrieval
alone), pages (HTTP), coverage (the atlas), hsds (the interface for other systems beside plain
rows), exporting and importing (files of the directory), export (the public site as files),
measuring (results of a course), visible (from a change to the page that shows it), registering
(people who press at once), probing (whether a time tells who is registered), attending (a table of
who was there), vault (sealed beside clear), badges (certificates signed and verified), papers (PDFs
and calendars of trainings), posters (materials of campaigns), communities
(pages about rights, releases, the matrix, the first view), coordination (the search of decisions).
Without a name all are measured, one
after the other. `python -m bench.vault.versions COMMIT` compares the vault with an earlier commit.
Nothing else should run meanwhile.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

from bench.measure import machine

SUBJECTS = (
    "kernel",
    "answer",
    "start_time",
    "pages",
    "coverage",
    "hsds",
    "exporting",
    "export",
    "visible",
    "importing",
    "measuring",
    "registering",
    "probing",
    "attending",
    "vault",
    "papers",
    "badges",
    "posters",
    "communities",
    "coordination",
)
RESULTS = Path(__file__).parent / "results"


def main(names: list[str]) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protect.site.settings")
    django.setup()
    for name in names or SUBJECTS:
        if name not in SUBJECTS:
            raise SystemExit(f"no subject {name}; there are {', '.join(SUBJECTS)}")
        subject = import_module(f"bench.{name}")
        text = (
            f"# {(subject.__doc__ or name).splitlines()[0]}\n\n{machine()}\n\n{subject.report()}\n"
        )
        (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
        print(text)


if __name__ == "__main__":
    main(sys.argv[1:])
