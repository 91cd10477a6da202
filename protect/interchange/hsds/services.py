"""Services as documents: full, as a list entry, or only the time of the last change."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.db.models import QuerySet

from protect.directory.enums import Fact, Status, Verdict
from protect.directory.facts import FACTS, address, cost, languages
from protect.directory.facts.criteria import CriterionRow
from protect.directory.models import Service
from protect.directory.protection.addresses import main_town_of_area
from protect.interchange.hsds import eligibility, entries, locations, schedules, terms, texts
from protect.interchange.hsds.entries import CheckRow, Entry, OrganisationRow
from protect.interchange.hsds.schemas import Variant, fit_to_variant
from protect.kernel import clock
from protect.reference import vocabulary

WITHDRAWN_TEXT = "Withdrawn"  # replaces all texts of a withdrawn service or organisation
HSDS_STATUSES = {
    Status.PUBLISHED: "active",
    Status.SUSPENDED: "temporarily closed",
    Status.WITHDRAWN: "defunct",
}
CHECKED_VERDICTS = frozenset({Verdict.CONFIRMED, Verdict.CHANGED})  # the value was found out
# A dispute or an edit has no check method: these words are published in place of the method.
METHOD_BY_VERDICT = {Verdict.DISPUTED: "report", Verdict.EDITED: "edit"}
FIELD_ORDER = (  # of the nested fields in our files; fields that are not listed come after them
    "phones", "schedules", "service_areas", "service_at_locations", "languages",
    "interpreted_languages", "criteria", "required_documents", "access", "cost_options",
    "clinical_offers", "capacities", "families",
)  # fmt: skip


def is_open(entry: Entry) -> bool:
    """Return whether a service is published now. Of others the public sees only the status."""
    return entry.service.status == Status.PUBLISHED


def minimal_document(service_id: UUID, last_modified: datetime) -> dict[str, object]:
    return {"id": str(service_id), "last_modified": texts.format_instant(last_modified)}


def list_document(entry: Entry) -> dict[str, object]:
    """Return a service's single-valued fields, organisation; only its status if unpublished."""
    if not is_open(entry):
        return _closed_document(entry)
    entry = entries.without_protected_places(entry)
    organisation = organisation_document(entry.organisation)
    return texts.without_empty({**_single_valued_fields(entry), "organization": organisation})


def full_document(entry: Entry, at: datetime) -> dict[str, object]:
    """Return a service with all nested records at an instant; only its status if unpublished."""
    if not is_open(entry):
        return _closed_document(entry)
    entry = entries.without_protected_places(entry)
    parts = [fact.document(entry.related, at) for fact in FACTS.values()]
    checks = [row for row in entry.related["checks"] if _is_check_public(row, at)]
    fields = {
        **_single_valued_fields(entry),
        **dict.fromkeys(FIELD_ORDER),
        **{key: texts.document_value(part) for fields in parts for key, part in fields.items()},
        **_nested_documents(entry, at),
        "organization": organisation_document(entry.organisation, is_full=True),
        "attributes": terms.attributes(entry.service.id, "service", category_codes(entry)),
        "metadata": [_check_document(row) for row in checks],
    }
    return texts.without_empty(fields)


def organisation_document(row: OrganisationRow, *, is_full: bool = False) -> dict[str, object]:
    """Return an organisation, described by its name if need be; `is_full` adds identifiers."""
    document = {
        "id": str(row.id),
        "name": texts.strip_markup(row.name),
        "alternate_name": texts.strip_markup(row.official_name),
        "description": texts.strip_markup(row.description) or texts.strip_markup(row.name),
        "website": texts.web_address(row.website),
        "organization_identifiers": _identifier_documents(row) if is_full else None,
    }
    return texts.without_empty(document)


def site_document(row: address.SiteRow, entry: Entry, *, is_full: bool) -> dict[str, object]:
    """Return a site for the document of its service; `is_full` adds address and accessibility."""
    country, access = entry.service.country_id, entry.related.get("accessibility", [])
    location = locations.location_document(row, country, access, is_full=is_full)
    return {"id": str(row.id), "location": location}


def _closed_document(entry: Entry) -> dict[str, object]:
    """Return the id, name and status of a service that is not open, so that other systems hide
    it. Other texts may be the reason for a suspension. A withdrawn service has no name either."""
    service = entry.service
    is_withdrawn = service.status == Status.WITHDRAWN
    name = WITHDRAWN_TEXT if is_withdrawn else texts.strip_markup(service.name)
    fields = {
        "id": str(service.id),
        "name": name,
        "description": name,
        "status": HSDS_STATUSES[Status(service.status)],
        "last_modified": texts.format_instant(service.last_modified),
        "replaced_by": str(entry.successor) if entry.successor else None,
    }
    return texts.without_empty(fields)


