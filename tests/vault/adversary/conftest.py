from collections.abc import Iterator

import pytest
from django.db import connection

from tests.vault.adversary.database_writer import DatabaseWriter, see_all_rows
from tests.vault.role import make_role, working_as
from tests.vault.views.conftest import one_clock as one_clock


@pytest.fixture(params=["ledger", "rebuilt"])
def ledger_state(request: pytest.FixtureRequest) -> str:
    """Whether the server has its ledger, or one that was rebuilt from the attacked database."""
    return str(request.param)


@pytest.fixture
def writer(cast, ledger_state: str) -> Iterator[DatabaseWriter]:
    """A writer to the database, in PostgreSQL as the role of the application.

    The members have opened their teams before, so that each has pinned the team's key.
    """
    for name, team in (("sana", cast.desk), ("amal", cast.desk), ("bela", cast.shelter)):
        cast.people[name].unlocked().team_secret(team.pk, 1)
    made = DatabaseWriter(is_ledger_lost=ledger_state == "rebuilt")
    made.let_ledger_be_rebuilt()
    if connection.vendor != "postgresql":
        yield made
        return
    with working_as(make_role()):
        see_all_rows()
        yield made
