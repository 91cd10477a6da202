"""Pages of the desk: photographs of posters in their places."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.campaigns import film_forms, log_forms
from protect.campaigns.distribution import access, photographs
from protect.campaigns.distribution.models import Distribution
from protect.campaigns.distribution.photographs import Caption
from protect.kernel import clock
from protect.kernel.ids import parse_uuid
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.ui.pages import posted_data, redirect_with_message, render_form_page
from protect.uploads.upload_handler import content_of


@require_http_methods(["GET", "POST"])
def photograph_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep a picture, and add it once its user confirms that no person is shown. With a mistake
    in the form the page shows the kept picture, which need not be chosen again."""
    scope = scope_of(request)
    entry = access.get_distribution(scope, pk)
    kept = photographs.find_kept(scope, entry, parse_uuid(request.POST.get("kept", "")))
    form = film_forms.PhotographForm(
        posted_data(request),
        request.FILES or None,
        kept_picture=kept,
        initial={"place": entry.place},
    )
    if form.is_bound:
        _keep_sent_file(scope, entry, form)
    if form.is_valid() and form.kept_picture is not None:
        caption = Caption(form.cleaned_data["place"], form.cleaned_data["caption"])
        with form.showing_refusals():
            photographs.confirm_photograph(
                scope, entry, form.kept_picture.pk, caption, at=clock.now()
            )
            return redirect_with_message(
                request, _("Saved."), "campaigns:press_file", entry.file_id
            )
    label = f"{entry.file.material.title} · {log_forms.file_label(entry.file)}"
    context = {
        "kept": form.kept_picture,
        "crumb": (label, reverse("campaigns:press_file", args=[entry.file_id])),
    }
    return render_form_page(request, "campaigns/photograph_add.html", form, context)


def _keep_sent_file(scope: Scope, entry: Distribution, form: film_forms.PhotographForm) -> None:
    """Keep the picture that came with a form, whatever else is wrong with the form."""
    sent = form.files.get("file")
    if sent is None or "file" in form.errors:
        return
    with form.showing_refusals():
        picture = photographs.clean_picture(content_of(sent))
        form.show_kept(photographs.keep_picture(scope, entry, picture, at=clock.now()))


@require_safe
def photograph(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = access.get_photograph(scope_of(request), pk)
    content = bytes(found.content)
    return HttpResponse(content, content_type=photographs.type_of(content))


@require_POST
def photograph_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    entry = photographs.remove_photograph(scope, access.get_photograph(scope, pk), at=clock.now())
    return redirect_with_message(
        request, _("The photograph was deleted."), "campaigns:press_file", entry.file_id
    )
