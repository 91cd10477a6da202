"""Which needs, languages and persons lack most in a country, and what has changed between days."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from protect.directory import access, desk
from protect.kernel import clock, spreadsheet
from protect.matching.coverage import report, store, wording
from protect.matching.coverage.atlas import atlas, distances
from protect.matching.coverage.atlas.slices import Line, grouped
from protect.matching.coverage.forms import ANY_WORD, DaysFilter, GapFilter
from protect.matching.coverage.store import keep_coverage
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.reference import vocabulary
from protect.ui.pagination import Paginator

PAGE = 50  # lines
A_PAGE_SECONDS, KEEPING_SECONDS = 1.5, 10.0  # that the computation may take within a request


@require_safe
def coverage_gaps(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    form = GapFilter(request.GET, access.home_of(scope))
    country = form.chosen["country"]
    gap_report = report(country, A_PAGE_SECONDS)
    lines = grouped(line for line in _worst(gap_report.lines) if _is_asked(line, form.chosen))
    engine, hour = atlas.newest()
    may_keep = access.may(scope, Permission.RELEASE_DIRECTORY, country)
    context = {
        "filter": form,
        "country": country,
        "report": gap_report,
        "page": Paginator(lines, PAGE).get_page(request.GET.get("page")),
        "at": hour,
        "version": engine.version,
        "again": request.get_full_path(),
        "may_keep": may_keep and gap_report.is_whole,
        "has_days": len(store.days(country)) > 1,
        "credit": wording.CREDIT,
        "taken": wording.TAKEN,
    }
    return desk.show_tab(request, "matching/coverage_gaps.html", desk.COVERAGE, None, context)


@require_safe
def coverage_gaps_csv(request: HttpRequest) -> HttpResponse:
    form = GapFilter(request.GET, access.home_of(scope_of(request)))
    country = form.chosen["country"]
    gap_report, (engine, hour) = report(country, KEEPING_SECONDS), atlas.newest()
    if not gap_report.is_whole:
        return _not_yet(request, country)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"gaps-{country}-{hour.date()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    file = spreadsheet.TableWriter(response)
    about = ("at", "directory_version", "settlements_from")
    file.writerow(["country", "need", "language", "person", *distances.Figures._fields, *about])
    credit = f"{wording.CREDIT}, {wording.TAKEN.isoformat()}"
    for line in _worst(gap_report.lines, with_all=True):
        if _is_asked(line, form.chosen):
            key = country, line.need, line.language, line.person
            file.writerow([*key, *line.figures, hour.isoformat(), engine.version, credit])
    return response


@require_safe
def coverage_changes(request: HttpRequest) -> HttpResponse:
    form = DaysFilter(request.GET, access.home_of(scope_of(request)))
    country = form.data["country"]
    days = store.days(country) if country in vocabulary.countries() else []
    context = {"filter": form, "country": country, "page": None, "compared": 0}
    if len(days) > 1:
        form.choose_days(days)
        before, after = (date.fromisoformat(form.chosen[name]) for name in ("before", "after"))
        lines = store.changes(country, before, after)
        context |= {
            "page": Paginator(lines, PAGE).get_page(request.GET.get("page")),
            "compared": store.compared(country, before, after),
            "before": before,
            "after": after,
        }
    elif country not in vocabulary.countries():
        raise Http404
    return desk.show_tab(request, "matching/coverage_changes.html", desk.COVERAGE, None, context)


@require_POST
def coverage_keep(request: HttpRequest, country: str) -> HttpResponse:
    if country not in vocabulary.countries():
        raise Http404
    scope, at = scope_of(request), clock.now()
    access.must(scope, Permission.RELEASE_DIRECTORY, country)
    if not report(country, KEEPING_SECONDS).is_whole:
        return _not_yet(request, country)
    keep_coverage(scope, country, at=at)
    # Translators: after a button: the numbers of today can be compared with later ones.
    messages.success(request, _("Today's state is kept. Later ones can be compared with it."))
    return redirect(_gaps(country))


def _not_yet(request: HttpRequest, country: str) -> HttpResponse:
    # Translators: after a button; working the numbers out takes longer than a page may.
    text = _("The numbers are not worked out yet, and nothing was kept. Try again in a minute.")
    messages.warning(request, text)
    return redirect(_gaps(country))


def _gaps(country: str) -> str:
    return f"{reverse('matching:coverage_gaps')}?{urlencode({'country': country})}"


def _worst(lines: list[Line], *, with_all: bool = False) -> list[Line]:
    """Return lines, those first that leave most people without help, then without anything sure."""
    chosen = [line for line in lines if with_all or line.figures.gaps or line.figures.asks]
    harm = attrgetter("gap_people", "gaps", "ask_people", "asks")
    return sorted(chosen, key=lambda line: [-each for each in harm(line.figures)])


def _is_asked(line: Line, chosen: dict[str, str]) -> bool:
    wanted = {name: chosen[name] for name in ("need", "language", "person") if chosen[name]}
    if wanted.get("language") == ANY_WORD:
        wanted["language"] = ""
    return all(getattr(line, name) == value for name, value in wanted.items())
