"""Builds the demo's organisations, teams and people. Safe to run again."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Model

from protect.audit.context import AuditContext
from protect.audit.rules import PLATFORM
from protect.demo.consortium import DemoOrganisation, DemoPerson, consortium, pk_of
from protect.orgs import rules
from protect.orgs.actions.modes import must_be_for_demo
from protect.orgs.enums import MembershipMove, MembershipState, OrganisationState
from protect.orgs.models import Membership, Organisation, Team, User
from protect.orgs.roles import roles

type Counts = Counter[str]


@transaction.atomic
def build_organisations(*, at: datetime) -> Counts:
    """Create missing rows of the demo's consortium; change nothing. Return new rows by table.

    A member with a role with keys is `enrolled` without password and keys: the vault makes those.
    Errors: DemoOnly on a live system; DatabaseWasLive; DataError.
    """
    must_be_for_demo()
    counts: Counts = Counter()
    for plan in consortium().values():
        _build(plan, at, counts)
    return counts


def _build(plan: DemoOrganisation, at: datetime, counts: Counts) -> None:
    before = counts["organisation"]
    organisation = _once(
        Organisation,
        plan.code,
        counts,
        name=plan.name,
        kind=plan.kind,
        country=plan.country,
        zone=plan.zone,
        state=OrganisationState.ACTIVE,
        created=at,
    )
    if counts["organisation"] > before:
        audit = AuditContext(at=at, actor=None, organisation=organisation.pk)
        audit.record("orgs.build_demo", organisation, chain=PLATFORM)
    teams = {
        each.code: _once(
            Team,
            f"{plan.code}.{each.code}",
            counts,
            organisation=organisation,
            name=each.name,
            purpose=each.purpose,
            created=at,
        )
        for each in plan.teams
    }
    for person in plan.people:
        user = _user(person, at, counts)
        for held in person.roles:
            role, _, code = held.partition("@")
            place = {"organisation": organisation, "team": teams.get(code), "role": role}
            state = _state(role)
            admitted_at = at if state == MembershipState.ACTIVE else None
            admission = {"state": state, "created": at, "admitted_at": admitted_at}
            key = f"{plan.code}.{person.code}.{held}"
            _once(Membership, key, counts, user=user, **place, **admission)


def _user(person: DemoPerson, at: datetime, counts: Counts) -> User:
    return _once(
        User,
        person.code,
        counts,
        email=person.email,
        name=person.name,
        language=person.language,
        password=make_password(None),
        created=at,
    )


def _state(role: str) -> MembershipState:
    """Return the state that a membership reaches without the vault."""
    gives_keys = roles()[role].gives_keys
    state = rules.step_membership(
        MembershipState.INVITED, MembershipMove.ACCEPT, gives_keys=gives_keys
    )
    if gives_keys:
        return state
    return rules.step_membership(state, MembershipMove.READY, gives_keys=gives_keys)


def _once[M: Model](model: type[M], key: str, counts: Counts, **fields: Any) -> M:
    """Return the row with a stable id, created if missing."""
    table = model._meta.model_name or ""
    rows = model._default_manager
    row, is_new = rows.get_or_create(pk=pk_of(table, key), defaults=fields)
    counts[table] += is_new
    return row
