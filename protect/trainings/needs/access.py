"""Access to needs, which the members of an edition's logistics team arrange."""

from uuid import UUID

from django.core.exceptions import PermissionDenied

from protect.orgs.enums import Permission
from protect.orgs.models import Team
from protect.orgs.scope import Scope
from protect.trainings.base.access import first_or_404
from protect.trainings.needs.models import Need
from protect.trainings.scheduling import models, queries


def arranged_editions(scope: Scope) -> queries.EditionQuerySet:
    """Return the editions for which this user's logistics teams arrange needs."""
    return models.Edition.objects.filter(logistics_team__in=scope.teams_where(Permission.WORK))


def get_arranged_edition(scope: Scope, pk: UUID) -> models.Edition:
    """Return an edition for which this user arranges needs. Errors: Http404."""
    rows = arranged_editions(scope).select_related("host", "course_version", "logistics_team")
    return first_or_404(rows.filter(pk=pk))


def get_need(scope: Scope, pk: UUID) -> Need:
    """Return a need that this user arranges. Errors: Http404."""
    rows = Need.objects.filter(registration__edition__in=arranged_editions(scope).values("pk"))
    needs = rows.select_related("registration__edition", "registration__participant")
    return first_or_404(needs.filter(pk=pk))


def must_arrange_needs(scope: Scope, edition: models.Edition) -> Team:
    """Return the logistics team of an edition if this user is in it. Errors: PermissionDenied."""
    team = edition.logistics_team
    if team is None or team.pk not in scope.teams_where(Permission.WORK):
        raise PermissionDenied
    return team
