"""Pages of a letterhead: what a donor requires on lists and certificates."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.trainings.base.pages.frame import done, show
from protect.trainings.documents import access, actions, forms, models
from protect.trainings.documents.paper import content, sheets

LINES = 6  # of the list on which a head is tried


@require_http_methods(["GET", "POST"])
def paper_head(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    organisation = access.get_issuer(scope, pk)
    row = models.PaperHead.objects.filter(pk=pk).first()
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.HeadForm(*sent, row=row)
    if form.is_valid():
        with form.mending():
            actions.save_head(scope, organisation, form.build_head(), at=clock.now())
            return done(request, _("Saved."), "trainings:paper_head", pk)
    return show(
        request, "trainings/paper_head.html", form, {"organisation": organisation, "row": row}
    )


@require_safe
def paper_preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    organisation = access.get_issuer(scope_of(request), pk)
    tag, at = get_language() or "en", clock.now()
    sheet = content.AttendanceList(
        code="------",
        grant="",
        event=organisation.name,
        place="",
        starts_at=at,
        ends_at=at + timedelta(hours=3),
        zone=organisation.zone,
        trainers=(),
        walk_ins=LINES,
        **actions.head_of(pk, tag)._asdict(),
    )
    headers = {"Content-Disposition": 'inline; filename="preview.pdf"'}
    return HttpResponse(
        sheets.attendance_pdf(sheet, tag), content_type="application/pdf", headers=headers
    )
