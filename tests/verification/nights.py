"""Users, services, checks and audit counts for tests of the directory."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from protect.audit.models import Entry
from protect.directory.enums import Fact, Method, Status, Verdict
from protect.directory.models import (
    DirectoryVersion,
    FactCheck,
    Location,
    Organisation,
    Service,
    ServiceAtLocation,
)
from protect.kernel.ids import short_code, stable_uuid
from protect.orgs.models import Organisation as Office
from protect.reference.models import Place
from tests.orgs.conftest import make_organisation
from tests.vault.cast import Person, make_person, serve
from tests.vault.views.desk import Desk

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
BEFORE = NOW - timedelta(days=30)
LATER = NOW + timedelta(hours=1)
VALLETTA = 2562305  # GeoNames
NUMBER = "+35621000001"

# name → role in the office of Malta
ROLES = {
    "cora": "coordinator",
    "edda": "editor",
    "vito": "verifier",
    "vera": "verifier",
    "mona": "moderator",
    "rita": "reader",  # a member without a role in the directory
}


@dataclass
class DirectoryStaff:
    """The users with roles in the directory of Malta, and one coordinator of another country."""

    office: Office
    abroad: Office
    people: dict[str, Person]

    def __getattr__(self, name: str) -> Person:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def desk(self, name: str, at: datetime = NOW) -> Desk:
        """Return a browser in which this user is signed in and has unlocked their keys."""
        return Desk(at=at).let_in(self.people[name])


def make_directory_staff() -> DirectoryStaff:
    """Create the users of ROLES for Malta, and the coordinator zoe for Ireland."""
    office, abroad = make_organisation("Demo Malta", "MT"), make_organisation("Demo Éire", "IE")
    people = {name: make_person(name) for name in (*ROLES, "zoe")}
    for name, role in ROLES.items():
        serve(people[name], office, role)
    serve(people["zoe"], abroad, "coordinator")
    return DirectoryStaff(office, abroad, people)


def house(country: str = "MT", name: str = "Demo House") -> Organisation:
    """Return an organisation that offers services, created if it does not exist."""
    return Organisation.objects.get_or_create(
        source="demo",
        source_id=f"{country} {name}",
        defaults={"name": name, "country_id": country, "last_modified": BEFORE},
    )[0]


def entry(code: str = "s1", country: str = "MT", *, phone: str = NUMBER, **given: Any) -> Service:
    """Create a published service with a phone number; `phone=""` for none."""
    key = stable_uuid("service", "demo", code)
    categories = given.pop("categories", ["psychosocial"])
    status = given.get("status", Status.PUBLISHED)
    defaults: dict[str, Any] = {
        "status": status,
        "released_at": BEFORE if status == Status.PUBLISHED else None,
        "last_modified": BEFORE,
        "name": "Demo Counselling",
        "organisation": house(country),
    }
    service = Service.objects.create(
        id=key,
        source="demo",
        source_id=code,
        short=short_code("service", str(key)),
        country_id=country,
        **defaults | given,
    )
    service.categories.set(categories)
    if phone:
        service.phones.create(number=phone)
    DirectoryVersion.objects.get_or_create(pk=1)
    return service


def locate(service: Service, address: str = "Demo Street 5", **given: Any) -> Location:
    """Create a location of a service in Valletta."""
    place = Place.objects.get(pk=VALLETTA)
    fields = {"latitude": place.latitude, "longitude": place.longitude, "city": place.name}
    location = Location.objects.create(
        organisation=service.organisation,
        place=place,
        zone=place.zone,
        address=address,
        **fields | given,
    )
    ServiceAtLocation.objects.create(service=service, location=location)
    return location


def checked(service: Service, fact: Fact, at: datetime = BEFORE, **given: Any) -> FactCheck:
    """Create a check of a fact, by default confirmed by phone and valid for sixty days."""
    defaults: dict[str, Any] = {
        "verdict": Verdict.CONFIRMED,
        "method": Method.CALL,
        "next_check": at + timedelta(days=60),
    }
    return FactCheck.objects.create(service=service, fact=fact, at=at, **defaults | given)


def count_audit_entries(*actions: str) -> int:
    """Return the number of audit entries of these actions."""
    packages = ("directory", "interchange", "matching", "verification")
    codes = [f"{package}.{each}" for package in packages for each in actions]
    return Entry.objects.filter(action__in=codes).count()
