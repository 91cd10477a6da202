"""The two teams and four people of the machine of keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from protect.orgs.models import Organisation, Team
from protect.vault.formats.secrets import TeamSecret
from tests.orgs.conftest import make_organisation
from tests.vault.cast import (
    Person,
    appoint_officers,
    make_person,
    serve,
)

NAMES = ("amal", "sana", "bela", "noor")
TEAMS = ("desk", "shelter")
RUNS, STEPS = 15, 16


@dataclass
class World:
    """What stands before the first step, the same for every run."""

    people: dict[str, Person]
    admins: dict[str, Person]
    operator: Person
    offices: dict[str, Organisation]
    codes: dict[str, dict[int, str]]


@dataclass
class Kept:
    """A record or packet, and what it says."""

    row: Any
    number: int
    is_withdrawn: bool = False


@dataclass
class Side:
    """What should be true of a team."""

    team: Team
    waiting: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    records: list[Kept] = field(default_factory=list)
    taken: list[tuple[TeamSecret, int]] = field(default_factory=list)  # by those who went


def make_world() -> World:
    offices = {"desk": make_organisation("Demo office"), "shelter": make_organisation("Demo two")}
    admins = {code: make_person(f"admin-{code}") for code in TEAMS}
    codes = {}
    for code in TEAMS:
        serve(admins[code], offices[code], "organisation_admin")
        codes[code] = appoint_officers(admins[code].scope, offices[code])
    operator = make_person("operator")
    serve(operator, offices["desk"], "operator")
    people = {name: make_person(name) for name in NAMES}
    return World(people, admins, operator, offices, codes)
