"""Run functions of test modules in a separate process with another database than the tests'.

Run as a program, this module reads one call per line, as JSON: a test module and the arguments of
its `main`. It answers with one line: the result of `main`, or the traceback. Django is loaded once.
"""

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from subprocess import PIPE

ROOT = Path(__file__).resolve().parents[1]


class Programs:
    """The process, started at the first call: starting one takes longer than a call."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = {**os.environ, **environ, "PYTHONPATH": str(ROOT)}
        self.process: subprocess.Popen[str] | None = None

    def call(self, module: str, *arguments: str) -> str:
        """Call `main` of a module of tests, in a transaction; return what it returns."""
        if self.process is None:
            command = [sys.executable, "-m", "tests.programs"]
            self.process = subprocess.Popen(
                command, env=self.environ, stdin=PIPE, stdout=PIPE, text=True, cwd=ROOT
            )
        calls, answers = self.process.stdin, self.process.stdout
        assert calls is not None
        assert answers is not None
        calls.write(f"{json.dumps([module, *arguments])}\n")
        calls.flush()
        answer = json.loads(answers.readline())
        assert "failed" not in answer, answer["failed"]
        return str(answer["returned"])

    def close(self) -> None:
        if self.process is not None:
            self.process.communicate()


def answer(module: str, *arguments: str) -> dict[str, str]:
    from django.db import connection, transaction

    try:
        with transaction.atomic():
            return {"returned": import_module(module).main(*arguments) or ""}
    except Exception:  # noqa: BLE001 - the test that called fails with it
        return {"failed": traceback.format_exc()}
    finally:
        connection.close()  # so that no file or row stays locked between calls


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "protect.site.settings")
    django.setup()
    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(answer(*json.loads(line)))}\n")
        sys.stdout.flush()
