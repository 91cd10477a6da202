"""The directory at the desk: its entry in the navigation and its tabs."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from protect.directory.access import KEEPING, countries_where
from protect.orgs import access, enums
from protect.orgs.scope import Scope
from protect.ui import forms, pages

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
    edits = (enums.Permission.EDIT_DIRECTORY,)
    pages = [
        # Translators, of each below: a page of the directory.
        (_("Services"), SERVICES, ()),  # all services
        # Translators: a page of the directory: what is to be checked, the most urgent first.
        (_("To check"), QUEUE, (enums.Permission.VERIFY_DIRECTORY,)),
        # Translators: a page of the directory: what people report as wrong.
        (_("Reports"), CORRECTIONS, (enums.Permission.MODERATE_DIRECTORY,)),
        (_("Duplicates"), PAIRS, edits),  # two entries that may be one service
        (_("Imports"), IMPORTS, edits),  # files that are read in
        (_("Coverage"), COVERAGE, ()),  # where help is missing
        (_("Health"), HEALTH, ()),  # how up to date it is
        (_("Export"), EXPORTS, ()),  # services as files for other systems
        (_("Posters"), POSTERS, KEEPING),  # papers to hang up and to hand out
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
    form: forms.DeskForm | None = None,
    context: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Show one of the tabs; `here` is the name of its URL."""
    tabs = tabs_of(access.scope_of(request), here)
    return pages.show(request, template, form, {"tabs": tabs, **(context or {})})
