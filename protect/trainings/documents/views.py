from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.trainings.base.pages.frame import redirect_with_message, render_form_page, sent_data
from protect.trainings.documents import access, actions, forms, models
from protect.trainings.documents.paper import content, sheets
from protect.ui.pages import inline_pdf

PREVIEW_ROWS = 6  # empty rows of the preview


@require_http_methods(["GET", "POST"])
def letterhead_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    organisation = access.get_issuer(scope, pk)
    row = models.PaperHead.objects.filter(pk=pk).first()
    form = forms.LetterheadForm(sent_data(request), request.FILES or None, row=row)
    if form.is_valid():
        with form.showing_refusals():
            actions.save_letterhead(scope, organisation, form.build_letterhead(), at=clock.now())
            return redirect_with_message(request, _("Saved."), "trainings:paper_head", pk)
    context = {"organisation": organisation, "row": row}
    return render_form_page(request, "trainings/paper_head.html", form, context)


@require_safe
def letterhead_preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send an empty sign-in sheet with the letterhead of the organisation `pk`, as PDF."""
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
        walk_ins=PREVIEW_ROWS,
        **actions.letterhead_of(pk, tag)._asdict(),
    )
    return inline_pdf(sheets.attendance_pdf(sheet, tag), "preview")
