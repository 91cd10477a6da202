"""Databases that are made once for a run and all its workers; tests work on copies of them."""

import fcntl
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.cluster import binaries
from tests.serving import PROTECT

SERVER = os.environ.get("PROTECT_DATABASE_URL", "")
IS_POSTGRES = SERVER.startswith("postgres")
# What each begins with, and the command that makes the rest.
STEPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "migrated": ("", ("migrate", "--verbosity", "0")),
    "loaded": ("migrated", ("load-data",)),
    "demo": ("migrated", ("demo", "--build-only")),
}


@dataclass(frozen=True)
class Originals:
    """Each is made when it is first asked for; another worker waits for it meanwhile."""

    folder: Path

    def file(self, kind: str, to: Path) -> str:
        """Copy a database into a file and return its address."""
        with closing(sqlite3.connect(to)) as new:
            self.fill(kind, new)
        return f"sqlite:///{to}"

    def fill(self, kind: str, database: sqlite3.Connection) -> None:
        """Copy a database into an open one of SQLite."""
        with self._held(kind):
            made = self._made_file(kind)
        with closing(sqlite3.connect(made)) as original:
            original.backup(database)

    def said(self, kind: str) -> str:
        """Return what the command said that made a file."""
        with self._held(kind):
            return self._made_file(kind).with_suffix(".said").read_text("utf-8")

    def pour(self, url: str) -> None:
        """Bring the empty database of another server as far as `migrate` does."""
        dump = self.folder / "migrated.sql"
        with self._held("dump"):
            if not dump.exists():
                self._run("migrated", url)
                half = dump.with_suffix(".half")
                subprocess.run([_program("pg_dump"), "-f", half, url], check=True)
                half.rename(dump)
                return
        psql = [_program("psql"), "-q", "-v", "ON_ERROR_STOP=1", "-f", dump, url]
        subprocess.run(psql, check=True, stdout=subprocess.DEVNULL)

    def on_server(self, kind: str, name: str) -> str:
        """Copy a database on the server of this run and return its address."""
        with self._held(kind):
            _create(name, self._made_on_server(kind))
        return _address(name)

    def _made_file(self, kind: str) -> Path:
        made, half = self.folder / f"{kind}.sqlite3", self.folder / f"{kind}.half"
        if not made.exists():
            half.unlink(missing_ok=True)
            begin = "" if kind == "demo" else STEPS[kind][0]
            url = self.file(begin, half) if begin else f"sqlite:///{half}"
            if kind == "demo":  # it is built beside its name, where a build was interrupted
                half.with_name(f"{half.name}.building").write_bytes(b"half of a database")
            made.with_suffix(".said").write_text(self._run(kind, url), "utf-8")
            half.rename(made)
        return made

    def _made_on_server(self, kind: str) -> str:
        name, done = f"{_name()}_{kind}_original", self.folder / f"{kind}.on_server"
        if not done.exists():
            begin, _ = STEPS[kind]
            if begin:
                self.on_server(begin, name)
            else:
                _create(name)
            self._run(kind, _address(name))
            done.touch()
        return name

    def _run(self, kind: str, url: str) -> str:
        given = {"PROTECT_DATABASE_URL": url, "PROTECT_LEDGER": f"{self.folder}/ledger.jsonl"}
        ran = subprocess.run(
            [str(PROTECT), *STEPS[kind][1]],
            env={**os.environ, **given},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout
        return ran.stdout

    @contextmanager
    def _held(self, kind: str) -> Iterator[None]:
        with (self.folder / f"{kind}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


@dataclass
class Copies:
    """Databases of tests' own, of the kind that this run is about: files, or on its server."""

    originals: Originals
    folder: Path
    names: list[str] = field(default_factory=list)

    def __call__(self, kind: str, name: str) -> str:
        if not IS_POSTGRES:
            return self.originals.file(kind, self.folder / f"{name}.sqlite3")
        own = f"{_name()}_{name}_{os.getpid()}"
        self.names.append(own)
        return self.originals.on_server(kind, own)

    def drop(self) -> None:
        for name in self.names:
            _ask(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _create(name: str, template: str = "template1") -> None:
    _ask(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # of a run that was broken off
    _ask(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _ask(statement: str) -> None:
    with psycopg.connect(SERVER, dbname="postgres", autocommit=True) as connection:
        connection.execute(statement)


def _name() -> str:
    return urlsplit(SERVER).path.removeprefix("/")


def _address(name: str) -> str:
    return urlsplit(SERVER)._replace(path=f"/{name}").geturl()


def _program(name: str) -> str:
    found = binaries()
    assert found is not None
    return str(found / name)
