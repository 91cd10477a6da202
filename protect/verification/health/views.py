"""How true the directory is: by country, by fact, and over the last weeks."""

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
from protect.directory.facts import LABELS
from protect.kernel import clock, spreadsheet
from protect.reference import formats, vocabulary
from protect.ui.pages import show
from protect.verification.health import facts

WIDE = 400  # of a bar, in units of its drawing
LINE_WIDE, LINE_TALL = 120, 28
EDGE = 3  # round a line, so that its ends are whole

# In the order of a bar: what can be trusted first, what was never checked last.
ORDER = [*(each for each in Freshness if each != Freshness.UNVERIFIED), Freshness.UNVERIFIED]
STATES: Mapping[Freshness, Promise] = {state: labels.FRESHNESS[state] for state in ORDER}
WEEKS = 12
A_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Part:
    """A segment of a bar, with its meaning. Units: `x`, `width` of the drawing."""

    state: str
    word: Promise
    number: int
    percent: int
    x: float
    width: float


def bar(numbers: Mapping[Freshness, int]) -> list[Part]:
    """Return the segments of a bar that add up to its whole length; none for a sum of 0."""
    total = sum(numbers.values())
    if not total:
        return []
    parts, x = [], 0.0
    shares = percents([numbers.get(state, 0) for state in STATES])
    for (state, word), share in zip(STATES.items(), shares, strict=True):
        number = numbers.get(state, 0)
        width = round(WIDE * number / total, 2)
        parts.append(Part(state.value, word, number, share, x, width))
        x += width
    return parts


def percent(number: int, total: int) -> int:
    """Return a share in whole percent; 0 and 100 only where it is exactly that."""
    if number in {0, total}:
        return 100 * (number > 0)
    return min(max(round(100 * number / total), 1), 99)


def percents(numbers: Sequence[int]) -> list[int]:
    """Return shares in whole percent that add up to 100; 0 only for 0.
    By the largest remainder. What is less than one percent is one, at the cost of the largest."""
    total = sum(numbers)
    if not total:
        return [0 for _ in numbers]
    exact = [100 * number / total for number in numbers]
    shares = [max(int(share), 1) if share else 0 for share in exact]
    while (missing := 100 - sum(shares)) > 0:
        most = max(range(len(shares)), key=lambda at: (exact[at] - shares[at], -at))
        shares[most] += 1
    for _ in range(-missing):
        shares[shares.index(max(shares))] -= 1
    return shares


def line(shares: Sequence[int | None]) -> str:
    """Return the points of a line of shares, the oldest first. Units: percent; None: not known."""
    if len(shares) < 2:
        return ""
    step = (LINE_WIDE - 2 * EDGE) / (len(shares) - 1)
    height = LINE_TALL - 2 * EDGE
    return " ".join(
        f"{EDGE + at * step:.1f},{EDGE + height * (1 - share / 100):.1f}"
        for at, share in enumerate(shares)
        if share is not None
    )


class Week(NamedTuple):
    """A week whose facts were counted on its last day, by freshness."""

    day: date
    counts: Counter[str]

    @property
    def fresh(self) -> int | None:
        """Return the share of facts that were fresh. Units: percent; None: nothing was counted."""
        total = self.counts.total()
        return percent(self.counts[Freshness.FRESH], total) if total else None


@dataclass(frozen=True, slots=True)
class Row:
    health: facts.Health
    name: str
    parts: list[Part]
    weeks: list[Week]
    median_days: int | None

    @property
    def line(self) -> str:
        return line([week.fresh for week in self.weeks])

    @property
    def counted(self) -> list[Week]:
        return [week for week in self.weeks if week.fresh is not None]


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    by_country = facts.health(at)
    weeks = _weeks(at.date())
    rows = [_row(each, weeks.get(code, []), at.date()) for code, each in by_country.items()]
    chosen = request.GET.get("country", "")
    context = {
        "rows": [row for row in _by_name(rows) if chosen in {"", row.health.country}],
        "countries": [(row.health.country, row.name) for row in _by_name(rows)],
        "chosen": chosen,
        "states": STATES,
        "csv": reverse("verification:health_csv"),
    }
    return desk.show_tab(request, "verification/health.html", desk.HEALTH, None, context)


@require_safe
def health_country(request: HttpRequest, country: str) -> HttpResponse:
    if country not in vocabulary.countries():
        raise Http404
    at = clock.now()
    country_health = facts.health(at).get(country) or facts.Health(country)
    context = {
        "row": _row(country_health, _weeks(at.date()).get(country, []), at.date()),
        "facts": [
            _fact(country_health, fact) for fact in Fact if country_health.counts[fact].total()
        ],
        "states": STATES,
    }
    return show(request, "verification/health_country.html", None, context)


@require_safe
def health_csv(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    at = clock.now()
    response.headers["Content-Disposition"] = f'attachment; filename="health-{at.date()}.csv"'
    file = spreadsheet.TableWriter(response)
    file.writerow(["day", "country", "fact", "freshness", "services"])
    for country, fact, state, number in facts.snapshot_rows(facts.health(at)):
        file.writerow([at.date(), country, fact.value, state.value, number])
    return response


def _by_name(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row.name)


def _row(health: facts.Health, weeks: list[Week], today: date) -> Row:
    name = formats.country_name(health.country, get_language() or "en")
    return Row(health, name, bar(health.states), weeks, health.median_age(today))


def _fact(health: facts.Health, fact: Fact) -> dict[str, object]:
    counts = health.counts[fact]
    cells = [
        (state.value, word, counts[state], _services(health.country, state))
        for state, word in STATES.items()
    ]
    return {"name": LABELS[fact], "parts": bar(counts), "cells": cells}


def _services(country: str, state: Freshness) -> str:
    """Return the URL of the services that have a fact in a state; "" for the fresh ones."""
    if state is Freshness.FRESH:
        return ""
    query = {"country": country, "status": Status.PUBLISHED.value, "state": state.value}
    return f"{reverse(desk.SERVICES)}?{urlencode(query)}"


def _weeks(today: date) -> Mapping[str, list[Week]]:
    """Return the last weeks of every country, the oldest first; of each its last count."""
    last: dict[str, dict[int, Week]] = {}
    for country, day, state, number in facts.kept_since(today - WEEKS * A_WEEK):
        weeks, ago = last.setdefault(country, {}), (today - day) // A_WEEK
        if ago not in weeks or weeks[ago].day < day:
            weeks[ago] = Week(day, Counter())
        weeks[ago].counts[state] += number
    ago_first = list(reversed(range(WEEKS)))
    return {
        country: [weeks.get(ago, Week(today - ago * A_WEEK, Counter())) for ago in ago_first]
        for country, weeks in last.items()
    }
