"""Hooks with which packages above trainings extend its pages, nightly steps and erasures.
The lower ones know none of them. Each registers one `Extension` in its `apps.py` and overrides
what it has something for; trainings ask all of them, in the order of INSTALLED_APPS."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise

from protect.kernel.steps import Step
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope

if TYPE_CHECKING:
    from protect.trainings.registrations.models import Registration, RegistrationQuerySet
    from protect.trainings.scheduling.models import Edition, Resource, Session

type Tab = tuple[str | Promise, str, tuple[Permission, ...]]
"""The label of a page of the desk, the name of its address, and who may open it."""


class Section(NamedTuple):
    """A heading beside an edition at the desk, with the link below it."""

    title: str
    label: str
    url: str


class OwnLink(NamedTuple):
    """A link on a participant's own page."""

    label: str
    url: str
    is_button: bool = False


class SessionOwner(NamedTuple):
    """The organisation that plans a session without an edition, and when it was requested."""

    organisation: UUID | None
    planned_at: datetime


class OwnSession(NamedTuple):
    place: str
    starts_at: datetime
    zone: str
    url: str


class Renewal(Protocol):
    """Mails new links to people whose open links ended."""

    def __call__(self, *, at: datetime) -> None: ...


class Extension:
    """One package above trainings. Every method does nothing until a package overrides it."""

    tabs: Sequence[Tab] = ()  # beside those of trainings
    pages: Sequence[Tab] = ()  # of its own, that stand side by side
    night: Mapping[str, Step] = {}

    def sections(self, edition: "Edition", *, may_plan: bool) -> Sequence[Section]:
        """Return sections for the page of an edition at the desk."""
        return ()

    def own_links(
        self, registration: "Registration", token: str, at: datetime
    ) -> Sequence[OwnLink]:
        """Return links of a participant's own page, which `token` opens."""
        return ()

    def owner_of(self, session: "Session") -> SessionOwner | None:
        """Return the owner of a session that belongs to no edition."""
        return None

    def let_go(self, session: "Session", *, at: datetime) -> None:
        """Clean up when a person who was booked for a session declines or is cancelled."""

    def numbers(self, resources: Collection[UUID]) -> Mapping[UUID, str]:
        """Return the phone numbers from which bookable people call the organisation."""
        return {}

    def lent(self, resources: "QuerySet[Resource]") -> "QuerySet[Resource]":
        """Leave out resources that no other organisation may book."""
        return resources

    def own_sessions(self, resource: "Resource", token: str, at: datetime) -> Sequence[OwnSession]:
        """Return sessions that a person holds, on the page of their bookings that `token` opens."""
        return ()

    def begin(self, edition: "Edition") -> None:
        """Create the package's rows of an edition that was just planned."""

    def copy(self, scope: Scope, edition: "Edition", original: "Edition", *, at: datetime) -> None:
        """Copy the package's rows from the edition that a new one is planned like."""

    def lock(self, editions: Collection[UUID]) -> None:
        """Lock the package's rows of editions, before the editions themselves."""

    def end(self, registration: "Registration", *, at: datetime) -> None:
        """Clean up when a registration is withdrawn."""

    def without_traces(self, rows: "RegistrationQuerySet") -> "RegistrationQuerySet":
        """Leave out registrations of which the package must keep data."""
        return rows

    def renew_links(self, registrations: "Sequence[Registration]") -> Renewal | None:
        """Return what mails new links to a corrected address, once the old links have ended."""
        return None

    def erase(self, registrations: Collection[UUID]) -> None:
        """Erase the package's data of participants."""


_registered: list[Extension] = []


def register(extension: Extension) -> None:
    """Let trainings ask a package from now on."""
    _registered.append(extension)


def extensions() -> Iterator[Extension]:
    """Yield the registered extensions, the lowest package first."""
    yield from _registered


def owner_of(session: "Session") -> SessionOwner | None:
    """Return the owner of a session without an edition; None if no package knows it."""
    owners = (extension.owner_of(session) for extension in extensions())
    return next((owner for owner in owners if owner is not None), None)
