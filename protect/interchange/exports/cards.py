"""vCard 4.0 (RFC 6350): a card for each service, for address books."""

from collections.abc import Iterable, Iterator
from datetime import UTC

from protect.directory.enums import PhoneKind
from protect.interchange.exports import content
from protect.interchange.exports.store import Exported, Head
from protect.interchange.hsds.texts import mail_address, plain, web_address
from protect.kernel.content_lines import escaped, line, text


def write(services: Iterable[Exported], head: Head) -> Iterator[bytes]:
    for exported in services:
        yield "".join(_lines(exported, head)).encode()


def _lines(each: Exported, head: Head) -> list[str]:
    service = each.entry.service
    categories = ",".join(map(escaped, content.category_names(each)))
    return [
        line("BEGIN", "VCARD"),
        line("VERSION", "4.0"),
        line("KIND", "org"),
        line("UID", f"urn:uuid:{service.id}"),
        text("FN", plain(service.name)),
        text("ORG", plain(each.entry.organisation.name)),
        *_reached(each),
        *_places(each),
        *(line("LANG", tag) for tag in content.languages(each)),
        line("CATEGORIES", categories) if categories else "",
        text("NOTE", "\n".join(_notes(each, head))),
        line("REV", f"{service.last_modified.astimezone(UTC):%Y%m%dT%H%M%SZ}"),
        line("END", "VCARD"),
    ]


def _reached(each: Exported) -> Iterator[str]:
    for row in each.entry.related["phones"]:
        types = "work,voice" if row.kind == PhoneKind.VOICE else "work,text"
        # Only a number that works from anywhere is a tel: address without its context.
        if row.number.startswith("+"):
            yield line(f'TEL;VALUE=uri;TYPE="{types}"', f"tel:{row.number}")
        else:
            yield text(f'TEL;VALUE=text;TYPE="{types}"', row.number)
    yield text("EMAIL", mail_address(each.entry.service.email))
    if address := web_address(each.entry.service.website):
        yield line("URL", address)


def _places(each: Exported) -> Iterator[str]:
    for spot in content.spots(each):
        country = each.entry.service.country_id
        # post box, extended, street, locality, region, code, country
        parts = ("", "", spot.address, spot.city, "", spot.postal_code, country)
        yield line("ADR;TYPE=work", ";".join(map(escaped, parts)))
        if spot.is_exact:
            yield line("GEO;TYPE=work", f"geo:{spot.latitude},{spot.longitude}")


def _notes(each: Exported, head: Head) -> Iterator[str]:
    yield from filter(None, (head.notice, content.description(each)))
    for row in each.entry.related["schedules"]:
        appointment = "by appointment" if row.by_appointment else ""
        hours = "; ".join(filter(None, (row.expression, appointment)))
        if words := " ".join(filter(None, (hours, plain(row.note)))):
            yield f"{content.WHEN[row.channel]}: {words} ({each.wall.zone})"
    if each.extra.referral_route:
        yield f"Referral: {plain(each.extra.referral_route)}"
    if room := content.capacity(each, head.at):
        yield f"Free places: {room['available']}, until {room['expires_at']}"
