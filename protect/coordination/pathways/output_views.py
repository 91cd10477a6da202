from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi
from django.views.decorators.http import require_safe

from protect.coordination.base.file_names import desk_file_name
from protect.coordination.pathways import access, pathway_pages
from protect.coordination.pathways.flow_charts import Chart, draw
from protect.coordination.pathways.followed_procedures import followed_link
from protect.coordination.pathways.models import PathwayEdition
from protect.coordination.pathways.pathway_papers import PaperKind, paper_languages, paper_pdf
from protect.coordination.pathways.place_names import pathway_name
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui.pages import inline_pdf


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
    headers = {"Content-Disposition": 'attachment; filename="info.svg"'}
    return HttpResponse(content, content_type="image/svg+xml", headers=headers)


@require_safe
def pathway_paper(request: HttpRequest, pk: UUID, paper: str) -> HttpResponse:
    edition = access.get_edition(access.get_pathway(scope_of(request), pk))
    tag = request.GET.get("language", "en")
    if tag not in paper_languages() or paper not in PaperKind:
        raise Http404
    at = clock.now()
    name = desk_file_name(pathway_name(edition.pathway), edition.published_at.date(), paper, tag)
    return inline_pdf(paper_pdf(edition, PaperKind(paper), tag, at=at), name)


def picture_context(chart: Chart) -> dict[str, object]:
    """Return what the picture and its list need, in the direction of the page."""
    direction = "rtl" if get_language_bidi() else "ltr"
    drawing = draw(chart, direction, get_language() or "en")
    return {"chart": chart, "drawing": drawing, "is_file": False}


def _chart(edition: PathwayEdition) -> Chart:
    words = pathway_pages.edition_words(edition, clock.now())
    return pathway_pages.edition_chart(edition, words)
