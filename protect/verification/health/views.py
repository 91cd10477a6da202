from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from protect.directory import desk, labels
from protect.directory.enums import Fact, Freshness, Status
from protect.directory.facts import FACT_LABELS
from protect.kernel import clock
from protect.reference import formats, vocabulary
from protect.ui import spreadsheet
from protect.ui.pages import render_form_page
from protect.verification.health import facts

BAR_WIDTH = 400  # SVG units
TREND_WIDTH, TREND_HEIGHT = 120, 28  # SVG units
TREND_MARGIN = 3  # SVG units; so that the ends of a line are not cut off

# Order of the segments of a bar: fresh facts first, unverified facts last.
BAR_ORDER = [*(state for state in Freshness if state != Freshness.UNVERIFIED), Freshness.UNVERIFIED]
STATE_LABELS: Mapping[Freshness, Promise] = {state: labels.FRESHNESS[state] for state in BAR_ORDER}
WEEKS_SHOWN = 12
ONE_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class BarSegment:
    """A segment of a bar with its label. Units: `x`, `width` in SVG units."""

    state: str
    word: Promise
    number: int
    percent: int
    x: float
    width: float


def bar_segments(numbers: Mapping[Freshness, int]) -> list[BarSegment]:
    """Return the segments of a bar, which add up to its width; none for a total of 0."""
    total = sum(numbers.values())
    if not total:
        return []
    parts, x = [], 0.0
    shares = percentages_of_total([numbers.get(state, 0) for state in STATE_LABELS])
    for (state, word), share in zip(STATE_LABELS.items(), shares, strict=True):
        number = numbers.get(state, 0)
        width = round(BAR_WIDTH * number / total, 2)
        parts.append(BarSegment(state.value, word, number, share, x, width))
        x += width
    return parts


def percent(number: int, total: int) -> int:
    """Return a share in whole percent; 0 and 100 only if they are exact."""
    if number in {0, total}:
        return 100 * (number > 0)
    return min(max(round(100 * number / total), 1), 99)


def percentages_of_total(numbers: Sequence[int]) -> list[int]:
    """Return whole percentages that add up to 100, by the largest remainder; 0 only for 0.
    A share of less than one percent becomes one percent, at the cost of the largest share."""
    total = sum(numbers)
    if not total:
        return [0 for _ in numbers]
    exact_shares = [100 * number / total for number in numbers]
    shares = [max(int(share), 1) if share else 0 for share in exact_shares]
    while (missing := 100 - sum(shares)) > 0:
        remainders = [exact - share for exact, share in zip(exact_shares, shares, strict=True)]
        shares[remainders.index(max(remainders))] += 1
    for _ in range(-missing):
        shares[shares.index(max(shares))] -= 1
    return shares


def line_points(shares: Sequence[int | None]) -> str:
    """Return the points of an SVG line of shares, oldest first. Units: percent; None: no point."""
    if len(shares) < 2:
        return ""
    step = (TREND_WIDTH - 2 * TREND_MARGIN) / (len(shares) - 1)
    height = TREND_HEIGHT - 2 * TREND_MARGIN
    return " ".join(
        f"{TREND_MARGIN + at * step:.1f},{TREND_MARGIN + height * (1 - share / 100):.1f}"
        for at, share in enumerate(shares)
        if share is not None
    )


class Week(NamedTuple):
    """The number of facts by freshness, from the last snapshot of a week."""

    day: date  # of the snapshot; without one, the last day of the week
    counts: Counter[str]

    @property
    def fresh(self) -> int | None:
        """The share of fresh facts. Units: percent; None: nothing was counted."""
        total = self.counts.total()
        return percent(self.counts[Freshness.FRESH], total) if total else None


@dataclass(frozen=True, slots=True)
class CountryRow:
    health: facts.CountryHealth
    name: str
    parts: list[BarSegment]
    weeks: list[Week]
    median_days: int | None

    @property
    def line(self) -> str:
        """The points of the SVG line of fresh facts, a point for each counted week."""
        return line_points([week.fresh for week in self.weeks])

    @property
    def counted(self) -> list[Week]:
        """The weeks in which facts were counted."""
        return [week for week in self.weeks if week.fresh is not None]


