"""What somebody is told whose organisation is suspended: since when, and whom to ask."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from protect.kernel.text import plain_name
from protect.orgs.access import own_suspended
from protect.orgs.enums import Permission
from protect.orgs.holders import holding
from protect.orgs.models import Organisation
from protect.orgs.profiles import managers
from protect.orgs.scope import Scope


class Suspended(NamedTuple):
    """An organisation for which nobody may work now. Class R3: for its own people."""

    organisation: Organisation
    managers: str  # the names of colleagues who manage it
    run_by: str  # the names of organisations whose people run the platform


def suspended_for(scope: Scope) -> list[Suspended]:
    """Return the suspended organisations in which somebody has a place, by name."""
    rows = list(own_suspended(scope).order_by("name", "pk"))
    run_by = _run_by() if rows else ""
    return [Suspended(each, _managers(each), run_by) for each in rows]


def _managers(organisation: Organisation) -> str:
    rows = managers(organisation).select_related("user").order_by("user__name", "pk")
    return _row(dict.fromkeys(each.user.name for each in rows))


def _run_by() -> str:
    rows = holding(Permission.OPERATE).select_related("organisation")
    found = rows.order_by("organisation__name", "pk")
    return _row(dict.fromkeys(each.organisation.name for each in found))


def _row(names: dict[str, None]) -> str:
    # Translators: stands between the names of people in a list.
    return _(", ").join(plain_name(each) for each in names)
