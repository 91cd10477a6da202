"""Print a material: choose, look at what would be printed, then print."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from protect.campaigns.base.access import campaign_countries
from protect.campaigns.base.enums import PaperSize
from protect.campaigns.forms import PrintCheckForm, PrintForm
from protect.campaigns.materials import access
from protect.campaigns.materials.models import Material
from protect.campaigns.materials.templates_table import press_templates
from protect.campaigns.press import actions
from protect.campaigns.press.actions import MadeFile
from protect.campaigns.press.models import OmittedNumber
from protect.campaigns.press.proofs import PrintInput
from protect.campaigns.views.proof_parts import check_context
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.ui.archives import zip_files
from protect.ui.pages import inline_pdf, render_form_page


@require_http_methods(["GET", "POST"])
def material_print(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the user choose, show what would be printed, and print what is ticked there."""
    scope = scope_of(request)
    material = _get_printable(scope, pk)
    if request.method == "POST":
        return _print(request, scope, material)
    form = PrintForm(request.GET or None, **_choices(scope, material))
    if form.is_valid():
        return _show_check(request, scope, material, _wanted(form))
    return _show_choice(request, material, form)


@require_safe
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the PDF of the first chosen country, language and size; nothing is stored."""
    scope = scope_of(request)
    material = _get_printable(scope, pk)
    wanted = _previewed(request, scope, material)
    return inline_pdf(actions.preview_pdf(scope, material, wanted, at=clock.now()))


@require_safe
def picture(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Show a page of `preview` as a picture."""
    scope = scope_of(request)
    material = _get_printable(scope, pk)
    wanted = _previewed(request, scope, material)
    pages = actions.preview_pictures(scope, material, wanted, at=clock.now())
    if not 1 <= number <= len(pages):
        raise Http404
    return HttpResponse(pages[number - 1], content_type="image/png")


def _print(request: HttpRequest, scope: Scope, material: Material) -> HttpResponse:
    """Print what is ticked, or show again what would be printed, with what is wrong."""
    data = request.POST.copy()
    if "chosen" not in data:
        data.setlist("chosen", data.getlist("languages"))
    form = PrintCheckForm(data, **_choices(scope, material))
    if form.is_valid():
        wanted = _wanted(form, seen=data.getlist("seen"))
        with form.showing_refusals():
            printed_files = actions.print_material(scope, material, wanted, at=clock.now())
            messages.success(request, _printed_message(printed_files))
            return _download([(each.name, each.content) for each in printed_files])
    choice = data.copy()
    choice.setlist("languages", data.getlist("chosen"))
    chosen = PrintForm(choice, **_choices(scope, material))
    if chosen.is_valid() and not form.has_error(None, "campaigns_material_taken_down"):
        return _show_check(request, scope, material, _wanted(chosen), form)
    return _show_choice(request, material, chosen)


def _show_choice(request: HttpRequest, material: Material, form: PrintForm) -> HttpResponse:
    context = {"material": material}
    return render_form_page(request, "campaigns/print_choice.html", form, context)


def _show_check(
    request: HttpRequest,
    scope: Scope,
    material: Material,
    wanted: PrintInput,
    form: PrintCheckForm | None = None,
) -> HttpResponse:
    context = check_context(scope, material, wanted, clock.now())
    ticked = form["languages"].value() if form else context["ticked"]
    context |= {"material": material, "wanted": wanted, "ticked": ticked}
    return render_form_page(request, "campaigns/print_check.html", form, context)


def _get_printable(scope: Scope, pk: UUID) -> Material:
    """Return a material that the press can make. Errors: Http404."""
    material = access.get_material(scope, pk)
    if material.template not in press_templates():
        raise Http404
    return material


def _choices(scope: Scope, material: Material) -> dict[str, Any]:
    template = press_templates()[material.template]
    country = material.campaign.country_id
    initial = {"countries": [country] if country else [], "sizes": [template.sizes[0].value]}
    return {"countries": campaign_countries(scope), "template": template, "initial": initial}


def _wanted(form: PrintForm, seen: list[str] | None = None) -> PrintInput:
    data = form.cleaned_data
    sizes = [PaperSize(size) for size in data["sizes"]]
    return PrintInput(
        data["countries"], data["languages"], sizes, data["has_bleed"], tuple(seen or ())
    )


def _previewed(request: HttpRequest, scope: Scope, material: Material) -> PrintInput:
    """Return what a preview is asked for. Errors: Http404, also for a country of others."""
    form = PrintForm(request.GET, **_choices(scope, material))
    if not form.is_valid():
        raise Http404
    return _wanted(form)


def _printed_message(printed_files: list[MadeFile]) -> str:
    """Return what was printed, and which numbers it leaves out."""
    count = len(printed_files)
    # Translators: after posters were printed; {count} files were made.
    text = ngettext("{count} file was printed.", "{count} files were printed.", count)
    omitted = OmittedNumber.objects.filter(file__in=[printed.row for printed in printed_files])
    lines = dict.fromkeys(
        # Translators: {number}: of a telephone, {reason}: why it is not on the poster.
        _("Left out: {number}, because {reason}").format(
            number=number.text, reason=number.get_reason_display()
        )
        for number in omitted.order_by("text", "pk")
    )
    return " ".join([text.format(count=count), *lines])


def _download(files: list[tuple[str, bytes]]) -> HttpResponse:
    """Return one file, or several as a ZIP, as a download with a name that reveals nothing."""
    name, content = files[0] if len(files) == 1 else ("info.zip", zip_files(files))
    kind = "application/pdf" if name.endswith(".pdf") else "application/zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)
