from itertools import groupby
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language_bidi, gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.coordination.base.access import coordinated_countries
from protect.coordination.base.file_names import file_name
from protect.coordination.presence import access, actions, axes, forms, tables
from protect.coordination.presence.enums import FocalRole
from protect.coordination.presence.matrix import Cell, Matrix, build_matrix, country_lines
from protect.coordination.presence.models import FocalPoint, Presence
from protect.directory import access as directory
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.ui.pages import file_header, posted_data, redirect_with_message, render_form_page
from protect.ui.spreadsheet import XLSX_TYPE

SHOWN = {  # which cells the page lists, by the value in the address
    "": lambda matrix: matrix.cells,
    "gaps": lambda matrix: matrix.gaps,
    "overlaps": lambda matrix: matrix.overlaps,
}


@require_safe
def presence(request: HttpRequest) -> HttpResponse:
    """Show who does what where in a country, by need and region."""
    scope = scope_of(request)
    chosen, matrix = _matrix(scope, request)
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    cells = SHOWN[show](matrix)
    context = {
        "filter": chosen,
        "matrix": matrix,
        "show": show,
        "needs": [
            (axes.needs()[need], _shown_cells(list(rows)))
            for need, rows in groupby(cells, key=lambda cell: cell.need)
        ],
        "query": urlencode({k: v for k, v in chosen.data.items() if v}),
        "names": axes.target_groups(),
        "may_edit": matrix.query.country in coordinated_countries(scope),
        "today": clock.now().date(),
    }
    return render_form_page(request, "coordination/presence/matrix.html", None, context)


@require_safe
def presence_csv(request: HttpRequest) -> HttpResponse:
    _chosen, matrix = _matrix(scope_of(request), request)
    return _file(tables.export_csv(matrix), "text/csv; charset=utf-8", matrix, "csv")


@require_safe
def presence_xlsx(request: HttpRequest) -> HttpResponse:
    _chosen, matrix = _matrix(scope_of(request), request)
    content = tables.export_xlsx(matrix, "rtl" if get_language_bidi() else "ltr")
    return _file(content, XLSX_TYPE, matrix, "xlsx")


@require_safe
def focal_points(request: HttpRequest) -> HttpResponse:
    """Show the focal points of a country, by role and organisation."""
    scope = scope_of(request)
    access.must_read(scope)
    chosen = forms.MatrixFilter(request.GET, directory.home_country(scope))
    country = chosen.query().country
    rows = FocalPoint.objects.filter(presence__organisation__country=country)
    rows = rows.select_related("presence__organisation").order_by(
        "role", "presence__organisation__name", "pk"
    )
    by_role = [(role.label, [row for row in rows if row.role == role]) for role in FocalRole]
    context = {
        "filter": chosen,
        "roles": [(label, points) for label, points in by_role if points],
    }
    return render_form_page(request, "coordination/presence/focal_points.html", None, context)


@require_http_methods(["GET", "POST"])
def provider_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    provider = access.get_provider(scope, pk)
    own = {line.need for line in country_lines(provider.country_id) if line.organisation == pk}
    row = Presence.objects.filter(organisation=provider).first()
    needs = [code for code in axes.needs() if code in own]
    form = forms.PresenceForm(posted_data(request), presence=row, needs=needs)
    back = f"{reverse('coordination:presence')}?country={provider.country_id}"
    if form.is_valid():
        with form.showing_refusals():
            actions.save_presence(scope, provider, form.values(), at=clock.now())
            return redirect_with_message(request, _("Saved."), back)
    context = {"provider": provider, "presence": row, "back": back, "has_needs": bool(needs)}
    return render_form_page(request, "coordination/presence/provider.html", form, context)


def _matrix(scope: Scope, request: HttpRequest) -> tuple[forms.MatrixFilter, Matrix]:
    access.must_read(scope)
    chosen = forms.MatrixFilter(request.GET, directory.home_country(scope))
    return chosen, build_matrix(chosen.query())


def _shown_cells(cells: list[Cell]) -> dict[str, object]:
    """Return one need: organisations of the whole country once, and those of each region."""
    everywhere = {line for cell in cells for line in cell.lines if not line.region}
    rows = [
        (axes.region_name(cell.region), cell, [line for line in cell.lines if line.region])
        for cell in cells
    ]
    return {
        "everywhere": sorted(everywhere, key=lambda line: line.name.casefold()),
        "rows": rows,
        "gaps": sum(cell.is_gap for cell in cells),
        "organisations": len({line.organisation for cell in cells for line in cell.lines}),
    }


def _file(content: str | bytes, media_type: str, matrix: Matrix, ending: str) -> HttpResponse:
    name = file_name("presence", matrix.query.country, clock.now().date())
    headers = {"Content-Disposition": file_header(f"{name}.{ending}", is_download=True)}
    return HttpResponse(content, content_type=media_type, headers=headers)
