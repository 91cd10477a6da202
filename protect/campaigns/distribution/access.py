"""Which orders and entries of the log a user may see and change."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from protect.campaigns.base.access import campaign_countries, campaign_organisations
from protect.campaigns.base.enums import OrderState, ReachMethod
from protect.campaigns.distribution.models import (
    CopyRun,
    Distribution,
    Order,
    OrderQuerySet,
    Photograph,
    Reach,
)
from protect.campaigns.plans.models import Campaign
from protect.campaigns.press.access import visible_files
from protect.campaigns.press.models import PressFile, PressFileQuerySet
from protect.kernel.small_numbers import shown_number
from protect.orgs.access import get_row
from protect.orgs.scope import Scope

SAME_PERIOD = timedelta(days=31)  # figures of one source within it may be the same


class Copies(NamedTuple):
    """Copies of a file, by the log."""

    available: int  # printed or received
    distributed: int


def copies_by_file(files: PressFileQuerySet) -> dict[UUID, Copies]:
    """Return the copies of each file, by its id."""
    available, distributed = (
        dict(
            rows.current()
            .filter(file__in=files)
            .order_by("file")
            .values_list("file")
            .annotate(total=Sum("copies"))
        )
        for rows in (CopyRun.objects.all(), Distribution.objects.all())
    )
    return {
        pk: Copies(available.get(pk, 0), distributed.get(pk, 0))
        for pk in files.values_list("pk", flat=True)
    }


def copies_of(file: PressFile) -> Copies:
    """Return the copies of a file."""
    return copies_by_file(PressFile.objects.filter(pk=file.pk))[file.pk]


def distributions_of(order: Order) -> QuerySet[Distribution]:
    """Return the current entries about copies of an order that were given out."""
    rows: QuerySet[Distribution] = Distribution.objects.current().filter(order=order)
    return rows


def copies_of_order(order: Order) -> int:
    """Return how many copies of an order were given out, by the log."""
    total: int | None = distributions_of(order).aggregate(total=Sum("copies"))["total"]
    return total or 0


def orders_without_copies(orders: OrderQuerySet) -> OrderQuerySet:
    """Keep the orders that were sent or ended as distributed, and of which the log has no copies
    given out."""
    logged = Distribution.objects.current().filter(copies__gt=0).exclude(order=None)
    left = (OrderState.SENT, OrderState.DISTRIBUTED)
    return orders.filter(state__in=left).exclude(pk__in=logged.values("order"))


def stopped_orders(orders: OrderQuerySet, files: Iterable[PressFile]) -> OrderQuerySet:
    """Keep the orders on their way with copies of files. `files`: those that print a number which
    is no longer right."""
    return orders.filter(state=OrderState.SENT, file__in=[file.pk for file in files])


def has_same_reach(campaign: Campaign, values: Mapping[str, Any]) -> bool:
    """Return whether a campaign has a figure of the same country and method that seems to be the
    same one: the same source or number within a month; head counts: the same number on one day.
    Numbers that others must not learn are not compared."""
    people, day = values["people"], values["day"]
    if not people or shown_number(people) is None:
        return False
    rows = Reach.objects.current().filter(
        campaign=campaign, country=values["country"], method=values["method"], people__gt=0
    )
    if values["method"] == ReachMethod.HEAD_COUNT:
        same = Q(day=day, people=people)
    else:
        is_near = Q(day__range=(day - SAME_PERIOD, day + SAME_PERIOD))
        same = is_near & (Q(people=people) | Q(evidence__iexact=values["evidence"].strip()))
    return rows.filter(same).exists()


def places_of(files: Iterable[PressFile]) -> dict[UUID, list[tuple[str, int]]]:
    """Return where copies of each file were given out, and how many, by the id of the file."""
    found: dict[UUID, list[tuple[str, int]]] = {file.pk: [] for file in files}
    rows = Distribution.objects.current().filter(file__in=found, copies__gt=0)
    for file, place, copies in rows.values_list("file", "place", "copies"):
        found[file].append((place, copies))
    return found


def visible_orders(scope: Scope) -> OrderQuerySet:
    """Return the orders for the countries in which the user runs campaigns."""
    return Order.objects.filter(country__in=campaign_countries(scope))


def get_order(scope: Scope, pk: UUID) -> Order:
    """Return an order for a country of the user, with its material. Errors: Http404."""
    return get_row(visible_orders(scope).select_related("material", "organisation", "file"), pk=pk)


def get_distribution(scope: Scope, pk: UUID) -> Distribution:
    """Return an entry about copies given out in a country of the user. Errors: Http404."""
    rows: QuerySet[Distribution] = Distribution.objects.filter(file__in=visible_files(scope))
    return get_row(rows.select_related("file__material"), pk=pk)


def get_photograph(scope: Scope, pk: UUID) -> Photograph:
    """Return a photograph of copies given out in a country of the user; one that is not confirmed
    only to the user who added it. Errors: Http404."""
    mine = Q(confirmed_at__isnull=False) | Q(added_by=scope.user_id)
    rows = Photograph.objects.filter(mine, distribution__file__in=visible_files(scope))
    return get_row(rows.select_related("distribution__file"), pk=pk)


def get_run(scope: Scope, pk: UUID) -> CopyRun:
    """Return an entry about copies printed for a country of the user. Errors: Http404."""
    rows: QuerySet[CopyRun] = CopyRun.objects.filter(file__in=visible_files(scope))
    return get_row(rows.select_related("file__material"), pk=pk)


def get_reach(scope: Scope, pk: UUID) -> Reach:
    """Return an entry about reach that an organisation of the user made. Errors: Http404."""
    rows: QuerySet[Reach] = Reach.objects.filter(organisation__in=campaign_organisations(scope))
    return get_row(rows.select_related("campaign"), pk=pk)
