import sqlite3

import psycopg
import pytest

from tests.conftest import IS_LONG
from tests.faults.conftest import Savers

KILLS = 1000 if IS_LONG else 12
SAVES = 1000
EACH = 60  # saves between two kills of PostgreSQL


@pytest.mark.parametrize(
    "where", ["on_sqlite", pytest.param("on_postgres", marks=pytest.mark.by_hand)]
)
def test_killing_a_server_while_it_saves_loses_nothing_and_halves_nothing(request, where):
    savers: Savers = request.getfixturevalue(where)

    stormed = savers.run("storm", str(KILLS))

    assert stormed.returncode == 0, stormed.stderr
    assert "none lost" in stormed.stdout
    savers.must_be_whole()


@pytest.mark.by_hand
def test_killing_postgres_loses_no_acknowledged_save(server, on_postgres):
    known: dict[str, int] = {}
    count = 0
    while count < SAVES:
        saver = on_postgres.begin()
        for _ in range(EACH):
            pk, version = saver.stdout.readline().split()
            known[pk] = max(int(version), known.get(pk, 0))
        server.kill()
        rest, complaint = saver.communicate()
        said = [line.split() for line in rest.splitlines()]
        known |= {pk: max(int(version), known.get(pk, 0)) for pk, version in said}
        count += EACH + len(said)
        assert "OperationalError" in complaint
        server.start()

    on_postgres.must_be_whole()
    assert must_hold(on_postgres, known) == []


def test_what_is_torn_is_found(on_sqlite, tmp_path):
    with sqlite3.connect(tmp_path / "faults.sqlite3") as file:
        file.execute("DELETE FROM vault_dekwrap")
    file.close()

    checked = on_sqlite.run("check")

    assert checked.returncode == 1


def must_hold(savers: Savers, known: dict[str, int]) -> list[str]:
    """Return the acknowledged saves that a database no longer has."""
    with psycopg.connect(savers.url) as connection:
        connection.execute("SELECT set_config('protect.teams', '*', false)")
        rows = connection.execute("SELECT id::text, version FROM vault_record").fetchall()
    there = dict(rows)
    return [pk for pk, version in known.items() if there.get(pk, 0) < version]