def _single_valued_fields(entry: Entry) -> dict[str, object]:
    service = entry.service
    criteria: list[CriterionRow] = entry.related["criteria"]
    youngest, oldest = eligibility.age_range(criteria)
    eligible = eligibility.criteria_text(criteria, category_codes(entry))
    conditions = (eligible, service.audience_note, service.restrictions)
    access = (service.how_to_access, service.admission_conditions)
    name = texts.strip_markup(service.name)
    cost_texts = (
        filter(None, (cost.ENGLISH_LABELS.get(row.kind, ""), texts.strip_markup(row.note)))
        for row in entry.related["costs"]
    )
    check_times = (row.at for row in entry.related["checks"] if row.verdict in CHECKED_VERDICTS)
    last_check = next(check_times, None)  # the newest comes first
    coarse = service.coarse_area_id
    return {
        "id": str(service.id),
        "name": name,
        "alternate_name": texts.strip_markup(service.official_name),
        "description": texts.strip_markup(service.description) or name,
        "url": texts.web_address(service.website),
        "email": texts.mail_address(service.email),
        "status": HSDS_STATUSES[Status(service.status)],
        "interpretation_services": languages.describe_interpretation(entry.related["languages"]),
        "application_process": texts.join_paragraphs(*access),
        "fees_description": texts.join_paragraphs(*map(": ".join, cost_texts)),
        "eligibility_description": texts.join_paragraphs(*conditions),
        "minimum_age": youngest,
        "maximum_age": oldest,
        "assured_date": last_check and last_check.date().isoformat(),
        "last_modified": texts.format_instant(service.last_modified),
        "country": service.country_id,
        "text_language": vocabulary.languages()[service.text_language_id].iso639_3,
        "scope": service.scope,
        "modes": sorted(service.modes),
        "maximum_stay_days": service.maximum_stay_days,
        "near_town": coarse and main_town_of_area(coarse).name,  # in place of a protected address
    }


def _nested_documents(entry: Entry, at: datetime) -> dict[str, object]:
    service, related = entry.service, entry.related
    sites = related["sites"]
    context = schedules.hours_context_of(service.country_id, sites, at)
    hours = (schedules.documents(row, context) for row in related["schedules"])
    return {
        "schedules": list(chain.from_iterable(hours)),
        "service_areas": locations.area_documents(service.id, related["areas"], service.area_note),
        "service_at_locations": [site_document(site, entry, is_full=True) for site in sites],
        "criteria": eligibility.criteria_documents(related["criteria"]),
    }


def category_codes(entry: Entry) -> list[str]:
    return sorted(row.category_id for row in entry.related.get("categories", ()))


def _is_check_public(row: CheckRow, at: datetime) -> bool:
    """Return whether a check may be published: a dispute only from the next day on. On its own day
    the time of the last change would give its hour, which could identify the reporter."""
    return row.verdict != Verdict.DISPUTED or row.at.date() < at.date()


def _check_document(row: CheckRow) -> dict[str, object]:
    """Return a check as an entry of the history (`metadata`), without values and people."""
    return {
        "id": str(row.id),
        "resource_id": str(row.service_id),
        "resource_type": "service",
        "last_action_date": row.at.date().isoformat(),
        "last_action_type": row.verdict,
        "field_name": FACTS[Fact(row.fact)].field,
        "previous_value": "",
        "replacement_value": "",
        "updated_by": METHOD_BY_VERDICT.get(Verdict(row.verdict), row.method),
        "fact": row.fact,
        "next_check": row.next_check.date().isoformat(),
    }


def _identifier_documents(row: OrganisationRow) -> list[dict[str, object]]:
    documents: list[dict[str, object]] = []
    for stored in row.identifiers:
        values = (texts.strip_markup(str(stored.get(key, ""))) for key in ("scheme", "identifier"))
        scheme, identifier = values
        if scheme and identifier:
            key = texts.stable_key("identifier", str(row.id), scheme, identifier)
            schemes = {"identifier_scheme": scheme, "identifier_type": scheme}
            documents.append({"id": key, **schemes, "identifier": identifier})
    return documents


def documents(
    services: QuerySet[Service],
    *,
    at: datetime | None = None,
    variant: Variant = Variant.PROFILE,
    for_members: bool = False,
) -> Iterator[dict[str, object]]:
    """Yield the full documents of these services, in order; of unpublished ones only the status.
    `for_members` adds free places. The caller filters which may be seen (`known_to_public`)."""
    now = at or clock.now()
    for entry in entries.read_entries(services, for_members=for_members):
        yield fit_to_variant(full_document(entry, now), "service", variant)
