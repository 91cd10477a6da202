"""Two days of the atlas that differ, in a database of the demo."""

import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing

import psycopg

from tests.serving import PROTECT

EARLIER = (
    "UPDATE matching_coveragesnapshot"
    " SET day = '2026-10-01', asks = asks + 1, settlements = settlements + 1"
)


def keep_two_days(country: str, environ: Mapping[str, str]) -> None:
    """Keep a country's state, make it an older and a worse one, and keep it once more."""
    keep = [str(PROTECT), "keep-coverage", "--country", country]
    subprocess.run(keep, env=environ, check=True, capture_output=True)
    database = environ["PROTECT_DATABASE_URL"]
    if database.startswith("sqlite"):
        with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as file:
            file.execute(EARLIER)
            file.commit()
    else:
        with psycopg.connect(database) as server:
            server.execute(EARLIER)
    subprocess.run(keep, env=environ, check=True, capture_output=True)
