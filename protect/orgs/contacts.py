"""Whom to ask: the organisations that run the platform; managers of a suspended organisation."""

from __future__ import annotations

from collections.abc import Iterable
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
    """A suspended organisation: its members cannot work for it. Class R3: for its members."""

    organisation: Organisation
    managers: str  # the names of colleagues who manage it
    run_by: str  # the names of the organisations of all operators


def suspended_for(scope: Scope) -> list[Suspended]:
    """Return the suspended organisations that a user belongs to, by name."""
    rows = list(own_suspended(scope).order_by("name", "pk"))
    operators = run_by() if rows else ""
    return [Suspended(each, _managers(each), operators) for each in rows]


def _managers(organisation: Organisation) -> str:
    rows = managers(organisation).select_related("user").order_by("user__name", "pk")
    return joined_names(each.user.name for each in rows)


def run_by() -> str:
    """Return the names of the organisations of all operators. One query."""
    rows = holding(Permission.OPERATE).select_related("organisation")
    memberships = rows.order_by("organisation__name", "pk")
    return joined_names(each.organisation.name for each in memberships)


def joined_names(names: Iterable[str]) -> str:
    """Return names as one text, in their order, each once."""
    # Translators: stands between the names of people in a list.
    return _(", ").join(plain_name(each) for each in dict.fromkeys(names))
