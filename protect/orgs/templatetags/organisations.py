from django import template
from django.utils.translation import get_language

from protect.orgs import roles
from protect.reference import formats

# The shape of the state label, by state of an organisation, team or membership (ui: `state`).
STATE_SHAPES = {
    "active": "good",
    **dict.fromkeys(("proposed", "no_key", "founding", "invited", "enrolled"), "open"),
    **dict.fromkeys(("suspended", "rotation_due", "pending"), "caution"),
    **dict.fromkeys(("left", "retired"), "ended"),
}

register = template.Library()

register.filter("role", roles.role_name)
register.filter("role_hint", roles.role_hint)


@register.filter
def country(code: str) -> str:
    return formats.country_name(code, get_language() or "en")


@register.filter
def shape(state: str) -> str:
    """Return the shape of the label for a state, such as `caution`."""
    return STATE_SHAPES.get(state, "plain")
