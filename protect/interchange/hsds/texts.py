"""Texts as other systems may take them: no markup, no broken address, instants in one spelling."""

import hashlib
import html
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import nh3
from django.utils.encoding import iri_to_uri

from protect.kernel.ids import NAMESPACE

WEB = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
ZEROES = {bool, int, float}  # no, nought: stated all the same
LAYERS = 5  # of escaped markup that are taken off; what is deeper loses its brackets
SILENT = {"script", "style", "title", "textarea", "iframe", "noscript"}  # go with what they hold


def plain(text: str) -> str:
    """Return a text without any markup, escaped markup included, for readers who show it as HTML.
    "5 < 6" and "women & girls" stay as they are."""
    if "<" not in text and "&" not in text:
        return text.strip()
    for _ in range(LAYERS):
        stripped = html.unescape(nh3.clean(text, tags=set(), clean_content_tags=SILENT))
        if stripped == text:
            return text.strip()
        text = stripped
    return text.replace("<", "").replace(">", "").strip()


def web_address(text: str) -> str:
    """Return a web address as a URI; nothing for what is none."""
    return iri_to_uri(text) if WEB.fullmatch(text) else ""


def mail_address(text: str) -> str:
    """Return an address of mail; nothing for what is none."""
    return text if MAIL.fullmatch(text) else ""


def key_of(*parts: str) -> str:
    """Return the text of `stable_uuid("hsds", …)`, made without an object: pages need thousands."""
    digest = hashlib.sha1(
        NAMESPACE.bytes + "\x1f".join(("hsds", *parts)).encode(), usedforsecurity=False
    ).digest()
    text = digest[:16].hex()
    variant = f"{int(text[16], 16) & 3 | 8:x}"
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"


def instant(at: datetime) -> str:
    """Return an instant in UTC, in milliseconds cut off: never later than it was."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stated(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document without empty fields: absence means unknown."""
    return {key: value for key, value in document.items() if value or type(value) in ZEROES}


def spelled(value: Any) -> Any:
    """Return what a fact offers as a document takes it: texts plain, empty fields left out."""
    match value:
        case str():
            return plain(value)
        case UUID():
            return str(value)
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case list():
            return [spelled(each) for each in value]
        case dict():
            return stated({key: spelled(each) for key, each in value.items()})
    return value


def sentences(*parts: str) -> str:
    """Return texts one after the other, each as a paragraph of its own."""
    return "\n".join(filter(None, map(plain, parts)))
