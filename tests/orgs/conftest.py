"""A small consortium: amal sends, bela receives, chidi must learn nothing, dana administers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from django_tasks_db.models import DBTaskResult

from protect.notices.models import Outgoing
from protect.orgs import access
from protect.orgs.enums import MembershipState, OrganisationKind, OrganisationState, TeamState
from protect.orgs.models import (
    Attempt,
    Invitation,
    Membership,
    Organisation,
    Team,
    User,
    Vouch,
)
from protect.orgs.roles import roles
from protect.orgs.scope import Scope
from tests.audit.tampering import forget_everything
from tests.orgs.threads import apart

AT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


@dataclass
class World:
    """Two organisations, three teams, and the people in them."""

    office: Organisation
    other: Organisation
    desk: Team
    shelter: Team
    other_team: Team
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def scope(self, name: str) -> Scope:
        return access.scope_for(self.people[name].pk)

    def place(self, name: str) -> Membership:
        return Membership.objects.live().get(user=self.people[name])


def make_organisation(name: str, country: str = "BE", state=OrganisationState.ACTIVE):
    return Organisation.objects.create(
        name=name,
        kind=OrganisationKind.IOM_OFFICE,
        country=country,
        zone="Europe/Brussels",
        state=state,
        suspended_at=AT if state == OrganisationState.SUSPENDED else None,
        created=AT,
    )


def make_team(organisation: Organisation, name: str) -> Team:
    return Team.objects.create(
        organisation=organisation, name=name, state=TeamState.ACTIVE, created=AT
    )


def make_person(name: str, organisation: Organisation, role: str, team: Team | None = None) -> User:
    user = User.objects.create_user(f"{name}@demo.example", name=f"Demo {name.title()}")
    give(user, organisation, role, team)
    return user


def give(user, organisation, role, team=None, state=MembershipState.ACTIVE) -> Membership:
    assert role in roles()
    return Membership.objects.create(
        user=user,
        organisation=organisation,
        team=team,
        role=role,
        state=state,
        created=AT,
        admitted_at=AT if state == MembershipState.ACTIVE else None,
    )


@pytest.fixture(autouse=True)
def staff_url(settings) -> None:
    settings.STAFF_URL = "https://desk.demo.example"


@pytest.fixture
def world(db) -> World:
    return make_world()


@pytest.fixture
def committed_world(db) -> Iterator[World]:
    """A world that other connections see, too. Write to it by `apart`; nothing of it stays."""
    yield apart(make_world)
    apart(forget_world)


def forget_world() -> None:
    forget_everything()  # the audit's own guards refuse the usual clearing
    for model in (DBTaskResult, Outgoing, Attempt, Vouch, Invitation, Membership):
        model.objects.all().delete()
    for model in (Team, Organisation, User):
        model.objects.all().delete()


def make_world() -> World:
    office, other = make_organisation("Demo office"), make_organisation("Demo other", "MT")
    made = World(
        office=office,
        other=other,
        desk=make_team(office, "Demo desk"),
        shelter=make_team(office, "Demo shelter"),
        other_team=make_team(other, "Demo team"),
    )
    people = made.people
    people["amal"] = make_person("amal", office, "caseworker", made.desk)
    people["sana"] = make_person("sana", office, "supervisor", made.desk)
    people["bela"] = make_person("bela", office, "receiver", made.shelter)
    people["chidi"] = make_person("chidi", other, "supervisor", made.other_team)
    people["dana"] = make_person("dana", office, "organisation_admin")
    people["emil"] = make_person("emil", other, "organisation_admin")
    people["olga"] = make_person("olga", other, "operator")
    return made
