"""The entries that a report for a period counts."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from protect.campaigns.base.access import campaign_countries
from protect.campaigns.distribution.access import orders_without_copies, visible_orders
from protect.campaigns.distribution.models import Distribution, OrderQuerySet, Reach
from protect.campaigns.plans.access import visible_campaigns
from protect.campaigns.plans.models import CalendarAction, Campaign
from protect.orgs.scope import Scope


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """What a report is about: a country, or a campaign in the countries of the user; and its first
    and last day."""

    first: date
    last: date
    country: str = ""
    campaign: Campaign | None = None

    @property
    def days(self) -> tuple[date, date]:
        return self.first, self.last


def given_out(scope: Scope, query: ReportQuery) -> QuerySet[Distribution]:
    """Return the current entries of the log about copies given out in the period."""
    rows = Distribution.objects.current().filter(
        file__country__in=campaign_countries(scope), day__range=query.days, copies__gt=0
    )
    if query.country:
        rows = rows.filter(file__country=query.country)
    if query.campaign:
        rows = rows.filter(file__material__campaign=query.campaign)
    return rows.order_by("day", "entered_at", "pk")


def reach_entries(scope: Scope, query: ReportQuery) -> QuerySet[Reach]:
    """Return the current entries about people reached in the period."""
    rows = Reach.objects.current().filter(
        country__in=campaign_countries(scope), day__range=query.days, people__gt=0
    )
    if query.country:
        rows = rows.filter(country=query.country)
    if query.campaign:
        rows = rows.filter(campaign=query.campaign)
    return rows.order_by("day", "entered_at", "pk")


def period_actions(scope: Scope, query: ReportQuery) -> QuerySet[CalendarAction]:
    """Return the actions that are not cancelled and of which a day lies in the period; of a country
    also those of campaigns of the whole region."""
    campaigns = visible_campaigns(scope)
    if query.country:
        campaigns = campaigns.filter(Q(country=query.country) | Q(country=None))
    if query.campaign:
        campaigns = campaigns.filter(pk=query.campaign.pk)
    rows = CalendarAction.objects.filter(campaign__in=campaigns, cancelled_at=None)
    return rows.filter(starts_on__lte=query.last, ends_on__gte=query.first)


def sent_without_copies(scope: Scope, query: ReportQuery) -> OrderQuerySet:
    """Return the orders that were sent in the period or ended, with no copies in the log."""
    rows = orders_without_copies(visible_orders(scope))
    rows = rows.filter(moved_at__date__range=query.days)
    if query.country:
        rows = rows.filter(country=query.country)
    if query.campaign:
        rows = rows.filter(material__campaign=query.campaign)
    return rows
