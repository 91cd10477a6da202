"""The pages of the directory that stand side by side at the desk."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from protect.directory.access import KEEPING, countries_where
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope

type Tab = tuple[str, str, bool]  # label, address, whether it is the page itself

SERVICES = "directory:service_list"
QUEUE = "directory:queue"
CORRECTIONS = "directory:correction_list"
PAIRS = "directory:pair_list"
IMPORTS = "directory:import_list"
COVERAGE = "directory:coverage"
HEALTH = "directory:health"
EXPORTS = "directory:export"
POSTERS = "findhelp:desk_posters"


def tabs_of(scope: Scope, here: str) -> list[Tab]:
    """Return the pages that somebody may open; `here` is one of them."""
    edits = (Permission.EDIT_DIRECTORY,)
    found = [
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
        for label, name, needed in found
        if not needed or countries_where(scope, *needed)
    ]
