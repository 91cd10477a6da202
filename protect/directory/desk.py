"""The directory at the desk: its entry in the navigation and its tabs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from protect.directory.access import KEEPING, countries_where
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.ui import pages
from protect.ui.forms import DeskForm

NAV = [
    # Translators: in the navigation: the services that help people.
    (gettext_lazy("Directory"), "directory:service_list")
]

type Tab = tuple[str, str, bool]  # label, address, whether it is the page itself

SERVICES = "directory:service_list"
QUEUE = "verification:queue"
CORRECTIONS = "verification:correction_list"
PAIRS = "verification:pair_list"
IMPORTS = "interchange:import_list"
COVERAGE = "matching:coverage"
HEALTH = "verification:health"
EXPORTS = "interchange:export"
POSTERS = "findhelp:desk_posters"


def tabs_of(scope: Scope, here: str) -> list[Tab]:
    """Return the pages of the directory that the user may open; `here` is the current one."""
    edits = (Permission.EDIT_DIRECTORY,)
    pages = [
        # Translators: a page of the directory: all services.
        (_("Services"), SERVICES, ()),
        # Translators: a page of the directory: what is to be checked, the most urgent first.
        (_("To check"), QUEUE, (Permission.VERIFY_DIRECTORY,)),
        # Translators: a page of the directory: what people report as wrong.
        (_("Reports"), CORRECTIONS, (Permission.MODERATE_DIRECTORY,)),
        # Translators: a page of the directory: two entries that may be one service.
        (_("Doubles"), PAIRS, edits),
        # Translators: a page of the directory: files that are read in.
        (_("Imports"), IMPORTS, edits),
        # Translators: a page of the directory: where help is missing.
        (_("Coverage"), COVERAGE, ()),
        # Translators: a page of the directory: how up to date it is.
        (_("Health"), HEALTH, ()),
        # Translators: a page of the directory: services as files for other systems.
        (_("Export"), EXPORTS, ()),
        # Translators: a page of the directory: papers to hang up and to hand out.
        (_("Posters"), POSTERS, KEEPING),
    ]
    return [
        (label, reverse(name), name == here)
        for label, name, needed in pages
        if not needed or countries_where(scope, *needed)
    ]


def show_tab(
    request: HttpRequest,
    template: str,
    here: str,
    form: DeskForm | None = None,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show one of the tabs; `here` is the name of its URL."""
    tabs = tabs_of(scope_of(request), here)
    return pages.show(request, template, form, {"tabs": tabs, **(context or {})})
