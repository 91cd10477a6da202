"""Menu entry and start page panels of users who write, translate, read or release pages."""

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext as _, gettext_lazy

from protect.content import access
from protect.content.drafts.page_files import SOURCE_TAG
from protect.content.enums import TranslationState
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.ui.pages import panel_row

# Translators: in the navigation: pages about rights and safety, and their translations.
MENU_ENTRY = (gettext_lazy("Pages"), "content:page_list")
# States of texts that a translator must mend, the most urgent first, and how urgent each is.
TO_TRANSLATE = {
    TranslationState.WITHDRAWN: "overdue",
    TranslationState.BEHIND: "today",
    TranslationState.MISSING: "soon",
}
MAX_PANEL_ROWS = 5  # on the start page
type Panel = dict[str, object]


def nav(scope: Scope) -> list[tuple[object, str]]:
    """Return the menu entry for users with a permission for pages."""
    return [MENU_ENTRY] if access.takes_part(scope) else []


def panels(scope: Scope, request: HttpRequest, at: datetime) -> Iterator[Panel]:
    """Yield the panel of pages to translate into the user's language, if there are any."""
    tag = get_language() or SOURCE_TAG
    if tag == SOURCE_TAG or not access.may(scope, Permission.TRANSLATE):
        return
    counted = list(access.counted_pages(tag))
    rows = [
        panel_row(
            title,
            f"{state.label}: {counts[state]}",
            reverse("content:translation", args=[page.code, tag]),
            _("Translate"),
            group=group,
        )
        for state, group in TO_TRANSLATE.items()
        for page, title, counts in counted
        if state is next((each for each in TO_TRANSLATE if counts.get(each)), None)
    ]
    if rows:
        url = reverse("content:queue") + f"?language={tag}"
        # Translators: heading of a list of pages whose translation is missing or out of date.
        title = _("Pages to translate")
        yield {"title": title, "rows": rows[:MAX_PANEL_ROWS], "count": len(rows), "more": url}
