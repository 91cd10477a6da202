"""vCard 4.0 (RFC 6350): a card for each service, for address books."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC

from protect.directory.enums import PhoneKind
from protect.interchange.exports.formats import content
from protect.interchange.exports.store import Exported, Head
from protect.interchange.hsds.texts import mail_address, plain, web_address
from protect.kernel.content_lines import escaped, line, text

TYPES = {
    PhoneKind.VOICE: 'TEL;VALUE=uri;TYPE="work,voice"',
    PhoneKind.WHATSAPP: 'TEL;VALUE=uri;TYPE="work,text"',
    PhoneKind.TEXT: 'TEL;VALUE=uri;TYPE="work,text"',
}
SHORT = {
    PhoneKind.VOICE: 'TEL;VALUE=text;TYPE="work,voice"',
    PhoneKind.WHATSAPP: 'TEL;VALUE=text;TYPE="work,text"',
    PhoneKind.TEXT: 'TEL;VALUE=text;TYPE="work,text"',
}
HOURS = {"visit": "Open", "phone": "By phone"}


def write(services: Iterable[Exported], head: Head) -> Iterator[bytes]:
    """Yield cards, one after the other."""
    for exported in services:
        yield card(exported, head).encode()


def card(each: Exported, head: Head) -> str:
    service = each.entry.service
    lines = [
        line("BEGIN", "VCARD"),
        line("VERSION", "4.0"),
        line("KIND", "org"),
        line("UID", f"urn:uuid:{service.id}"),
        text("FN", plain(service.name)),
        text("ORG", plain(each.entry.organisation.name)),
        *_reached(each),
        *_places(each),
        *(line("LANG", tag) for tag in content.languages(each)),
        _list("CATEGORIES", content.category_names(each)),
        text("NOTE", "\n".join(_notes(each, head))),
        line("REV", f"{service.last_modified.astimezone(UTC):%Y%m%dT%H%M%SZ}"),
        line("END", "VCARD"),
    ]
    return "".join(lines)


def _reached(each: Exported) -> Iterator[str]:
    for row in each.entry.related["phones"]:
        kind = PhoneKind(row.kind)
        # Only a number that works from anywhere is a tel: address without its context.
        if row.number.startswith("+"):
            yield line(TYPES[kind], f"tel:{row.number}")
        else:
            yield text(SHORT[kind], row.number)
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
    for door in content.doors(each):
        stated = "; ".join(
            filter(None, (door.expression, "by appointment" if door.by_appointment else ""))
        )
        if stated or door.note:
            line = " ".join(filter(None, (stated, door.note)))
            yield f"{HOURS[door.channel]}: {line} ({each.wall.zone})"
    if each.extra.referral_route:
        yield f"Referral: {plain(each.extra.referral_route)}"
    if room := content.capacity(each, head.at):
        yield f"Free places: {room['available']}, until {room['expires_at']}"


def _list(name: str, values: Iterable[str]) -> str:
    joined = ",".join(map(escaped, values))
    return line(name, joined) if joined else ""
