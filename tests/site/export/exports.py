"""Exports as an operator makes them: `protect export-public` in a process of its own."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.originals import Originals

ROOT = Path(__file__).resolve().parents[3]
AT = "2026-11-29T21:00:00+00:00"
VALLETTA = ("--demo", "--country", "MT", "--area", "MT-60", "--language", "en")


@dataclass(frozen=True)
class Site:
    """An installation with its database, and the folder of its snapshot file."""

    database: str
    folder: Path

    def environ(self, **changed: str) -> dict[str, str]:
        return {
            **os.environ,
            "PROTECT_DATABASE_URL": self.database,
            "PROTECT_LEDGER": f"{self.folder}/ledger.jsonl",
            "PROTECT_SNAPSHOT_FOLDER": str(self.folder),
            "PYTHONPATH": str(ROOT),
            **changed,
        }

    def command(self, *arguments: str, at: str = AT) -> list[str]:
        return [sys.executable, "-m", "tests.site.export.quick", at, *arguments]

    def run(
        self, *arguments: str, at: str = AT, **changed: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments, at=at),
            env=self.environ(**changed),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    def change_at_random(self, *, at: str, seed: int, count: int) -> str:
        """Change the directory; return what was changed."""
        module = "tests.site.export.random_changes"
        done = subprocess.run(
            [sys.executable, "-m", module, at, str(seed), str(count)],
            env=self.environ(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def export(self, target: Path, *options: str, at: str = AT, **changed: str) -> str:
        """Export to a folder; return what the command said."""
        done = self.run("export-public", str(target), *(options or VALLETTA), at=at, **changed)
        assert done.returncode == 0, done.stderr
        return done.stdout


def whole_demo(originals: Originals, folder: Path) -> Site:
    return Site(originals.file("demo", folder / "demo.sqlite3"), folder)


def malta_of_demo(originals: Originals, folder: Path) -> Site:
    """Return the demo with the services of Malta alone, which make half as many pages.

    Without this, lines of eleven other countries that a person in Malta can call have pages, too.
    """
    site = whole_demo(originals, folder)
    with closing(sqlite3.connect(folder / "demo.sqlite3")) as database, database:
        database.execute("UPDATE directory_service SET status = 'draft' WHERE country_id <> 'MT'")
    return site


def files(folder: Path) -> dict[str, bytes]:
    """Return the content of each file below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def pages(folder: Path) -> dict[str, str]:
    """Return each page of an export by the name of its file."""
    return {
        str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*.html")
    }


def manifest(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    return document


def copy_of(folder: Path, to: Path) -> Path:
    """Copy an export by hard links, which cost nothing; return where it is."""
    shutil.copytree(folder, to, copy_function=os.link)
    return to
