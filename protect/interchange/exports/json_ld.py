"""Export services as JSON-LD for search engines. No search engine has confirmed our choice of
schema.org terms: verify them before use (docs/exports.md). Only weekly hours are written."""

from collections.abc import Iterable, Iterator

from protect.directory.enums import PhoneKind
from protect.directory.facts.opening_hours import ScheduleRow
from protect.directory.hours import Recurrence
from protect.interchange.exports import content
from protect.interchange.exports.store import ExportedService, ExportHeader
from protect.interchange.hsds.texts import strip_markup, without_empty
from protect.reference import vocabulary

CONTEXT_URL = "https://schema.org"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAY_BY_CODE = {name[:2].upper(): name for name in WEEKDAYS}


def write(services: Iterable[ExportedService], header: ExportHeader) -> Iterator[bytes]:
    """Yield one JSON-LD document with a graph of these services."""
    dataset = without_empty({"@type": "Dataset", "name": "Services", "description": header.notice})
    dataset["dateModified"] = header.at.date().isoformat()
    yield f'{{"@context":"{CONTEXT_URL}","@graph":[\n{_dump_json(dataset)}'.encode()
    for exported in services:
        yield f",\n{_dump_json(_service_document(exported))}".encode()
    yield b"\n]}\n"


def _service_document(exported: ExportedService) -> dict[str, object]:
    row, organisation = exported.entry.service, exported.entry.organisation
    provider = {
        "@type": "Organization",
        "@id": f"urn:uuid:{organisation.id}",
        "name": strip_markup(organisation.name),
        "url": organisation.website,
    }
    document = {
        "@type": "Service",
        "@id": f"urn:uuid:{row.id}",
        "name": strip_markup(row.name),
        "description": content.full_description(exported),
        "serviceType": content.category_names(exported),
        "provider": without_empty(provider),
        "areaServed": {"@type": "Country", "name": row.country_id},
        "availableChannel": list(_channel_documents(exported)),
        "hoursAvailable": list(_hours_documents(exported)),
        "url": row.website,
        "email": row.email,
    }
    return without_empty(document)


def _channel_documents(exported: ExportedService) -> Iterator[dict[str, object]]:
    """Yield a ServiceChannel for each phone to call and for each public location."""
    tags = content.language_tags(exported)
    languages = vocabulary.languages()
    spoken = [
        {"@type": "Language", "name": languages[tag].english, "alternateName": tag} for tag in tags
    ]
    voices = [row for row in exported.entry.related["phones"] if row.kind == PhoneKind.VOICE]
    for row in voices:
        point = {"@type": "ContactPoint", "telephone": row.number}
        channel = {"@type": "ServiceChannel", "servicePhone": point}
        yield without_empty({**channel, "availableLanguage": spoken})
    for location in content.public_locations(exported):
        # Only an exact point: the centre of a town would be read as the address.
        degrees = {"latitude": location.latitude, "longitude": location.longitude}
        geo = {"@type": "GeoCoordinates", **degrees} if location.is_exact else None
        place = {"@type": "Place", "address": _address(exported, location), "geo": geo}
        channel = {"@type": "ServiceChannel", "serviceLocation": without_empty(place)}
        yield without_empty({**channel, "availableLanguage": spoken})


def _address(exported: ExportedService, location: content.PublicLocation) -> dict[str, object]:
    document = {
        "@type": "PostalAddress",
        "streetAddress": location.address,
        "postalCode": location.postal_code,
        "addressLocality": location.city,
        "addressCountry": exported.entry.service.country_id,
    }
    return without_empty(document)


def _hours_documents(exported: ExportedService) -> Iterator[dict[str, object]]:
    """Yield the hours of schedules with weekly rules only; none of those by appointment."""
    for schedule in exported.entry.related["schedules"]:
        recurrences = content.recurrences(schedule, exported.context)
        if not schedule.by_appointment and all(row.freq == "WEEKLY" for row in recurrences):
            yield from (_weekly_opening_hours(row, schedule) for row in recurrences)


def _weekly_opening_hours(recurrence: Recurrence, schedule: ScheduleRow) -> dict[str, object]:
    document = {
        "@type": "OpeningHoursSpecification",
        "name": "By phone" if schedule.channel == "phone" else "In person",
        "dayOfWeek": [WEEKDAY_BY_CODE[day] for day in recurrence.byday],
        "opens": recurrence.opens_at,
        # 24 hours end at 23:59, because from 00:00 to 00:00 would be read as never open.
        "closes": "23:59" if recurrence.closes_at == "00:00" else recurrence.closes_at,
        "validFrom": recurrence.valid_from and recurrence.valid_from.isoformat(),
        "validThrough": recurrence.valid_to and recurrence.valid_to.isoformat(),
    }
    return without_empty(document)


def _dump_json(value: object) -> str:
    # Escaped, because a page holds it inside <script> and no text may end that element.
    return content.compact_json(value).replace("</", "<\\/")
