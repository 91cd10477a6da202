"""Labels and shapes of organisations, teams and memberships for pages of the desk."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import get_language

from protect.orgs import roles
from protect.reference import formats

# By state of an organisation, a team or a place: the chip that says so (see `state` of ui).
SHAPES = {
    "proposed": "open",
    "active": "good",
    "suspended": "caution",
    "left": "ended",
    "no_key": "open",
    "founding": "open",
    "rotation_due": "caution",
    "retired": "ended",
    "invited": "open",
    "enrolled": "open",
    "pending": "caution",
}

register = template.Library()


@register.filter
def role(code: str) -> str:
    """Write the name of a role."""
    return roles.role_name(code)


@register.filter
def role_hint(code: str) -> Promise | str:
    """Write in a sentence what a role does."""
    return roles.role_hint(code)


@register.filter
def country(code: str) -> str:
    """Write the name of a country in the language of the page."""
    return formats.country_name(code, get_language() or "en")


@register.filter
def shape(state: str) -> str:
    """Return which chip says a state."""
    return SHAPES.get(state, "plain")
