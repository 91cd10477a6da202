"""HSDS as JSON: a full document of a service in each line (ndjson)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from protect.interchange.exports.request import Head
from protect.interchange.exports.store import Exported
from protect.interchange.hsds.services import full, is_open
from protect.interchange.hsds.texts import plain, stated
from protect.interchange.hsds.variants import Variant, fitted


def write(services: Iterable[Exported], head: Head) -> Iterator[bytes]:
    """Yield documents. The notice from the head of other files is the `alert` of each service."""
    for exported in services:
        yield (
            json.dumps(
                document(exported, head, Variant.PROFILE), ensure_ascii=False, separators=(",", ":")
            ).encode()
            + b"\n"
        )


def document(each: Exported, head: Head, variant: Variant) -> dict[str, Any]:
    """Return the document of a service, with the additions for its readers."""
    fields = fitted(_full(each, head.at), "service", variant)
    if not is_open(each.entry):
        return fields
    return stated({**fields, "alert": head.notice, **_for_members(each, variant)})


def _full(each: Exported, at: datetime) -> dict[str, Any]:
    return full(each.entry, at)


def _for_members(each: Exported, variant: Variant) -> dict[str, Any]:
    if variant is not Variant.PROFILE:
        return {}
    return {
        "professionals_only": each.extra.professionals_only or None,
        "referral_route": plain(each.extra.referral_route),
        "reply_days": each.extra.reply_days,
    }
