"""Extension points: packages above trainings extend its pages, nightly steps and erasures. Each
registers an `Extension` in its `apps.py`; trainings call all, in the order of INSTALLED_APPS."""

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
    """A heading and a link that a package adds to the staff page of an edition."""

    title: str
    label: str
    url: str


class OwnLink(NamedTuple):
    """A link that a package adds to a participant's own page."""

    label: str
    url: str
    is_button: bool = False


class SessionOwner(NamedTuple):
    """The organisation that plans a session without an edition, and when it was requested."""

    organisation: UUID | None  # None: none has taken the request yet
    planned_at: datetime


class OwnSession(NamedTuple):
    """A session that a person leads, as shown on their bookings page."""

    place: str
    starts_at: datetime
    zone: str
    url: str


class Renewal(Protocol):
    """A function that mails new links to people whose earlier links ended."""

    def __call__(self, *, at: datetime) -> None: ...


class Extension:
    """The hooks of one package above trainings. The default of every method does nothing."""

    tabs: Sequence[Tab] = ()  # tabs beside those of trainings
    pages: Sequence[Tab] = ()  # a separate group of tabs
    night: Mapping[str, Step] = {}

    def sections(self, edition: "Edition", *, may_plan: bool) -> Sequence[Section]:
        """Return headings with links to add to the staff page of an edition."""
        return ()

    def own_links(
        self, registration: "Registration", token: str, at: datetime
    ) -> Sequence[OwnLink]:
        """Return links to add to a participant's own page, which `token` opens."""
        return ()

    def owner_of(self, session: "Session") -> SessionOwner | None:
        """Return the owner of a session that belongs to no edition."""
        return None

    def after_booking_ended(self, session: "Session", *, at: datetime) -> None:
        """Clean up after a booked person declined a session or their booking was cancelled."""

    def phone_numbers(self, resources: Collection[UUID]) -> Mapping[UUID, str]:
        """Return by resource the organisation's phone number that the booked person can call."""
        return {}

    def without_resources_not_lent(self, resources: "QuerySet[Resource]") -> "QuerySet[Resource]":
        """Leave out resources that co-hosts do not lend to the host of an edition."""
        return resources

    def own_sessions(self, resource: "Resource", token: str, at: datetime) -> Sequence[OwnSession]:
        """Return the sessions that a person leads, for the bookings page that `token` opens."""
        return ()

    def begin(self, edition: "Edition") -> None:
        """Create the package's rows for a newly planned edition."""

    def copy(self, scope: Scope, edition: "Edition", original: "Edition", *, at: datetime) -> None:
        """Copy the package's rows of `original` to `edition`, which was planned as a copy."""

    def lock(self, editions: Collection[UUID]) -> None:
        """Lock the package's rows of editions; the editions themselves are locked afterwards."""

    def after_withdrawal(self, registration: "Registration", *, at: datetime) -> None:
        """Clean up after a registration was withdrawn."""

    def without_data_to_keep(self, rows: "RegistrationQuerySet") -> "RegistrationQuerySet":
        """Leave out registrations with data that the package must keep."""
        return rows

    def renew_links(self, registrations: "Sequence[Registration]") -> Renewal | None:
        """Return a function that mails new links to a corrected address; None without links."""
        return None

    def erase(self, registrations: Collection[UUID]) -> None:
        """Erase the package's data about registrations, which are given by id."""


_registered: list[Extension] = []


def register(extension: Extension) -> None:
    _registered.append(extension)


def extensions() -> Iterator[Extension]:
    """Yield the registered extensions, the lowest package first."""
    yield from _registered


def owner_of(session: "Session") -> SessionOwner | None:
    """Return the owner of a session without an edition; None if no package owns it."""
    owners = (extension.owner_of(session) for extension in extensions())
    return next((owner for owner in owners if owner is not None), None)
