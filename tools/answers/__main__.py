"""Judge the first answers of the starter directory: `make answers` writes docs/answers.md.

Exit code 1 when an answer is wrong and no reason is named for it in rules.toml.
"""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory


def main() -> int:
    """Write the page, from a database of its own that holds the starter directory alone."""
    with TemporaryDirectory() as folder:
        os.environ["PROTECT_DATABASE_URL"] = f"sqlite:///{Path(folder) / 'starter.sqlite3'}"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protect.site.settings")
        import django

        django.setup()
        from django.core.management import call_command

        from protect.findhelp.answers import silence
        from tools.answers import verdicts

        for name, *args in (
            ("migrate",),
            ("load_data",),
            ("import_services", str(verdicts.STARTER)),
        ):
            with open(os.devnull, "w") as nowhere:
                call_command(name, *args, verbosity=0, stdout=nowhere, stderr=nowhere)
        cells = verdicts.judge_all(silence.shown_answers, verdicts.read_rules())
    verdicts.PAGE.write_text(verdicts.page(cells), encoding="utf-8")
    unexplained = [cell for cell in cells if cell.reason == verdicts.NO_REASON]
    for cell in unexplained:
        print(*cell[:6], sep=" · ", file=sys.stderr)
    return int(bool(unexplained))


sys.exit(main())
