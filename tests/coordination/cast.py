"""Who takes part in working groups in tests. Everything invented is called "Demo …"."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from protect.coordination.groups import actions
from protect.coordination.groups.enums import MemberRole
from protect.coordination.groups.models import Group, Member
from protect.orgs import access
from protect.orgs.models import Organisation, User
from protect.orgs.scope import Scope
from protect.uploads.clean_documents import CleanDocument
from tests.orgs.conftest import make_organisation
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
DOCUMENT = CleanDocument("Demo terms.pdf", "application/pdf", b"%PDF-demo")


@dataclass
class Cast:
    """amal coordinates Croatia; bela, of another organisation, is a member of her groups; chidi
    coordinates Belgium and must learn nothing; dana administers amal's organisation."""

    office: Organisation
    shelter: Organisation
    other: Organisation
    people: dict[str, User]
    keys: dict[str, Any] = field(default_factory=dict)

    def scope(self, name: str = "amal") -> Scope:
        return access.scope_for(self.people[name].pk)


def make_cast() -> Cast:
    office = make_organisation("Demo office Croatia", "HR")
    shelter = make_organisation("Demo shelter Zagreb", "HR")
    other = make_organisation("Demo office Belgium", "BE")
    places = {
        "amal": (office, "coordinator"),
        "bela": (shelter, "reader"),
        "chidi": (other, "coordinator"),
        "dana": (office, "organisation_admin"),
    }
    keys = {name: make_person(name) for name in places}
    for name, (organisation, role) in places.items():
        serve(keys[name], organisation, role)
    users = {name: person.user for name, person in keys.items()}
    return Cast(office, shelter, other, users, keys)


def make_desks(cast: Cast) -> dict[str, Desk]:
    """Return a browser for each person of the cast, signed in."""
    return {name: Desk(at=AT).let_in(person) for name, person in cast.keys.items()}


def make_group(cast: Cast, *, members: tuple[str, ...] = ("bela",), **given: Any) -> Group:
    """Return a group of amal's office with these members."""
    values = {"name": "Demo group", "purpose": "Pathways for the night", "country_id": "HR"}
    group = actions.create_group(cast.scope(), cast.office.pk, values | given, at=AT)
    for name in members:
        make_member(cast, group, f"{name}@demo.example")
    return group


def make_member(cast: Cast, group: Group, email: str, **given: Any) -> Member:
    """Return a new member: of the desk, if there is an account, else a guest."""
    values = {
        "email": email,
        "organisation_name": "Demo police",
        "position": "Contact officer",
        "role": MemberRole.MEMBER,
        "mailbox": "",
        "language": "en",
        **given,
    }
    return actions.add_member(cast.scope(), group, values, at=AT)


def plant_group(office: Organisation, user: User) -> dict[str, UUID]:
    """Plant one row of each kind for a coordinator of an office, by what an address names."""
    cast = Cast(office, office, office, {"amal": user})
    group = make_group(cast, members=(), country_id=office.country)
    actions.add_terms(cast.scope(), group, DOCUMENT, at=AT)
    member = make_member(cast, group, "demo.guest@demo.example")
    return {"group": group.pk, "member": member.pk}
