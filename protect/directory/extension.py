"""What packages above the directory do when an entry changes, and add to its pages.
The directory imports none of them: each derives one Extension and registers it when its app is
ready. Every method may be left out."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from protect.directory.enums import Fact
    from protect.directory.models import Service
    from protect.directory.protection.erasure import Cleaner
    from protect.kernel.steps import Step
    from protect.orgs.scope import Scope


class Extension:
    """One package's part in what happens to entries. Actions call it in their transaction."""

    def numbers_changed(self, service: "Service", *, at: datetime) -> None:
        """React to other telephone numbers of a locked service."""

    def fact_edited(self, service: "Service", fact: "Fact", *, at: datetime) -> None:
        """React to an edit that still has to be checked."""

    def is_number_under_test(self, service: "Service", user: UUID | None) -> bool:
        """Return whether a call of this user already counts as a check of the number."""
        return False

    def public_document(self, service: "Service", *, at: datetime) -> Mapping[str, Any] | None:
        """Return what the public reads of a service through this package; None: nothing."""
        return None

    def address_spots(self, service: "Service") -> Iterable[str]:
        """Yield streets and postcodes of a service that rows of this package hold."""
        return ()

    def erase_address(self, service: "Service", cleaner: "Cleaner") -> None:
        """Remove the address of a service from the rows of this package."""

    def filter_reasons(self) -> "Mapping[str, Promise]":
        """Return the reasons by which the list of services can be narrowed, with their words."""
        return {}

    def services_with_reason(self, reason: str) -> Q | None:
        """Return the condition on services for one of `filter_reasons`; None: not of these."""
        return None

    def services_held_by(self, scope: "Scope") -> Q | None:
        """Return the condition on services on which this person works; None: on no services."""
        return None

    def count_reports(self, service: "Service") -> int:
        """Return how many reports about a service wait."""
        return 0

    def nightly_steps(self) -> "Mapping[str, Step]":
        """Return the steps of each night, by name, in their order."""
        return {}


_registered: list[Extension] = []


def register(extension: Extension) -> None:
    """Add the extension of a package; a second of the same class takes the place of the first."""
    _registered[:] = [other for other in _registered if type(other) is not type(extension)]
    _registered.append(extension)


def extensions() -> Iterator[Extension]:
    """Yield the extensions in the order of INSTALLED_APPS: lower packages first."""
    yield from _registered
