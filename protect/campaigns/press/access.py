"""Which press files a user may see."""

from uuid import UUID

from protect.campaigns.base.access import campaign_countries
from protect.campaigns.press.models import PressFile, PressFileQuerySet
from protect.orgs.access import get_row
from protect.orgs.scope import Scope


def visible_files(scope: Scope) -> PressFileQuerySet:
    """Return the press files of the countries in which the user runs campaigns."""
    return PressFile.objects.filter(country__in=campaign_countries(scope))


def get_file(scope: Scope, pk: UUID) -> PressFile:
    """Return a press file of a country of the user, with its material. Errors: Http404."""
    rows = visible_files(scope).select_related("material__campaign", "organisation")
    return get_row(rows, pk=pk)
