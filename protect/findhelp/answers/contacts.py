"""Phone numbers, e-mail addresses and websites of a service, as pages and papers show them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from protect.directory.enums import Freshness, Mode, PhoneKind
from protect.findhelp.answers.sentences import reason_text
from protect.matching.questions import Contact, Match, Reason
from protect.reference.catalogue import active_language
from protect.reference.formats import format_number

CLICKABLE_SCHEMES = ("mailto:", "https://", "http://")
LINK_DECORATION = re.compile(r"^https?://|/+$")  # parts of a URL that its text leaves out
# States in which a number may be a link. Source: docs/adr/0005-facts-and-freshness.md.
CALLABLE_STATES = {Freshness.FRESH, Freshness.DUE, Freshness.OVERDUE}
NUMBER_LABELS: dict[str, Promise] = {
    PhoneKind.TEXT.value: _("Text message")  # For translators: beside a phone number: only for SMS
}
# WhatsApp has no scheme: "tel" would start a call, unsafe for a visitor who must be quiet.
PHONE_KINDS = {kind.value for kind in PhoneKind}
PHONE_SCHEMES = {PhoneKind.VOICE.value: "tel", PhoneKind.TEXT.value: "sms"}
NUMBER_NAMES = {PhoneKind.WHATSAPP.value: "WhatsApp"}
NUMBER_UNKNOWN = _("No telephone number known")  # For translators: in the place of a number
LAST_KNOWN = _("Last known number")  # For translators: beside a phone number that may be wrong now
NUMBER_NOTES = {
    Freshness.OVERDUE: _("May have changed"),  # For translators: a phone number, checked long ago
    Freshness.EXPIRED: LAST_KNOWN,
    Freshness.DISPUTED: LAST_KNOWN,
}
# The note beside a number that only people with an access need may use.
FOR_DISABLED = Reason("acceptance_specialised", facts={"group": "disability"})
NO_NOTES: Mapping[str, str] = {}
# Translators: beside an e-mail address of a service: it does not answer at once.
ANSWERS_LATER = _("Answers later")
# Translators: beside a website where one can chat with the staff, and before the hours of the chat.
CHAT = _("Chat")
MODE_NAMES: dict[Mode | None, Promise] = {
    Mode.CHAT: CHAT,
    Mode.TEXT: NUMBER_LABELS[PhoneKind.TEXT.value],
}


class NumberView(NamedTuple):
    text: str
    href: str  # "" = not linked
    label: str  # kind of number; "" for calls
    note: str
    icon: str = "phone"


def is_shown(contact: Contact) -> bool:
    """Return whether a number may be shown: on a live site, only after its first check."""
    return settings.IS_DEMO or contact.freshness is not Freshness.UNVERIFIED


def is_shown_number(contact: Contact) -> bool:
    """Return whether a contact is a number, for calls or messages, and may be shown."""
    return contact.kind in PHONE_KINDS and is_shown(contact)


def trust(freshness: Freshness | None) -> int:
    """Return how far a page trusts a number: 0 never checked, 1 maybe wrong, 2 it is a link."""
    if freshness in {None, Freshness.UNVERIFIED}:
        return 0
    return 2 if freshness in CALLABLE_STATES else 1


def number_views(
    contacts: Iterable[Contact], country: str, tag: str, notes: Mapping[str, str] = NO_NOTES
) -> Iterator[NumberView]:
    """Yield numbers. Live: only checked ones, links unless expired, disputed or WhatsApp. Demo:
    all, without links. `notes`: other texts beside a number, by number."""
    with active_language(tag):
        for contact in contacts:
            if not settings.IS_DEMO and contact.freshness is Freshness.UNVERIFIED:
                continue  # never checked: not shown before a first call
            yield NumberView(
                text=format_number(contact.value, country),
                href=call_url(contact.kind, contact.value, contact.freshness),
                label=NUMBER_NAMES.get(contact.kind) or str(NUMBER_LABELS.get(contact.kind, "")),
                note=" · ".join(filter(None, (notes.get(contact.value), _note(contact, tag)))),
                icon="write" if contact.kind in {*NUMBER_LABELS, *NUMBER_NAMES} else "phone",
            )


def call_url(kind: str, number: str, freshness: Freshness | None) -> str:
    """Return the URL that calls a number or writes to it; "" if it may not be a link."""
    scheme = PHONE_SCHEMES.get(kind)
    is_callable = not settings.IS_DEMO and freshness in CALLABLE_STATES
    return f"{scheme}:{number}" if is_callable and scheme else ""


def _note(contact: Contact, tag: str) -> str:
    """Return that a number serves certain people alone, and that it may be wrong, or ""."""
    limit = reason_text(FOR_DISABLED, tag) if contact.need else ""
    return " · ".join(filter(None, [limit, str(NUMBER_NOTES.get(contact.freshness, ""))]))


def link_views(
    contacts: Iterable[Contact], tag: str, *, has_chat: bool = False
) -> Iterator[NumberView]:
    """Yield e-mail addresses and websites, as `number_views` yields numbers. Demo: without links.
    `has_chat`: whether the website has a chat, which its note says."""
    with active_language(tag):
        for contact in contacts:
            is_mail = contact.kind == "email"
            href = f"mailto:{contact.value}" if is_mail else contact.value
            may_link = not settings.IS_DEMO and _is_plain_link(href)
            yield NumberView(
                text=LINK_DECORATION.sub("", contact.value),
                href=href if may_link else "",
                label="",
                note=str(ANSWERS_LATER) if is_mail else str(CHAT) if has_chat else "",
                icon="write",
            )


def _is_plain_link(href: str) -> bool:
    """Return whether a link leads where its text says: it has no user name before the host, no
    second recipient and no invisible character."""
    is_disguised = "@" in urlsplit(href).netloc or (href.startswith("mailto:") and "?" in href)
    return href.startswith(CLICKABLE_SCHEMES) and href.isprintable() and not is_disguised


def name_of_mode(answer: Match, tag: str) -> str:
    """Return the name of the way of writing for the hours on a card, if the service also takes
    calls at other hours; else ""."""
    with active_language(tag):
        return str(MODE_NAMES.get(answer.mode, "")) if answer.row.has_voice_number else ""


def breakable(address: str) -> SafeString:
    """Return an e-mail address or a website as HTML, left to right in each language, that breaks
    after "@", "." and "/" alone."""
    broken = re.sub(r"([@./])", r"\1<wbr>", escape(address))
    return mark_safe(f'<bdi dir="ltr">{broken}</bdi>')  # noqa: S308 - escaped
