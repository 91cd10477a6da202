"""Menu entry of users who coordinate or belong to a working group."""

from django.utils.translation import gettext_lazy

from protect.coordination.base.access import coordinated_countries
from protect.coordination.groups.access import visible_groups
from protect.orgs.scope import Scope

# Translators: in the navigation: working groups, their meetings and decisions.
MENU_ENTRY = (gettext_lazy("Groups"), "coordination:group_list")


def nav(scope: Scope) -> list[tuple[object, str]]:
    """Return the menu entry for users who coordinate a country or belong to a group."""
    is_shown = bool(coordinated_countries(scope)) or visible_groups(scope).exists()
    return [MENU_ENTRY] if is_shown else []
