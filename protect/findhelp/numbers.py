"""Telephone numbers on a page: in groups, as that country writes them, and linked when checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import phonenumbers
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from phonenumbers import NumberParseException, PhoneNumberFormat

from protect.directory.enums import Freshness, PhoneKind
from protect.matching.questions.answer import Contact

HARMONISED = re.compile(r"116\d{3}")  # European lines of social value, written 116 006
# A caller must know how far a number can be trusted. Source: the table of number states in
# docs/adr/0005-facts-and-freshness.md.
CALLABLE = {Freshness.FRESH, Freshness.DUE, Freshness.OVERDUE}
LABELS: dict[str, Promise] = {
    # Translators: beside a telephone number: only for text messages (SMS).
    PhoneKind.TEXT.value: _("Text message")
}
# WhatsApp has none of its own: "tel" would place a call, unsafe for a visitor who must be silent.
SCHEMES = {PhoneKind.VOICE.value: "tel", PhoneKind.TEXT.value: "sms"}
NAMES = {PhoneKind.WHATSAPP.value: "WhatsApp"}
# Translators: beside a telephone number whose last check is old.
OLD = _("May have changed")
# Translators: beside a telephone number that may be wrong; it was right once.
LAST_KNOWN = _("Last known number")


@dataclass(frozen=True, slots=True)
class NumberView:
    """A number to read and, where it may be called, to tap."""

    text: str
    href: str
    label: str
    note: str
    icon: str = "phone"


def views(contacts: Iterable[Contact], country: str, tag: str) -> Iterator[NumberView]:
    """Yield the numbers of a service. In the demonstration none is a link."""
    with translation.override(tag):
        for contact in contacts:
            is_live = not settings.IS_DEMO
            if is_live and contact.freshness is Freshness.UNVERIFIED:
                continue  # never checked: absent until a first call
            may_call = is_live and contact.freshness in CALLABLE
            yield NumberView(
                text=grouped(contact.value, country),
                href=_href(contact) if may_call and contact.kind in SCHEMES else "",
                label=NAMES.get(contact.kind) or str(LABELS.get(contact.kind, "")),
                note=_note(contact.freshness),
                icon="write" if contact.kind in {*LABELS, *NAMES} else "phone",
            )


def grouped(number: str, country: str) -> str:
    """Return a number in groups, as people in its country write it; abroad with +."""
    try:
        parsed = phonenumbers.parse(number, country)
    except NumberParseException:
        return number
    if not phonenumbers.is_valid_number(parsed):
        return f"{number[:3]} {number[3:]}" if HARMONISED.fullmatch(number) else number
    is_here = phonenumbers.region_code_for_number(parsed) == country
    form = PhoneNumberFormat.NATIONAL if is_here else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def _href(contact: Contact) -> str:
    return f"{SCHEMES[contact.kind]}:{contact.value}"


def _note(seen: Freshness) -> str:
    if seen is Freshness.OVERDUE:
        return str(OLD)
    if seen in {Freshness.EXPIRED, Freshness.DISPUTED}:
        return str(LAST_KNOWN)
    return ""
