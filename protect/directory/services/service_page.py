"""One service as its page at the desk shows it: facts, warnings, next steps and permissions."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from protect.directory import access, extension, labels, rules
from protect.directory.enums import Audience, Fact, Freshness, Move, Status
from protect.directory.fact_records.checks import Standings, is_tested, standing_of, standings
from protect.directory.fact_records.fact_view import fact_view, words_of
from protect.directory.fact_records.values import fact_of
from protect.directory.facts import LABELS
from protect.directory.facts.base.cells import Cells
from protect.directory.facts.base.contacts import Number, warn_of_landlines
from protect.directory.models import Phone, Service
from protect.directory.services.actions.status import NEEDS, undoable
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope

ONWARD = frozenset({Move.SUBMIT, Move.PUBLISH, Move.RESUME})
# From the best to the worst: a list shows how the worst fact of a service stands.
ORDER = (
    Freshness.FRESH,
    Freshness.DUE,
    Freshness.OVERDUE,
    Freshness.UNVERIFIED,
    Freshness.EXPIRED,
    Freshness.DISPUTED,
)


class Chip(NamedTuple):
    shape: str
    word: str | Promise


class Row(NamedTuple):
    service: Service
    kinds: str
    status: Chip
    worst: Chip | None


class Step(NamedTuple):
    label: str | Promise
    url: str
    is_main: bool  # the way on, not off


def listed(services: Sequence[Service], *, at: datetime) -> list[Row]:
    """Return services as the list shows them, their kinds and organisation loaded."""
    standings_by_service = standings(services, at)
    return [
        Row(each, kinds_of(each), status_of(each), _worst(standings_by_service[each.pk]))
        for each in services
    ]


def sheet_of(scope: Scope, service: Service, *, at: datetime) -> dict[str, Any]:
    """Return what the page of a service shows to a user who may see it."""
    country = service.country_id
    stand = standing_of(service, at)
    is_kept = country in access.kept_by(scope)
    is_protected = service.address_audience == Audience.NEVER_STORED
    unknown = [fact for fact in Fact if fact not in stand]
    return {
        "status": status_of(service),
        "kinds": kinds_of(service),
        "facts": [fact_view(service, each) for each in stand.values()],
        # Facts without a value; the address of a protected service is never written.
        "missing": [
            (fact, LABELS[fact]) for fact in unknown if not (is_protected and fact == Fact.ADDRESS)
        ],
        # What is told instead of a protected address.
        "where": words_of(Fact.ADDRESS, fact_of(service, Fact.ADDRESS)) if is_protected else [],
        "warnings": warnings_of(service, is_tested=is_tested(service)),
        "moves": list(_moves(scope, service)),
        "is_kept": is_kept,
        "may_edit": access.may(scope, Permission.EDIT_DIRECTORY, country),
        "may_verify": access.may(scope, Permission.VERIFY_DIRECTORY, country),
        "may_undo": undoable(scope, service, at=at) is not None,
        "reports": sum(each.count_reports(service) for each in extension.extensions())
        if is_kept
        else 0,
        "may_judge": access.may(scope, Permission.MODERATE_DIRECTORY, country),
        "public_url": _public_url(service),  # "" where the public sees no page
    }


def status_of(service: Service) -> Chip:
    """Return the status of a service, as a chip."""
    return Chip(labels.STATUS_SHAPES[service.status], Status(service.status).label)


def kinds_of(service: Service) -> str:
    """Return the kinds of a service in words."""
    codes = sorted(each.pk for each in service.categories.all())
    return " · ".join(str(labels.kind_of(code)) for code in codes)


def _worst(facts: Standings) -> Chip | None:
    if not facts:
        return None
    worst = max((each.state for each in facts.values()), key=ORDER.index)
    return Chip(labels.FRESHNESS_SHAPES[worst], labels.FRESHNESS[worst])


def _moves(scope: Scope, service: Service) -> Iterator[Step]:
    for move in Move:
        is_possible = (Status(service.status), move) in rules.MOVES
        if is_possible and access.may(scope, NEEDS[move], service.country_id):
            url = reverse("directory:service_move", args=[service.pk, move.value])
            yield Step(move.label, url, move in ONWARD)


def warnings_of(service: Service, *, is_tested: bool) -> list[str]:
    """Return the warnings about a service; `is_tested`: two people called its number."""
    phones = sorted(service.phones.all(), key=lambda each: each.position)
    lines = []
    if phones and not is_tested:
        lines.append(_("Its number is not tested: two people have to call it and hear the same."))
    if service.address_audience == Audience.NEVER_STORED:
        lines += _of_a_protected(service, phones)
    if not (phones or service.email or service.website or service.at_locations.all()):
        lines.append(
            _("It has no number, no e-mail address and no website, so it cannot be reached.")
        )
    return lines


def _of_a_protected(service: Service, phones: Collection[Phone]) -> Iterator[str]:
    cells = Cells({}, is_protected=True)
    numbers = tuple(Number(each.number, each.kind) for each in phones)  # type: ignore[arg-type]
    warn_of_landlines(cells, numbers, service.country_id)
    for trouble in cells.troubles:
        # Translators: {number} is a phone number of a shelter.
        warning = _("{number} is a landline: its prefix tells the district. Ask the shelter first.")
        yield warning.format(number=trouble.fillers["number"])
    if service.coarse_area_id is None:
        yield _("No region is told instead of its address, so no distance is known.")


def _public_url(service: Service) -> str:
    if service.status != Status.PUBLISHED or service.professionals_only:
        return ""
    try:
        address = reverse("findhelp:page", settings.ROOT_URLCONF, args=["en", service.short, ""])
    except NoReverseMatch:
        return ""
    return f"{settings.PUBLIC_URL}{address}"
