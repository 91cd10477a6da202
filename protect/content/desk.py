"""Menu entry of users who write, translate or release pages."""

from django.utils.translation import gettext_lazy

from protect.content import access
from protect.orgs.scope import Scope

# Translators: in the navigation: pages about rights and safety, and their translations.
MENU_ENTRY = (gettext_lazy("Pages"), "content:page_list")


def nav(scope: Scope) -> list[tuple[object, str]]:
    """Return the menu entry for users with a permission for pages."""
    return [MENU_ENTRY] if access.takes_part(scope) else []
