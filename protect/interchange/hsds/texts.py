"""Values as other systems can read them: text without markup, valid addresses, UTC instants."""

import hashlib
import html
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import nh3
from django.utils.encoding import iri_to_uri

from protect.kernel.ids import UUID_NAMESPACE

WEB_ADDRESS = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
MAIL_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")  # other text is not exported as e-mail
ZERO_TYPES = {bool, int, float}  # false and 0 are values, not empty fields
MAX_ESCAPE_LAYERS = 5  # of markup removed; < and > in deeper layers are deleted
REMOVED_ELEMENTS = {"script", "style", "title", "textarea", "iframe", "noscript"}  # with their text


def strip_markup(text: str) -> str:
    """Return a text without markup, also without escaped markup, for readers that show HTML.
    "5 < 6" and "women & girls" stay unchanged."""
    if "<" not in text and "&" not in text:
        return text.strip()
    for _ in range(MAX_ESCAPE_LAYERS):
        stripped = html.unescape(nh3.clean(text, tags=set(), clean_content_tags=REMOVED_ELEMENTS))
        if stripped == text:
            return text.strip()
        text = stripped
    return text.replace("<", "").replace(">", "").strip()


def web_address(text: str) -> str:
    """Return an http or https address as a URI; "" for any other text."""
    return iri_to_uri(text) if WEB_ADDRESS.fullmatch(text) else ""


def mail_address(text: str) -> str:
    """Return an e-mail address, or "" if the text is not an e-mail address."""
    return text if MAIL_ADDRESS.fullmatch(text) else ""


def stable_key(*parts: str) -> str:
    """Return the text of `stable_uuid("hsds", …)`, but faster: one page needs thousands of keys."""
    name = UUID_NAMESPACE.bytes + "\x1f".join(("hsds", *parts)).encode()
    text = hashlib.sha1(name, usedforsecurity=False).digest()[:16].hex()
    variant = f"{int(text[16], 16) & 3 | 8:x}"
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"


def format_instant(at: datetime) -> str:
    """Return an instant in UTC, cut to milliseconds so that it is not later than the original."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def without_empty(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document without its empty fields (0 and false stay); absence means unknown."""
    return {key: value for key, value in document.items() if value or type(value) in ZERO_TYPES}


def document_value(value: Any) -> Any:
    """Return the value of a fact for JSON: ids and times as text, no markup, no empty fields."""
    match value:
        case str():
            return strip_markup(value)
        case UUID():
            return str(value)
        case datetime():
            return format_instant(value)
        case date():
            return value.isoformat()
        case list():
            return [document_value(item) for item in value]
        case dict():
            return without_empty({key: document_value(item) for key, item in value.items()})
    return value


def join_paragraphs(*parts: str) -> str:
    """Return one text, a line for each of `parts` that is not empty; markup is removed."""
    return "\n".join(filter(None, map(strip_markup, parts)))
