"""Export services as vCard 4.0 (RFC 6350), one card for each, for address books."""

from collections.abc import Iterable, Iterator
from datetime import UTC

from protect.directory.enums import PhoneKind
from protect.interchange.exports import content, store
from protect.interchange.hsds.texts import mail_address, strip_markup, web_address
from protect.kernel.content_lines import content_line, escape_text, text_line


def write(services: Iterable[store.ExportedService], header: store.ExportHeader) -> Iterator[bytes]:
    """Yield a vCard for each of these services."""
    for exported in services:
        yield "".join(_card_lines(exported, header)).encode()


def _card_lines(exported: store.ExportedService, header: store.ExportHeader) -> list[str]:
    service = exported.entry.service
    categories = ",".join(map(escape_text, content.category_names(exported)))
    return [
        content_line("BEGIN", "VCARD"),
        content_line("VERSION", "4.0"),
        content_line("KIND", "org"),
        content_line("UID", f"urn:uuid:{service.id}"),
        text_line("FN", strip_markup(service.name)),
        text_line("ORG", strip_markup(exported.entry.organisation.name)),
        *_vcard_contact_lines(exported),
        *_vcard_address_lines(exported),
        *(content_line("LANG", tag) for tag in content.language_tags(exported)),
        content_line("CATEGORIES", categories) if categories else "",
        text_line("NOTE", "\n".join(_note_paragraphs(exported, header))),
        content_line("REV", f"{service.last_modified.astimezone(UTC):%Y%m%dT%H%M%SZ}"),
        content_line("END", "VCARD"),
    ]


def _vcard_contact_lines(exported: store.ExportedService) -> Iterator[str]:
    for row in exported.entry.related["phones"]:
        types = "work,voice" if row.kind == PhoneKind.VOICE else "work,text"
        # A tel: URI must hold an international number; a short national one is written as text.
        if row.number.startswith("+"):
            yield content_line(f'TEL;VALUE=uri;TYPE="{types}"', f"tel:{row.number}")
        else:
            yield text_line(f'TEL;VALUE=text;TYPE="{types}"', row.number)
    yield text_line("EMAIL", mail_address(exported.entry.service.email))
    if address := web_address(exported.entry.service.website):
        yield content_line("URL", address)


def _vcard_address_lines(exported: store.ExportedService) -> Iterator[str]:
    for location in content.public_locations(exported):
        country = exported.entry.service.country_id
        # post box, extended, street, locality, region, code, country
        parts = ("", "", location.address, location.city, "", location.postal_code, country)
        yield content_line("ADR;TYPE=work", ";".join(map(escape_text, parts)))
        if location.is_exact:
            yield content_line("GEO;TYPE=work", f"geo:{location.latitude},{location.longitude}")


def _note_paragraphs(exported: store.ExportedService, header: store.ExportHeader) -> Iterator[str]:
    yield from filter(None, (header.notice, content.full_description(exported)))
    for row in exported.entry.related["schedules"]:
        appointment = "by appointment" if row.by_appointment else ""
        hours = "; ".join(filter(None, (row.expression, appointment)))
        if words := " ".join(filter(None, (hours, strip_markup(row.note)))):
            yield f"{content.CHANNEL_LABELS[row.channel]}: {words} ({exported.context.zone})"
    if exported.extra.referral_route:
        yield f"Referral: {strip_markup(exported.extra.referral_route)}"
    if capacity := content.capacity(exported, header.at):
        yield f"Free places: {capacity['available']}, until {capacity['expires_at']}"
