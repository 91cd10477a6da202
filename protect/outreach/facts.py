from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from django.db.models import Max

from protect.outreach import enums, models, rules
from protect.trainings.base.facts import Cell, FactQuery, Figure, sum_cells
from protect.trainings.facts import HeldSession, evidence_codes, matches_query, sessions_figure

# Settings with so few people that participants could be identified, such as one centre.
PROTECTED_SETTINGS = {*enums.Setting} - {enums.Setting.SCHOOL}


def open_requests(query: FactQuery) -> Figure:
    """Return the number of requests received in the period that are still open."""
    first, after = query.utc_bounds()
    rows = models.SessionRequest.objects.filter(state__in=rules.OPEN_STATES)
    rows = rows.filter(received_at__gte=first, received_at__lt=after)
    rows = query.narrow(rows, "country", "organisation")
    requests = list(rows.order_by("code").values_list("country", "setting", "state", "code"))
    return Figure(
        unit="item",
        axes=("country", "setting", "state"),
        cells=sum_cells((row[:3], 1) for row in requests),
        evidence=tuple(code for *_cell, code in requests),
    )


def head_counts(query: FactQuery) -> Figure:
    """Return the people at the period's held sessions, by the latest count of each session."""
    sessions_by_id = {held.pk: held for held in find_sessions_held(query)}
    rows = models.HeadCount.objects.filter(session__in=sessions_by_id)
    latest = dict(rows.order_by("session").values_list("session").annotate(latest=Max("revision")))
    columns = rows.order_by("session", "pk").values_list("session", "revision", "sex", "band", "n")
    cells: Counter[Cell] = Counter()
    protected_cells = set()
    for session, revision, sex, band, number in columns:
        if revision == latest[session]:
            held = sessions_by_id[session]
            cell = (*held.country_and_organisation, held.setting, sex, band)
            cells[cell] += number
            if held.setting in PROTECTED_SETTINGS:
                protected_cells.add(cell)
    return Figure(
        unit="attendance",
        axes=("country", "organisation", "setting", "sex", "band"),
        cells=sum_cells(cells.items()),
        protected=frozenset(protected_cells),
        evidence=evidence_codes(sessions_by_id[key] for key in latest),
    )


def sessions(query: FactQuery) -> Figure:
    """Return the number of information sessions of the period that are marked as held."""
    return sessions_figure(list(find_sessions_held(query)), PROTECTED_SETTINGS)


def find_sessions_held(query: FactQuery) -> Iterator[HeldSession]:
    """Yield the information sessions that ended in the period and are marked as held."""
    first, after = query.utc_bounds()
    rows = models.InformationSession.objects.not_cancelled().filter(
        request__state__in=rules.HELD_STATES
    )
    rows = rows.filter(ends_at__gte=first, ends_at__lt=after, ends_at__lte=query.at)
    for row in rows.select_related("request").order_by("starts_at", "pk"):
        request = row.request
        country, organisation = request.country_id, request.organisation_id
        held = HeldSession(row.pk, row.kind, request.setting, country, organisation, request.code)
        if query.contains(row.ends_at, row.zone) and matches_query(held, query):
            yield held


FACTS: Mapping[str, Callable[[FactQuery], Figure]] = {
    "outreach.sessions": sessions,
    "outreach.head_counts": head_counts,
    "outreach.open_requests": open_requests,
}
