"""The page of one service at the desk: facts, warnings, next steps and permissions."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from protect.directory import access, extension, labels, rules
from protect.directory.enums import AddressReaders, Fact, Freshness, Status, StatusChange
from protect.directory.fact_records import checks
from protect.directory.fact_records.fact_view import describe_fact, fact_view
from protect.directory.fact_records.values import read_fact
from protect.directory.facts import FACT_LABELS
from protect.directory.facts.base.cells import Cells
from protect.directory.facts.base.contacts import DialledNumber, warn_about_shelter_landlines
from protect.directory.models import Phone, Service
from protect.directory.service_models import TEXTS
from protect.directory.services.actions.status import PERMISSION_BY_CHANGE, find_undo_status
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope

FORWARD_CHANGES = frozenset({StatusChange.SUBMIT, StatusChange.PUBLISH, StatusChange.RESUME})
# From the best to the worst: the service list shows the weakest fact of a service.
FRESHNESS_ORDER = (
    Freshness.FRESH,
    Freshness.DUE,
    Freshness.OVERDUE,
    Freshness.UNVERIFIED,
    Freshness.EXPIRED,
    Freshness.DISPUTED,
)


class Chip(NamedTuple):
    """A coloured label on a page, such as a status: the style of its shape, and its text."""

    shape: str
    word: str | Promise


class ServiceListRow(NamedTuple):
    service: Service
    kinds: str
    status: Chip
    worst: Chip | None  # the worst freshness of its facts; None without facts


class SourceLine(NamedTuple):
    """The source of a fact: what it is of, a web address or "", and the words after it."""

    label: str | Promise
    url: str
    words: str


class StatusButton(NamedTuple):
    label: str | Promise
    url: str
    is_main: bool  # whether the move brings the service closer to publication


def service_rows(services: Sequence[Service], *, at: datetime) -> list[ServiceListRow]:
    """Return services as rows of the service list. Categories and organisation must be loaded."""
    fact_states = checks.fact_states_of_services(services, at)
    return [
        ServiceListRow(
            service,
            category_labels(service),
            status_chip(service),
            _weakest_fact_chip(fact_states[service.pk]),
        )
        for service in services
    ]


def service_sheet(scope: Scope, service: Service, *, at: datetime) -> dict[str, Any]:
    """Return the template context of a service's page for a user with access to the service."""
    country = service.country_id
    fact_states = checks.service_fact_states(service, at)
    is_maintained = country in access.maintained_countries(scope)
    is_protected = service.address_audience == AddressReaders.NEVER_STORED
    # Facts without a value; the address of a protected service is never written.
    absent = [fact for fact in Fact if fact not in fact_states]
    missing = [fact for fact in absent if not (is_protected and fact == Fact.ADDRESS)]
    where = describe_fact(Fact.ADDRESS, read_fact(service, Fact.ADDRESS)) if is_protected else []
    reports = (
        sum(package.count_reports(service) for package in extension.extensions())
        if is_maintained
        else 0
    )
    return {
        "status": status_chip(service),
        "kinds": category_labels(service),
        "facts": [fact_view(service, fact_state) for fact_state in fact_states.values()],
        "missing": [(fact, FACT_LABELS[fact]) for fact in missing],
        "where": where,  # the region that is shown instead of a protected address
        "warnings": service_warnings(service, is_tested=checks.has_call_test(service)),
        "moves": list(_status_buttons(scope, service)),
        "is_maintained": is_maintained,
        "sources": list(_source_lines(service)) if is_maintained else [],
        "may_edit": access.has_permission_in(scope, Permission.EDIT_DIRECTORY, country),
        "may_verify": access.has_permission_in(scope, Permission.VERIFY_DIRECTORY, country),
        "may_undo": find_undo_status(scope, service, at=at) is not None,
        "reports": reports,
        "may_moderate": access.has_permission_in(scope, Permission.MODERATE_DIRECTORY, country),
        "public_url": public_url(service),  # "" where the public sees no page
        "desk_links": [
            link
            for package in extension.extensions()
            for link in package.desk_links(scope, service)
        ],
    }


def _source_lines(service: Service) -> Iterator[SourceLine]:
    """Yield the source of the service, then those of facts that come from another source."""
    if service.source_url or service.source_date:
        yield SourceLine("", service.source_url, service.source_date)
    labels_by_key: dict[str, str | Promise] = {**FACT_LABELS, TEXTS: _("Names and texts")}
    for key, label in labels_by_key.items():
        for source in service.sources(key):
            address, _space, words = source.partition(" ")
            is_link = address.startswith(("https://", "http://"))
            yield SourceLine(label, address if is_link else "", words if is_link else source)


def status_chip(service: Service) -> Chip:
    """Return the publication status of a service as a chip: a coloured label."""
    return Chip(labels.STATUS_SHAPES[service.status], Status(service.status).label)


def category_labels(service: Service) -> str:
    codes = sorted(category.pk for category in service.categories.all())
    return " · ".join(str(labels.category_label(code)) for code in codes)


def _weakest_fact_chip(facts: checks.FactStates) -> Chip | None:
    """Return the worst freshness of a service's facts, even if fresh; None without facts."""
    if not facts:
        return None
    worst = max((fact.state for fact in facts.values()), key=FRESHNESS_ORDER.index)
    return Chip(labels.FRESHNESS_SHAPES[worst], labels.FRESHNESS[worst])


def _status_buttons(scope: Scope, service: Service) -> Iterator[StatusButton]:
    for move in StatusChange:
        is_possible = (Status(service.status), move) in rules.STATUS_AFTER_CHANGE
        permission = PERMISSION_BY_CHANGE[move]
        if is_possible and access.has_permission_in(scope, permission, service.country_id):
            url = reverse("directory:service_move", args=[service.pk, move.value])
            yield StatusButton(move.label, url, move in FORWARD_CHANGES)


def service_warnings(service: Service, *, is_tested: bool) -> list[str]:
    """Return the warnings about a service. `is_tested`: its phone number has a call test."""
    phones = sorted(service.phones.all(), key=lambda phone: phone.position)
    untested = _(
        "Its phone number is not tested: two people have to call it and compare what they heard."
    )
    lines = [untested] if phones and not is_tested else []
    if service.address_audience == AddressReaders.NEVER_STORED:
        lines += _protected_service_warnings(service, phones)
    if not (phones or service.email or service.website or service.at_locations.all()):
        message = _(
            "This service has no phone number, no e-mail address, no website and no "
            "address, so it cannot be reached."
        )
        lines.append(message)
    return lines


def _protected_service_warnings(service: Service, phones: Collection[Phone]) -> Iterator[str]:
    cells = Cells({}, is_protected=True)
    numbers = tuple(DialledNumber(phone.number, phone.kind) for phone in phones)  # type: ignore[arg-type]
    warn_about_shelter_landlines(cells, numbers, service.country_id)
    for trouble in cells.troubles:
        # Translators: {number} is a phone number of a shelter.
        text = _("{number} is a landline: its prefix reveals the district. Ask the shelter first.")
        yield text.format(number=trouble.fillers["number"])
    if service.coarse_area_id is None:
        yield _("No region is shown instead of its address, so no distance is known.")


def public_url(service: Service) -> str:
    """Return the URL of a service's English page on the public site; "" if it has none."""
    if service.status != Status.PUBLISHED or service.professionals_only:
        return ""
    try:
        address = reverse("findhelp:page", settings.ROOT_URLCONF, args=["en", service.short, ""])
    except NoReverseMatch:
        return ""
    return f"{settings.PUBLIC_URL}{address}"
