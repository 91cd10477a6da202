"""Indicators of information sessions: open requests, sessions held, head counts."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from django.db.models import Max

from protect.outreach import enums, models, rules
from protect.trainings.base.facts import Cell, FactQuery, Figure, summed
from protect.trainings.facts import Held, codes_of, is_asked, sessions_figure

HELD = (enums.RequestState.HELD, enums.RequestState.CLOSED)
# Settings where participants could be recognised: one community, one centre, one group.
PROTECTED = {*enums.Setting} - {enums.Setting.SCHOOL}


def open_requests(query: FactQuery) -> Figure:
    """Return requests that came in the period and are not held, closed or declined."""
    first, after = query.around()
    rows = models.SessionRequest.objects.filter(
        state__in=rules.OPEN, received_at__gte=first, received_at__lt=after
    )
    rows = query.narrow(rows, "country", "organisation")
    requests = list(rows.order_by("code").values_list("country", "setting", "state", "code"))
    return Figure(
        unit="item",
        axes=("country", "setting", "state"),
        cells=summed(((country, setting, state), 1) for country, setting, state, _code in requests),
        evidence=tuple(code for *_cell, code in requests),
    )


def head_counts(query: FactQuery) -> Figure:
    """Return people counted at information sessions, by the latest count of each."""
    held = {each.pk: each for each in held_in(query)}
    rows = models.HeadCount.objects.filter(session__in=held)
    latest = dict(rows.order_by("session").values_list("session").annotate(latest=Max("revision")))
    columns = rows.order_by("session", "pk").values_list("session", "revision", "sex", "band", "n")
    cells: Counter[Cell] = Counter()
    protected = set()
    for session, revision, sex, band, number in columns:
        if revision == latest[session]:
            each = held[session]
            cell = (*each.place, each.setting, sex, band)
            cells[cell] += number
            if each.setting in PROTECTED:
                protected.add(cell)
    return Figure(
        unit="attendance",
        axes=("country", "organisation", "setting", "sex", "band"),
        cells=summed(cells.items()),
        protected=frozenset(protected),
        evidence=codes_of(held[key] for key in latest),
    )


def sessions(query: FactQuery) -> Figure:
    """Return information sessions that were held."""
    return sessions_figure(list(held_in(query)), PROTECTED)


def held_in(query: FactQuery) -> Iterator[Held]:
    """Yield information sessions that took place in the period."""
    first, after = query.around()
    rows = models.InformationSession.objects.standing().filter(
        request__state__in=HELD, ends_at__gte=first, ends_at__lt=after, ends_at__lte=query.at
    )
    for row in rows.select_related("request").order_by("starts_at", "pk"):
        of = row.request
        held = Held(row.pk, row.kind, of.setting, of.country_id, of.organisation_id, of.code)
        if query.has(row.ends_at, row.zone) and is_asked(held, query):
            yield held


FACTS: Mapping[str, Callable[[FactQuery], Figure]] = {
    "outreach.sessions": sessions,
    "outreach.head_counts": head_counts,
    "outreach.open_requests": open_requests,
}
