"""Which campaigns a user may see and change."""

from uuid import UUID

from django.db.models import QuerySet

from protect.campaigns.base import access
from protect.campaigns.plans.models import CalendarAction, Campaign
from protect.orgs.access import get_row
from protect.orgs.scope import Scope


def visible_campaigns(scope: Scope) -> QuerySet[Campaign]:
    """Return the campaigns of the user's countries and organisations, and of the whole region."""
    return Campaign.objects.filter(access.in_reach(scope, "country", "organisation"))


def own_campaigns(scope: Scope) -> QuerySet[Campaign]:
    """Return the campaigns that the user may change."""
    return Campaign.objects.filter(organisation__in=access.campaign_organisations(scope))


def get_campaign(scope: Scope, pk: UUID) -> Campaign:
    """Return a campaign that the user may see, with its organisation. Errors: Http404."""
    return get_row(visible_campaigns(scope).select_related("organisation"), pk=pk)


def get_own_campaign(scope: Scope, pk: UUID) -> Campaign:
    """Return a campaign that the user may change. Errors: Http404."""
    return get_row(own_campaigns(scope).select_related("organisation"), pk=pk)


def get_own_action(scope: Scope, pk: UUID) -> CalendarAction:
    """Return an action of a campaign that the user may change. Errors: Http404."""
    rows = CalendarAction.objects.filter(campaign__in=own_campaigns(scope))
    return get_row(rows.select_related("campaign"), pk=pk)
