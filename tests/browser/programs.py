"""Run as a program beside a server of tests: calls functions that plant rows in its database.

Each line that it reads is a call, as JSON: a module of tests and the arguments of its `main`. Each
line that it writes is the answer: what `main` returned, or the traceback. Django is loaded once.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from importlib import import_module

import django


def answer(module: str, *arguments: str) -> dict[str, str]:
    from django.db import connection, transaction

    try:
        with transaction.atomic():
            return {"returned": import_module(module).main(*arguments) or ""}
    except Exception:  # noqa: BLE001 - the test that asked fails with it
        return {"failed": traceback.format_exc()}
    finally:
        connection.close()  # no file and no row stays locked meanwhile


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protect.site.settings")
    django.setup()
    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(answer(*json.loads(line)))}\n")
        sys.stdout.flush()
