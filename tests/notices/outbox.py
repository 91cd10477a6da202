"""A database of its own, for workers that are real processes."""

import os
import sqlite3
import subprocess
from contextlib import closing

import psycopg

from tests.originals import IS_POSTGRES
from tests.programs import Programs
from tests.serving import PROTECT

ENDS_WITHIN_S = 60  # seconds


class Outbox:
    def __init__(self, url: str) -> None:
        self.environ = os.environ | {"PROTECT_DATABASE_URL": url, "PYTHONUNBUFFERED": "1"}
        self.programs = Programs({"PROTECT_DATABASE_URL": url})

    def use(self, port: int) -> None:
        self.environ["PROTECT_SMTP_URL"] = f"smtp://127.0.0.1:{port}"

    def run(self, *arguments: str) -> str:
        """Run a command of the site to its end and return what it says."""
        ran = subprocess.run(
            [PROTECT, *arguments], env=self.environ, check=True, capture_output=True, text=True
        )
        return ran.stdout.strip()

    def post(self, count: int) -> None:
        self.programs.call("tests.notices.outbox", str(count))

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        """Ask the database past the site; a change is committed."""
        url = self.environ["PROTECT_DATABASE_URL"]
        opened = psycopg.connect(url) if IS_POSTGRES else sqlite3.connect(url[len("sqlite:///") :])
        with closing(opened), opened as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def empty(self) -> None:
        self.sql("DELETE FROM notices_outgoing")
        self.sql("DELETE FROM django_tasks_database_dbtaskresult")

    def count(self, condition: str) -> int:
        ((number,),) = self.sql(f"SELECT count(*) FROM notices_outgoing WHERE {condition}")
        return int(str(number))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a worker that goes on by itself."""
        return subprocess.Popen(
            [PROTECT, "worker", *arguments],
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def end(worker: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for a worker to end; return how it ended and what it said."""
    try:
        said, complained = worker.communicate(timeout=ENDS_WITHIN_S)
    finally:
        worker.kill()
    return worker.returncode, said, complained


def main(count: str) -> None:
    """Put mails into the outbox of this database."""
    from protect.kernel import clock
    from protect.notices import actions

    for number in range(int(count)):
        address = f"a{number}@example.org"
        actions.post_mail(at=clock.now(), to=address, template="admitted", language="en")
