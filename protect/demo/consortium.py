"""Demo data: the invented organisations, teams and people of data/consortium.toml."""

from collections import Counter
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Model
from pydantic import BaseModel, ConfigDict, Field

from protect.audit.context import AuditContext
from protect.audit.rules import PLATFORM
from protect.kernel import ids, tables
from protect.orgs import enums, models, rules
from protect.orgs.actions.modes import must_allow_demo_data
from protect.orgs.roles import roles

type Counts = Counter[str]


class _DemoRow(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DemoTeam(_DemoRow):
    code: str
    name: str = Field(pattern="^Demo ")
    purpose: str = ""
    state: enums.TeamState = enums.TeamState.ACTIVE  # the state that `build_keys` brings it to


class DemoPerson(_DemoRow):
    code: str
    name: str = Field(pattern="^Demo ")
    language: str
    roles: list[str]  # codes of roles.toml, with @<team> for a role in a team
    waits: bool = False  # whether no colleague has admitted them yet

    @property
    def email(self) -> str:
        return f"{self.code}@{rules.DEMO_DOMAIN}"


class DemoOrganisation(tables.Record):
    name: str = Field(pattern="^Demo ")
    kind: enums.OrganisationKind
    country: str
    zone: str
    teams: list[DemoTeam] = []
    people: list[DemoPerson]


@cache
def consortium() -> dict[str, DemoOrganisation]:
    """Return the demo's organisations by code. Errors: DataError, also for an invalid role."""
    by_code = tables.load("demo", "consortium", DemoOrganisation)
    for code, organisation in by_code.items():
        teams = {team.code for team in organisation.teams}
        for person in organisation.people:
            for held in person.roles:
                if not _is_valid_role(held, teams):
                    raise tables.bad_row_error(
                        "demo",
                        "consortium",
                        code,
                        problem=f"{person.code} cannot hold “{held}”.",
                        remedy="use a role of roles.toml, with @<team> exactly where it needs one.",
                    )
    return by_code


def pk_of(table: str, key: str) -> UUID:
    """Return the id of a demo row, which is always the same, such as that of ("user", "amal")."""
    return ids.stable_uuid("demo", table, key)


def _is_valid_role(role_at_team: str, teams: set[str]) -> bool:
    role, _, team = role_at_team.partition("@")
    if role not in roles():
        return False
    return team in teams if roles()[role].level == enums.Level.TEAM else not team


@transaction.atomic
def build_organisations(*, at: datetime) -> Counts:
    """Create missing rows of the demo's consortium; return the number of new rows by table.
    Existing rows do not change. A member whose role gives keys becomes `enrolled` without
    password and keys, which `build_keys` makes.
    Errors: demo_only on a live system; database_was_live; DataError."""
    must_allow_demo_data()
    counts: Counts = Counter()
    for plan in consortium().values():
        _build_organisation(plan, at, counts)
    return counts


def _build_organisation(plan: DemoOrganisation, at: datetime, counts: Counts) -> None:
    earlier_count = counts["organisation"]
    organisation = _get_or_create(
        models.Organisation,
        plan.code,
        counts,
        name=plan.name,
        kind=plan.kind,
        country=plan.country,
        zone=plan.zone,
        state=enums.OrganisationState.ACTIVE,
        created=at,
    )
    if counts["organisation"] > earlier_count:
        audit = AuditContext(at=at, actor=None, organisation=organisation.pk)
        audit.record("orgs.build_demo", organisation, chain=PLATFORM)
    teams = {
        team.code: _get_or_create(
            models.Team,
            f"{plan.code}.{team.code}",
            counts,
            organisation=organisation,
            name=team.name,
            purpose=team.purpose,
            created=at,
        )
        for team in plan.teams
    }
    for person in plan.people:
        user = _get_or_create_user(person, at, counts)
        for held in person.roles:
            role, _, code = held.partition("@")
            role_fields = {"organisation": organisation, "team": teams.get(code), "role": role}
            state = _membership_state_once_accepted(role)
            admitted_at = at if state == enums.MembershipState.ACTIVE else None
            admission = {"state": state, "created": at, "admitted_at": admitted_at}
            key = f"{plan.code}.{person.code}.{held}"
            _get_or_create(models.Membership, key, counts, user=user, **role_fields, **admission)


def _get_or_create_user(person: DemoPerson, at: datetime, counts: Counts) -> models.User:
    fields = {"email": person.email, "name": person.name, "language": person.language}
    password = make_password(None)
    return _get_or_create(models.User, person.code, counts, **fields, password=password, created=at)


def _membership_state_once_accepted(role: str) -> enums.MembershipState:
    gives_keys = roles()[role].gives_keys
    state, move = enums.MembershipState.INVITED, enums.MembershipMove.ACCEPT
    state = rules.step_membership(state, move, gives_keys=gives_keys)
    if gives_keys:
        return state
    return rules.step_membership(state, enums.MembershipMove.READY, gives_keys=gives_keys)


def _get_or_create[M: Model](model: type[M], key: str, counts: Counts, **fields: Any) -> M:
    table = model._meta.model_name or ""
    row, is_new = model._default_manager.get_or_create(pk=pk_of(table, key), defaults=fields)
    counts[table] += is_new
    return row
