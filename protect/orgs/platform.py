"""Who runs the platform, for those who must ask them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from protect.kernel.text import plain_name
from protect.orgs.enums import Permission
from protect.orgs.holders import holding


def run_by() -> str:
    """Return the names of the organisations whose people run the platform. One query."""
    rows = holding(Permission.OPERATE).select_related("organisation")
    found = rows.order_by("organisation__name", "pk")
    return in_a_row(each.organisation.name for each in found)


def in_a_row(names: Iterable[str]) -> str:
    """Return names in their order, each once."""
    # Translators: stands between the names of people in a list.
    return _(", ").join(plain_name(each) for each in dict.fromkeys(names))
