"""JSON-LD in the terms of schema.org, for search engines and assistants.

The types are those of schema.org as we know them: verify them before use (docs/exports.md). Hours
are said by the week only; what recurs by the month is left out, as is what no rule can say.
"""

from collections.abc import Iterable, Iterator

from protect.directory.enums import PhoneKind
from protect.directory.facts.opening_hours import ScheduleRow
from protect.directory.hours import Recurrence
from protect.interchange.exports import content
from protect.interchange.exports.store import Exported, Head
from protect.interchange.hsds.texts import plain, stated
from protect.reference import vocabulary

CONTEXT = "https://schema.org"
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS = {name[:2].upper(): name for name in NAMES}


def write(services: Iterable[Exported], head: Head) -> Iterator[bytes]:
    about = stated({"@type": "Dataset", "name": "Services", "description": head.notice})
    about["dateModified"] = head.at.date().isoformat()
    yield f'{{"@context":"{CONTEXT}","@graph":[\n{_dumped(about)}'.encode()
    for exported in services:
        yield f",\n{_dumped(_service(exported))}".encode()
    yield b"\n]}\n"


def _service(each: Exported) -> dict[str, object]:
    row, organisation = each.entry.service, each.entry.organisation
    provider = {
        "@type": "Organization",
        "@id": f"urn:uuid:{organisation.id}",
        "name": plain(organisation.name),
        "url": organisation.website,
    }
    return stated(
        {
            "@type": "Service",
            "@id": f"urn:uuid:{row.id}",
            "name": plain(row.name),
            "description": content.description(each),
            "serviceType": content.category_names(each),
            "provider": stated(provider),
            "areaServed": {"@type": "Country", "name": row.country_id},
            "availableChannel": list(_channels(each)),
            "hoursAvailable": list(_hours(each)),
            "url": row.website,
            "email": row.email,
        }
    )


def _channels(each: Exported) -> Iterator[dict[str, object]]:
    tags = content.languages(each)
    languages = vocabulary.languages()
    spoken = [
        {"@type": "Language", "name": languages[tag].english, "alternateName": tag} for tag in tags
    ]
    voices = [row for row in each.entry.related["phones"] if row.kind == PhoneKind.VOICE]
    for row in voices:
        point = {"@type": "ContactPoint", "telephone": row.number}
        channel = {"@type": "ServiceChannel", "servicePhone": point}
        yield stated({**channel, "availableLanguage": spoken})
    for spot in content.spots(each):
        # A point for a door alone: the centre of a town would be read as one.
        degrees: dict[str, object] = {"latitude": spot.latitude, "longitude": spot.longitude}
        geo = {"@type": "GeoCoordinates", **degrees} if spot.is_exact else None
        place = {"@type": "Place", "address": _address(each, spot), "geo": geo}
        channel = {"@type": "ServiceChannel", "serviceLocation": stated(place)}
        yield stated({**channel, "availableLanguage": spoken})


def _address(each: Exported, spot: content.Spot) -> dict[str, object]:
    return stated(
        {
            "@type": "PostalAddress",
            "streetAddress": spot.address,
            "postalCode": spot.postal_code,
            "addressLocality": spot.city,
            "addressCountry": each.entry.service.country_id,
        }
    )


def _hours(each: Exported) -> Iterator[dict[str, object]]:
    for door in each.entry.related["schedules"]:
        rows = content.rules_of(door, each.wall)
        if not door.by_appointment and all(row.freq == "WEEKLY" for row in rows):
            yield from (_week(row, door) for row in rows)


def _week(row: Recurrence, door: ScheduleRow) -> dict[str, object]:
    return stated(
        {
            "@type": "OpeningHoursSpecification",
            "name": "By phone" if door.channel == "phone" else "In person",
            "dayOfWeek": [DAYS[day] for day in row.byday],
            "opens": row.opens_at,
            # A whole day closes a minute before it ends: 00:00 would be read as never open.
            "closes": "23:59" if row.closes_at == "00:00" else row.closes_at,
            "validFrom": row.valid_from and row.valid_from.isoformat(),
            "validThrough": row.valid_to and row.valid_to.isoformat(),
        }
    )


def _dumped(value: object) -> str:
    # In a page this stands inside <script>: no text may end it.
    return content.compact(value).replace("</", "<\\/")
