"""Access to needs: members of the edition's logistics team arrange them."""

from uuid import UUID

from django.core.exceptions import PermissionDenied

from protect.orgs.enums import Permission
from protect.orgs.models import Team
from protect.orgs.scope import Scope
from protect.trainings.base.access import the_one
from protect.trainings.needs.models import Need
from protect.trainings.scheduling import models, queries


def arranged_by(scope: Scope) -> queries.EditionQuerySet:
    """Return the editions whose needs this user arranges."""
    return models.Edition.objects.filter(logistics_team__in=scope.teams_where(Permission.WORK))


def get_arranged(scope: Scope, pk: UUID) -> models.Edition:
    """Return an edition whose needs this person arranges. Errors: Http404."""
    rows = arranged_by(scope).select_related("host", "course_version", "logistics_team")
    return the_one(rows.filter(pk=pk))


def get_need(scope: Scope, pk: UUID) -> Need:
    """Return a need that this person arranges. Errors: Http404."""
    rows = Need.objects.filter(registration__edition__in=arranged_by(scope).values("pk"))
    needs = rows.select_related("registration__edition", "registration__participant")
    return the_one(needs.filter(pk=pk))


def must_arrange(scope: Scope, edition: models.Edition) -> Team:
    """Return the team that arranges needs, this person being of it. Errors: PermissionDenied."""
    team = edition.logistics_team
    if team is None or team.pk not in scope.teams_where(Permission.WORK):
        raise PermissionDenied
    return team
