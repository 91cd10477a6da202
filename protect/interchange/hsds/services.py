"""Services as documents: full, as a line of a list, and no more than that they changed."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from protect.directory.enums import Fact, Status, Verdict
from protect.directory.facts import FACTS, cost, languages
from protect.directory.facts.address import SiteRow
from protect.directory.facts.criteria import CriterionRow
from protect.directory.models import Service
from protect.directory.protection.addresses import town_instead
from protect.interchange.hsds import (
    eligibility,
    entries,
    locations,
    schedules,
    schemas,
    terms,
    texts,
)
from protect.interchange.hsds.entries import CheckRow, Entry, OrganisationRow, silenced
from protect.kernel import clock
from protect.reference import vocabulary

GONE = "Withdrawn"  # the whole text of what is no longer there
STATUSES = {
    Status.PUBLISHED: "active",
    Status.SUSPENDED: "temporarily closed",
    Status.WITHDRAWN: "defunct",
}
LEARNT = frozenset({Verdict.CONFIRMED, Verdict.CHANGED})
# A report and an edit are no ways of checking: they are told as what they are.
NO_METHOD = {Verdict.DISPUTED: "report", Verdict.EDITED: "edit"}
# The parts of a document in the order of our files; what a new fact adds follows them.
PARTS = (
    "phones", "schedules", "service_areas", "service_at_locations", "languages",
    "interpreted_languages", "criteria", "required_documents", "access", "cost_options",
    "clinical_offers", "capacities", "families",
)  # fmt: skip


def is_open(entry: Entry) -> bool:
    """Return whether the public sees the service now. Others are only named as withdrawn."""
    return entry.service.status == Status.PUBLISHED


def minimal(service_id: UUID, last_modified: datetime) -> dict[str, object]:
    """Return that a service exists and when it changed."""
    return {"id": str(service_id), "last_modified": texts.instant(last_modified)}


def listed(entry: Entry) -> dict[str, object]:
    """Return a service as a line of a list: what it has one of, with its organisation."""
    if not is_open(entry):
        return _closed(entry)
    entry = silenced(entry)
    return texts.stated({**_alone(entry), "organization": organisation(entry.organisation)})


def full(entry: Entry, at: datetime) -> dict[str, object]:
    """Return a service with all that hangs on it, as the public may read it at an instant."""
    if not is_open(entry):
        return _closed(entry)
    entry = silenced(entry)
    parts = [fact.document(entry.related, at) for fact in FACTS.values()]
    return texts.stated(
        {
            **_alone(entry),
            **dict.fromkeys(PARTS),
            **{key: texts.spelled(part) for each in parts for key, part in each.items()},
            **_reached(entry, at),
            "organization": organisation(entry.organisation, is_full=True),
            "attributes": terms.attributes(entry.service.id, "service", _categories(entry)),
            "metadata": [_check(row) for row in entry.related["checks"] if _is_told(row, at)],
        }
    )


def organisation(row: OrganisationRow, *, is_full: bool = False) -> dict[str, object]:
    """Return the organisation of a service. A missing description is the name."""
    return texts.stated(
        {
            "id": str(row.id),
            "name": texts.plain(row.name),
            "description": texts.plain(row.description) or texts.plain(row.name),
            "website": texts.web_address(row.website),
            "organization_identifiers": _identifiers(row) if is_full else None,
        }
    )


def at_location(row: SiteRow, entry: Entry, *, is_full: bool) -> dict[str, object]:
    """Return a place of a service as part of its document."""
    country = entry.service.country_id
    access = entry.related.get("accessibility", [])
    return {"id": str(row.id), "location": locations.site(row, country, access, is_full=is_full)}


def _closed(entry: Entry) -> dict[str, object]:
    """Return what stays of a service that the public no longer sees, so that copies end.
    One that is only suspended keeps its name; numbers and texts may be why it was."""
    service = entry.service
    name = GONE if service.status == Status.WITHDRAWN else texts.plain(service.name)
    return texts.stated(
        {
            "id": str(service.id),
            "name": name,
            "description": name,
            "status": STATUSES[Status(service.status)],
            "last_modified": texts.instant(service.last_modified),
            "replaced_by": str(entry.successor) if entry.successor else None,
        }
    )


def _alone(entry: Entry) -> dict[str, object]:
    service = entry.service
    criteria: list[CriterionRow] = entry.related["criteria"]
    youngest, oldest = eligibility.ages(criteria)
    name = texts.plain(service.name)
    prices = (
        filter(None, (cost.ENGLISH.get(row.kind, ""), texts.plain(row.note)))
        for row in entry.related["costs"]
    )
    checks = (row.at for row in entry.related["checks"] if row.verdict in LEARNT)
    assured = next(checks, None)  # the newest stands first
    coarse = service.coarse_area_id
    return {
        "id": str(service.id),
        "name": name,
        "description": texts.plain(service.description) or name,
        "url": texts.web_address(service.website),
        "email": texts.mail_address(service.email),
        "status": STATUSES[Status(service.status)],
        "interpretation_services": languages.interpretation(entry.related["languages"]),
        "application_process": texts.sentences(service.how_to_access, service.admission_conditions),
        "fees_description": texts.sentences(*map(": ".join, prices)),
        "eligibility_description": texts.sentences(
            eligibility.description(criteria, _categories(entry)),
            service.audience_note,
            service.restrictions,
        ),
        "minimum_age": youngest,
        "maximum_age": oldest,
        "assured_date": assured and assured.date().isoformat(),
        "last_modified": texts.instant(service.last_modified),
        "country": service.country_id,
        "text_language": vocabulary.languages()[service.text_language_id].iso639_3,
        "scope": service.scope,
        "modes": sorted(service.modes),
        "maximum_stay_days": service.maximum_stay_days,
        "near_town": coarse and town_instead(coarse).name,  # in place of a protected address
    }


def _reached(entry: Entry, at: datetime) -> dict[str, object]:
    service, related = entry.service, entry.related
    wall = schedules.wall_of(service.country_id, related["sites"], at)
    return {
        "schedules": [
            each for row in related["schedules"] for each in schedules.schedules(row, wall)
        ],
        "service_areas": locations.areas(service.id, related["areas"], service.area_note),
        "service_at_locations": [at_location(row, entry, is_full=True) for row in related["sites"]],
        "criteria": eligibility.stated_criteria(related["criteria"]),
    }


def _categories(entry: Entry) -> list[str]:
    return sorted(row.category_id for row in entry.related.get("categories", ()))


def _is_told(row: CheckRow, at: datetime) -> bool:
    """Return whether a check is published by now: a dispute from the next day on, its date alone.
    On the same day its hour would follow, which could identify the reporter."""
    return row.verdict != Verdict.DISPUTED or row.at.date() < at.date()


def _check(row: CheckRow) -> dict[str, object]:
    """Return a check as the history of a field: the method, without values and people."""
    return {
        "id": str(row.id),
        "resource_id": str(row.service_id),
        "resource_type": "service",
        "last_action_date": row.at.date().isoformat(),
        "last_action_type": row.verdict,
        "field_name": FACTS[Fact(row.fact)].field,
        "previous_value": "",
        "replacement_value": "",
        "updated_by": NO_METHOD.get(Verdict(row.verdict), row.method),
        "fact": row.fact,
        "next_check": row.next_check.date().isoformat(),
    }


def _identifiers(row: OrganisationRow) -> list[dict[str, object]]:
    pairs = [
        [texts.plain(str(each.get(key, ""))) for key in ("scheme", "identifier")]
        for each in row.identifiers
    ]
    return [
        {
            "id": texts.key_of("identifier", str(row.id), scheme, identifier),
            "identifier_scheme": scheme,
            "identifier_type": scheme,
            "identifier": identifier,
        }
        for scheme, identifier in pairs
        if scheme and identifier
    ]


def documents(
    services: QuerySet[Service],
    *,
    at: datetime | None = None,
    variant: schemas.Variant = schemas.Variant.PROFILE,
    for_members: bool = False,
) -> Iterator[dict[str, object]]:
    """Yield full documents of these services, in their order; memory stays flat.
    A service that the public does not see now is only marked as gone. `for_members` adds how many
    places are free. The caller has filtered what may be seen (`known_outside`)."""
    now = at or clock.now()
    for entry in entries.read(services, for_members=for_members):
        yield schemas.fitted(full(entry, now), "service", variant)
