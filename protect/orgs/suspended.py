"""What somebody is told whose organisation is suspended: since when, and whom to ask."""

from __future__ import annotations

from typing import NamedTuple

from protect.orgs.access import own_suspended
from protect.orgs.models import Organisation
from protect.orgs.platform import in_a_row, run_by
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
    asked = run_by() if rows else ""
    return [Suspended(each, _managers(each), asked) for each in rows]


def _managers(organisation: Organisation) -> str:
    rows = managers(organisation).select_related("user").order_by("user__name", "pk")
    return in_a_row(each.user.name for each in rows)
