"""Create planners, courses, editions and resources for tests, all called "Demo …"."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from protect.orgs import access
from protect.orgs.models import Organisation, User
from protect.orgs.scope import Scope
from protect.trainings.curricula.enums import VersionState
from protect.trainings.curricula.models import Course, CourseVersion, Module, ModuleVersion
from protect.trainings.registrations.models import Participant, Sender
from protect.trainings.scheduling.enums import (
    Approval,
    BookingRole,
    CountMode,
    EditionState,
    SessionKind,
)
from protect.trainings.scheduling.models import Edition, Resource, Session, Venue
from tests.orgs.conftest import make_organisation, make_person

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
FIRST_DAY = datetime(2027, 1, 12, 8, tzinfo=UTC)  # nine o'clock in Brussels
NUMBERS = count(1)
LONG = 5000  # people, of a list that must not be refused
LEUVEN = 2792482  # GeoNames


@dataclass
class Planners:
    """pia plans and tom trains for the host; otto plans for another, chidi for nobody."""

    host: Organisation
    other: Organisation
    people: dict[str, User]

    def scope(self, name: str) -> Scope:
        return access.scope_for(self.people[name].pk)


def make_planners() -> Planners:
    host, other = make_organisation("Demo Academy"), make_organisation("Demo Elsewhere", "MT")
    people = {
        "pia": make_person("pia", host, "coordinator"),
        "tom": make_person("tom", host, "trainer"),
        "otto": make_person("otto", other, "coordinator"),
        "chidi": make_person("chidi", host, "reader"),
    }
    return Planners(host, other, people)


def make_course(owner: Organisation, **given: Any) -> CourseVersion:
    """Return a published course without modules."""
    number = next(NUMBERS)
    course = given.pop("course", None) or Course.objects.create(
        code=f"demo-course-{number}", owner=owner
    )
    fields = {
        "number": 1,
        "language_id": "en",
        "title": f"Demo course {number}",
        "state": VersionState.PUBLISHED,
        "created": AT,
        "published_at": AT,
    }
    return CourseVersion.objects.create(course=course, **fields | given)


def make_module(owner: Organisation, **given: Any) -> ModuleVersion:
    """Return a published version of a module."""
    number = next(NUMBERS)
    module = given.pop("module", None) or Module.objects.create(
        code=f"demo-module-{number}", owner=owner
    )
    fields = {
        "number": 1,
        "language_id": "en",
        "title": f"Demo module {number}",
        "minutes": 90,
        "licence": "CC-BY-4.0",
        "state": VersionState.PUBLISHED,
        "created": AT,
        "published_at": AT,
    }
    return ModuleVersion.objects.create(module=module, **fields | given)


def make_drafts(owner: Organisation) -> dict[str, UUID]:
    """Return a draft of a module and one of a course, by their kind."""
    fresh = {"state": VersionState.DRAFT, "published_at": None}
    return {"module": make_module(owner, **fresh).pk, "course": make_course(owner, **fresh).pk}


def make_edition(host: Organisation, *, sessions: int = 2, **given: Any) -> Edition:
    """Return an open edition in Brussels with sessions of three hours, one a day."""
    fields = {
        "code": f"DEMO-{next(NUMBERS)}",
        "course_version": given.pop("course_version", None) or make_course(host),
        "host": host,
        "country_id": "BE",
        "zone": "Europe/Brussels",
        "seat_limit": 3,
        "approval": Approval.AUTO,
        "state": EditionState.OPEN,
        "created": AT,
    }
    edition = Edition.objects.create(**fields | given)
    edition.languages.set(["en"])
    for number in range(1, sessions + 1):
        start = FIRST_DAY + timedelta(days=number - 1)
        make_session(edition, number, start, start + timedelta(hours=3))
    return edition


def make_session(edition: Edition, number: int, start: datetime, end: datetime) -> Session:
    return Session.objects.create(
        edition=edition,
        numbered_in=edition.pk,
        number=number,
        kind=SessionKind.TRAINING,
        count_mode=CountMode.NAMED,
        starts_at=start,
        ends_at=end,
        zone=edition.zone,
    )


def make_resource(host: Organisation, kind: str, name: str = "", **given: Any) -> Resource:
    """Return a bookable person, venue or equipment."""
    fields = {"kind": kind, "name": name or f"Demo {kind}", "created": AT}
    return Resource.objects.create(organisation=host, **fields | given)


def make_trainer(host: Organisation, name: str = "Demo Trainer", **given: Any) -> Resource:
    return make_resource(host, "person", name, **given)


def make_hall(host: Organisation, name: str = "Demo Hall", **given: Any) -> Venue:
    """Return a room for thirty people."""
    fields = {"resource": make_resource(host, "venue", name), "place_id": LEUVEN, "capacity": 30}
    return Venue.objects.create(**fields | given)


def make_booked_resources(session: Session) -> dict[str, UUID]:
    """Book a trainer for a session; return ids of bookable resources and of the booking."""
    host = session.training.host
    trainer = make_trainer(host)
    booked = session.bookings.create(
        resource=trainer,
        role=BookingRole.TRAINER,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        created=AT,
    )
    return {
        "resource": trainer.pk,
        "staff": trainer.pk,
        "venue": make_hall(host).pk,
        "childcare": make_resource(host, "childcare").pk,
        "equipment": make_resource(host, "equipment").pk,
        "booking": booked.pk,
    }


def make_sender(host: Organisation, name: str = "Demo Shelter", **given: Any) -> Sender:
    fields = {"name": name, "country_id": "BE", "kept_by": host, "language_id": "fr"}
    return Sender.objects.create(**fields | {"created": AT} | given)


def make_participant(
    host: Organisation, name: str = "", sender: Sender | None = None, **given: Any
) -> Participant:
    number = next(NUMBERS)
    fields = {
        "host": host,
        "name": name or f"Demo Person {number}",
        "email": f"person{number}@demo.example",
        "sender": sender,
        "country_id": "BE",
        "language_id": "en",
        "created": AT,
    }
    return Participant.objects.create(**fields | given)


def long_list() -> SimpleUploadedFile:
    """Return a file of names that is longer than what can be typed."""
    rows = [f"Demo Person {number},person{number}@demo.example" for number in range(LONG)]
    return SimpleUploadedFile("list.csv", "\n".join(["name,email", *rows]).encode())


def delete_edition(*, edition: UUID) -> None:
    """Delete an edition and its rows, after a test with its own database connections."""
    row = Edition.objects.get(pk=edition)
    for registration in row.registrations.all():
        registration.waiting_moves.all().delete()
    row.registrations.all().delete()
    row.sessions.all().delete()
    row.delete()
