"""The invented organisations, teams and people of the demo: data/consortium.toml."""

from __future__ import annotations

from functools import cache
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from protect.kernel import tables
from protect.kernel.ids import stable_uuid
from protect.kernel.tables import Record
from protect.orgs.enums import Level, OrganisationKind, TeamState
from protect.orgs.roles import roles
from protect.orgs.rules import DEMO_DOMAIN


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DemoTeam(_Row):
    code: str
    name: str = Field(pattern="^Demo ")
    purpose: str = ""
    state: TeamState = TeamState.ACTIVE  # as far as its keys are made


class DemoPerson(_Row):
    code: str
    name: str = Field(pattern="^Demo ")
    language: str
    roles: list[str]  # a code of roles.toml, with @<team> for one in a team
    waits: bool = False  # no colleague has let them in yet

    @property
    def email(self) -> str:
        return f"{self.code}@{DEMO_DOMAIN}"


class DemoOrganisation(Record):
    name: str = Field(pattern="^Demo ")
    kind: OrganisationKind
    country: str
    zone: str
    teams: list[DemoTeam] = []
    people: list[DemoPerson]


@cache
def consortium() -> dict[str, DemoOrganisation]:
    """Return the demo's organisations by code.

    Errors: DataError, also for a role that is not held in such a place.
    """
    by_code = tables.load("demo", "consortium", DemoOrganisation)
    for code, organisation in by_code.items():
        teams = {team.code for team in organisation.teams}
        for person in organisation.people:
            for held in person.roles:
                if not _is_held(held, teams):
                    raise tables.bad_row(
                        "demo",
                        "consortium",
                        code,
                        problem=f"{person.code} cannot hold “{held}”.",
                        remedy="use a role of roles.toml, with @<team> exactly where it needs one.",
                    )
    return by_code


def pk_of(table: str, key: str) -> UUID:
    """Return the id of a row of the demo, always the same: of ("user", "amal"), for example."""
    return stable_uuid("demo", table, key)


def _is_held(held: str, teams: set[str]) -> bool:
    role, _, team = held.partition("@")
    if role not in roles():
        return False
    return team in teams if roles()[role].level == Level.TEAM else not team
