from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi
from django.views.decorators.http import require_safe

from protect.coordination.base.file_names import file_name
from protect.coordination.pathways import access, pathway_pages
from protect.coordination.pathways.flow_charts import Chart, draw
from protect.coordination.pathways.followed_procedures import followed_link
from protect.coordination.pathways.models import PathwayEdition
from protect.coordination.pathways.pathway_papers import PaperKind, paper_languages, paper_pdf
from protect.coordination.pathways.place_names import need_name, pathway_name, place_name
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui.pages import file_header, inline_pdf


@require_safe
def pathway_picture(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_edition(access.get_pathway(scope, pk))
    chart = _chart(edition)
    context = picture_context(chart) | {
        "procedure": followed_link(scope, edition.pathway, clock.now().date()),
        "pathway": edition.pathway,
        "name": pathway_name(edition.pathway),
        "edition": edition,
    }
    return render(request, "coordination/pathways/picture.html", context)


@require_safe
def pathway_svg(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Return the picture as a file for a document, in black on white."""
    edition = access.get_edition(access.get_pathway(scope_of(request), pk))
    context = picture_context(_chart(edition)) | {"is_file": True}
    content = render_to_string("coordination/pathways/picture_file.html", context).strip()
    name = _file_name(edition, get_language() or "en")
    headers = {"Content-Disposition": file_header(f"{name}.svg", is_download=True)}
    return HttpResponse(content, content_type="image/svg+xml", headers=headers)


@require_safe
def pathway_paper(request: HttpRequest, pk: UUID, paper: str) -> HttpResponse:
    edition = access.get_edition(access.get_pathway(scope_of(request), pk))
    tag = request.GET.get("language", "en")
    if tag not in paper_languages() or paper not in PaperKind:
        raise Http404
    content = paper_pdf(edition, PaperKind(paper), tag, at=clock.now())
    return inline_pdf(content, f"{_file_name(edition, tag)}-{paper}")


def picture_context(chart: Chart) -> dict[str, object]:
    """Return what the picture and its list need, in the direction of the page."""
    direction = "rtl" if get_language_bidi() else "ltr"
    drawing = draw(chart, direction, get_language() or "en")
    return {"chart": chart, "drawing": drawing, "is_file": False}


def _file_name(edition: PathwayEdition, tag: str) -> str:
    """Return the name of a file without its ending: place and need, and the day of publishing."""
    row = edition.pathway
    title = f"{place_name(row, tag)} {need_name(row.need, tag)}"
    return file_name("pathway", title, edition.published_at.date())


def _chart(edition: PathwayEdition) -> Chart:
    words = pathway_pages.edition_words(edition, clock.now())
    return pathway_pages.edition_chart(edition, words)
