from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection

from tests.vault.adversary.database_writer import DatabaseWriter, see_all_rows
from tests.vault.role import make_role, working_as
from tests.vault.views.conftest import one_clock as one_clock


@pytest.fixture(params=["ledger", "no_ledger"])
def ledger_state(request: pytest.FixtureRequest) -> str:
    """Whether the server still has its ledger; where it was lost, the next line begins it anew."""
    return str(request.param)


@pytest.fixture
def writer(cast, ledger_state: str) -> Iterator[DatabaseWriter]:
    """A writer to the database, in PostgreSQL as the role of the application.

    The members have opened their teams before, so that each has pinned the team's key.
    """
    for name, team in (("sana", cast.desk), ("amal", cast.desk), ("bela", cast.shelter)):
        cast.people[name].unlocked().team(team.pk, 1)
    if ledger_state == "no_ledger":
        settings.LEDGER.unlink(missing_ok=True)
    if connection.vendor != "postgresql":
        yield DatabaseWriter()
        return
    with working_as(make_role()):
        see_all_rows()
        yield DatabaseWriter()
