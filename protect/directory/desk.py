"""The directory on the staff site (the desk): its navigation entry and its tabs."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from protect.directory.access import MAINTAINER_PERMISSIONS, countries_with_permission
from protect.orgs import access, enums
from protect.orgs.scope import Scope
from protect.ui import forms, pages

NAV = [
    # Translators: in the navigation: the services that help people.
    (gettext_lazy("Directory"), "directory:service_list")
]

type Tab = tuple[str, str, bool]  # label, URL, whether it is the current page

SERVICES = "directory:service_list"  # URL names of the directory's tabs: this and those below
QUEUE = "verification:queue"
REPORTS = "verification:correction_list"  # reports that an entry is wrong
PAIRS = "verification:pair_list"  # entries that may be duplicates
IMPORTS = "interchange:import_list"
COVERAGE = "matching:coverage"
HEALTH = "verification:health"  # URL name of the page on how up to date the facts are
EXPORTS = "interchange:export"
POSTERS = "findhelp:desk_posters"


def directory_tabs(scope: Scope, current: str) -> list[Tab]:
    """Return the directory tabs that the user may open. `current`: URL name of the open tab."""
    edits = (enums.Permission.EDIT_DIRECTORY,)
    tabs = [
        # Translators, of each below: a page of the directory.
        (_("Services"), SERVICES, ()),  # all services
        (_("To check"), QUEUE, (enums.Permission.VERIFY_DIRECTORY,)),  # the most urgent first
        (_("Reports"), REPORTS, (enums.Permission.MODERATE_DIRECTORY,)),  # of what is wrong
        (_("Duplicates"), PAIRS, edits),  # two entries that may be one service
        (_("Imports"), IMPORTS, edits),  # files that are read in
        (_("Coverage"), COVERAGE, ()),  # where help is missing
        (_("Health"), HEALTH, ()),  # how up to date it is
        (_("Export"), EXPORTS, ()),  # services as files for other systems
        (_("Posters"), POSTERS, MAINTAINER_PERMISSIONS),  # papers to hang up and to hand out
    ]
    return [
        (label, reverse(name), name == current)
        for label, name, needed in tabs
        if not needed or countries_with_permission(scope, *needed)
    ]


def show_tab(
    request: HttpRequest,
    template: str,
    current: str,
    form: forms.DeskForm | None = None,
    context: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Render a page of the directory with its tabs; `current` is the URL name of the page."""
    tabs = directory_tabs(access.scope_of(request), current)
    return pages.render_form_page(request, template, form, {"tabs": tabs, **(context or {})})
