"""Who may open the page of a country: users who coordinate in it."""

from django.http import Http404

from protect.coordination.base.access import coordinated_countries
from protect.orgs.scope import Scope


def must_coordinate_in(scope: Scope, country: str) -> None:
    """Require that the user coordinates in a country. Errors: Http404."""
    if country not in coordinated_countries(scope):
        raise Http404
