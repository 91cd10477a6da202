"""Hooks by which packages above the directory react to changes and add to its pages.
The directory imports none of these packages: each registers a subclass of Extension
when its app is ready. Every method is optional."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db.models import Q

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from protect.directory.enums import Fact
    from protect.directory.models import Service
    from protect.directory.protection.erasure import Cleaner
    from protect.kernel.steps import Step
    from protect.orgs.scope import Scope


class PublicLines(NamedTuple):
    """What the public page says under one label. `fact`: its code; "" for the card and cautions."""

    fact: str
    label: str
    lines: tuple[str, ...]


class Extension:
    """Hooks of one package. Hooks for changes run in the transaction of the change."""

    def on_numbers_changed(self, service: "Service", *, at: datetime) -> None:
        """Handle a change of the phone numbers of a locked service."""

    def on_fact_edited(self, service: "Service", fact: "Fact", *, at: datetime) -> None:
        """Handle an edit of a fact of a locked service that needs a check: made without one,
        or of phone numbers. Edits of drafts and withdrawn services are left out."""

    def is_first_caller(self, service: "Service", user: UUID | None) -> bool:
        """Return whether the user made the first call of an open call test of a service."""
        return False

    def public_document(self, service: "Service", *, at: datetime) -> Mapping[str, Any] | None:
        """Return the part of a service's public document that this package adds; None: no part."""
        return None

    def public_lines(self, service: "Service", tag: str, *, at: datetime) -> Iterable[PublicLines]:
        """Yield what the public page of a service says in a language; nothing without a page."""
        return ()

    def desk_links(self, scope: "Scope", service: "Service") -> Iterable[tuple[str, str]]:
        """Yield label and address of pages of this package about a service that the user sees."""
        return ()

    def list_links(self) -> Iterable[tuple[str, str]]:
        """Yield label and address of pages of this package beside the heading of the list."""
        return ()

    def known_address_parts(self, service: "Service") -> Iterable[str]:
        """Yield the streets and postcodes of a service that tables of this package hold."""
        return ()

    def erase_address(self, service: "Service", cleaner: "Cleaner") -> None:
        """Remove the address of a service from the rows of this package."""

    def filter_reasons(self) -> "Mapping[str, Promise]":
        """Return the reasons to check a service, code → label, to filter the service list."""
        return {}

    def services_with_reason(self, reason: str) -> Q | None:
        """Return the condition on services with one of `filter_reasons`; None: unknown code."""
        return None

    def services_assigned_to(self, scope: "Scope") -> Q:
        """Return the condition on services that the user is working on; by default none is."""
        return Q(pk__in=())

    def count_reports(self, service: "Service") -> int:
        """Return the number of open reports about a service."""
        return 0

    def nightly_steps(self) -> "Mapping[str, Step]":
        """Return the nightly steps of this package, name → step, in order."""
        return {}


_registered: list[Extension] = []


def register(extension: Extension) -> None:
    """Register the extension of a package; it replaces an extension of the same class."""
    _registered[:] = [other for other in _registered if type(other) is not type(extension)]
    _registered.append(extension)


def public_lines(service: "Service", tag: str, *, at: datetime) -> list[PublicLines]:
    """Return what the public page of a service says in a language; empty without a page."""
    return [line for each in extensions() for line in each.public_lines(service, tag, at=at)]


def extensions() -> Iterator[Extension]:
    """Yield the extensions in the order of INSTALLED_APPS: lower packages first."""
    yield from _registered
