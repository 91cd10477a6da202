"""Databases that are built once for a run and all its workers; tests work on copies of them."""

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
# By kind: the kind whose copy it starts from, and the command that builds the rest.
STEPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "migrated": ("", ("migrate", "--verbosity", "0")),
    "loaded": ("migrated", ("load-data",)),
    "demo": ("migrated", ("demo", "--build-only")),
}


@dataclass(frozen=True)
class Originals:
    """The databases to copy. Each is built at its first use; other workers wait meanwhile."""

    folder: Path

    def file(self, kind: str, to: Path) -> str:
        """Copy a database into a file and return its address."""
        with closing(sqlite3.connect(to)) as new:
            self.fill(kind, new)
        return f"sqlite:///{to}"

    def fill(self, kind: str, database: sqlite3.Connection) -> None:
        """Copy a database into an open SQLite connection."""
        with self._locked(kind):
            file = self._build_file(kind)
        with closing(sqlite3.connect(file)) as original:
            original.backup(database)

    def said(self, kind: str) -> str:
        """Return the output of the command that built a file."""
        with self._locked(kind):
            return self._build_file(kind).with_suffix(".said").read_text("utf-8")

    def pour(self, url: str) -> None:
        """Give the empty database of another server the tables that `migrate` creates."""
        dump = self.folder / "migrated.sql"
        with self._locked("dump"):
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
        with self._locked(kind):
            _create(name, self._build_on_server(kind))
        return _address(name)

    def _build_file(self, kind: str) -> Path:
        file, half = self.folder / f"{kind}.sqlite3", self.folder / f"{kind}.half"
        if not file.exists():
            half.unlink(missing_ok=True)
            begin = "" if kind == "demo" else STEPS[kind][0]
            url = self.file(begin, half) if begin else f"sqlite:///{half}"
            if kind == "demo":  # leave the remains of an interrupted build beside it
                half.with_name(f"{half.name}.building").write_bytes(b"half of a database")
            file.with_suffix(".said").write_text(self._run(kind, url), "utf-8")
            half.rename(file)
        return file

    def _build_on_server(self, kind: str) -> str:
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
        variables = {"PROTECT_DATABASE_URL": url, "PROTECT_LEDGER": f"{self.folder}/ledger.jsonl"}
        process = subprocess.run(
            [str(PROTECT), *STEPS[kind][1]],
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert process.returncode == 0, process.stdout
        return process.stdout

    @contextmanager
    def _locked(self, kind: str) -> Iterator[None]:
        with (self.folder / f"{kind}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


@dataclass
class Copies:
    """Copies of databases for single tests: SQLite files, or databases on this run's server."""

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
            _execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _create(name: str, template: str = "template1") -> None:
    _execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # left by an interrupted run
    _execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _execute(statement: str) -> None:
    with psycopg.connect(SERVER, dbname="postgres", autocommit=True) as connection:
        connection.execute(statement)


def _name() -> str:
    return urlsplit(SERVER).path.removeprefix("/")


def _address(name: str) -> str:
    return urlsplit(SERVER)._replace(path=f"/{name}").geturl()


def _program(name: str) -> str:
    folder = binaries()
    assert folder is not None
    return str(folder / name)
