"""Requests for information sessions that wait for somebody."""

from __future__ import annotations

from protect.trainings.enums import RequestState
from protect.trainings.facts.asking import Asked, Figure, summed
from protect.trainings.models import SessionRequest

OPEN = (RequestState.RECEIVED, RequestState.AGREED, RequestState.SCHEDULED)


def open_requests(asked: Asked) -> Figure:
    """Return requests that came in the period and are not held, closed or declined."""
    first, after = asked.around()
    rows = SessionRequest.objects.filter(
        state__in=OPEN, received_at__gte=first, received_at__lt=after
    )
    if asked.countries:
        rows = rows.filter(country__in=asked.countries)
    if asked.organisations:
        rows = rows.filter(organisation__in=asked.organisations)
    told = list(rows.order_by("code").values_list("country", "setting", "state", "code"))
    return Figure(
        unit="item",
        axes=("country", "setting", "state"),
        cells=summed(((country, setting, state), 1) for country, setting, state, _code in told),
        evidence=tuple(code for *_cell, code in told),
    )