@require_safe
def health_overview(request: HttpRequest) -> HttpResponse:
    """Show for each country how fresh the facts of its published services are."""
    at = clock.now()
    by_country = facts.compute_health(at)
    weeks = _weeks_by_country(at.date())
    rows = [
        _country_row(figures, weeks.get(code, []), at.date())
        for code, figures in by_country.items()
    ]
    rows.sort(key=lambda row: row.name)
    chosen = request.GET.get("country", "")
    context = {
        "rows": [row for row in rows if chosen in {"", row.health.country}],
        "countries": [(row.health.country, row.name) for row in rows],
        "chosen": chosen,
        "states": STATE_LABELS,
        "csv": reverse("verification:health_csv"),
    }
    return desk.show_tab(request, "verification/health.html", desk.HEALTH, None, context)


@require_safe
def health_country(request: HttpRequest, country: str) -> HttpResponse:
    """Show for each fact how fresh it is at the published services of a country."""
    if country not in vocabulary.countries():
        raise Http404
    at = clock.now()
    figures = facts.compute_health(at).get(country) or facts.CountryHealth(country)
    weeks = _weeks_by_country(at.date()).get(country, [])
    context = {
        "row": _country_row(figures, weeks, at.date()),
        "facts": [_fact_row(figures, fact) for fact in Fact if figures.counts[fact].total()],
        "states": STATE_LABELS,
    }
    return render_form_page(request, "verification/health_country.html", None, context)


@require_safe
def health_csv(request: HttpRequest) -> HttpResponse:
    """Download the number of published services by country, fact and freshness."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    at = clock.now()
    response.headers["Content-Disposition"] = f'attachment; filename="health-{at.date()}.csv"'
    file = spreadsheet.TableWriter(response)
    file.writerow(["day", "country", "fact", "freshness", "services"])
    for country, fact, state, number in facts.snapshot_rows(facts.compute_health(at)):
        file.writerow([at.date(), country, fact.value, state.value, number])
    return response


def _country_row(health: facts.CountryHealth, weeks: list[Week], today: date) -> CountryRow:
    name = formats.country_name(health.country, get_language() or "en")
    bars, days = bar_segments(health.states), health.median_check_age_days(today)
    return CountryRow(health, name, bars, weeks, days)


def _fact_row(health: facts.CountryHealth, fact: Fact) -> dict[str, object]:
    counts = health.counts[fact]
    cells = [
        (state.value, word, counts[state], _service_list_url(health.country, state))
        for state, word in STATE_LABELS.items()
    ]
    return {"name": FACT_LABELS[fact], "parts": bar_segments(counts), "cells": cells}


def _service_list_url(country: str, state: Freshness) -> str:
    """Return the URL of published services with a fact in this state; "" for fresh facts."""
    if state is Freshness.FRESH:
        return ""
    query = {"country": country, "status": Status.PUBLISHED.value, "state": state.value}
    return f"{reverse(desk.SERVICES)}?{urlencode(query)}"


def _weeks_by_country(today: date) -> Mapping[str, list[Week]]:
    """Return the last weeks of every country, oldest first, each with its last snapshot."""
    last: dict[str, dict[int, Week]] = {}
    for country, day, state, number in facts.snapshots_since(today - WEEKS_SHOWN * ONE_WEEK):
        weeks, ago = last.setdefault(country, {}), (today - day) // ONE_WEEK
        if ago not in weeks or weeks[ago].day < day:
            weeks[ago] = Week(day, Counter())
        weeks[ago].counts[state] += number
    ago_first = list(reversed(range(WEEKS_SHOWN)))
    return {
        country: [weeks.get(ago, Week(today - ago * ONE_WEEK, Counter())) for ago in ago_first]
        for country, weeks in last.items()
    }
