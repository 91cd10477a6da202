"""What a service is, and what is not known of most: in the same words on pages and on paper."""

from __future__ import annotations

from django.utils import translation

from protect.matching.services.rows import ServiceRow
from protect.reference.wording import CATEGORY_NAMES

MOST_KINDS = 2
COMMON = {"tells_unknown"}  # cautions that are said once for many services


def kinds_of(row: ServiceRow, tag: str) -> str:
    """Say what a service is, by at most two of its categories."""
    with translation.override(tag):
        names = [str(name) for code, name in CATEGORY_NAMES.items() if code in row.categories]
    return " · ".join(names[:MOST_KINDS])
