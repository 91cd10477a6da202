"""Pages of the desk: photographs of posters in their places."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.campaigns import film_forms, forms
from protect.campaigns.distribution import access, photographs
from protect.campaigns.views.frame import FormPage, show_form
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui.pages import posted_data, redirect_with_message
from protect.uploads.upload_handler import content_of


@require_http_methods(["GET", "POST"])
def photograph_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    entry = access.get_distribution(scope, pk)
    form = film_forms.PhotographForm(posted_data(request), request.FILES or None)
    if form.is_valid():
        with form.showing_refusals():
            picture = photographs.clean_picture(content_of(form.cleaned_data["file"]))
            photographs.add_photograph(scope, entry, picture, at=clock.now())
            return redirect_with_message(
                request, _("Saved."), "campaigns:press_file", entry.file_id
            )
    label = f"{entry.file.material.title} · {forms.file_label(entry.file)}"
    crumb = (label, reverse("campaigns:press_file", args=[entry.file_id]))
    lead = _(
        "A photograph shows that a poster hangs in its place. It must show no person: people who "
        "stand in front of a poster about help may be in danger if they are seen."
    )
    # Translators: title of a page: a photograph of a poster on a wall.
    page = FormPage(_("Photograph of the place"), _("Save"), crumb, lead)
    return show_form(request, form, page)


@require_safe
def photograph(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = access.get_photograph(scope_of(request), pk)
    return HttpResponse(bytes(found.content), content_type=found.media_type)


@require_POST
def photograph_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    entry = photographs.remove_photograph(scope, access.get_photograph(scope, pk), at=clock.now())
    return redirect_with_message(
        request, _("The photograph was deleted."), "campaigns:press_file", entry.file_id
    )
