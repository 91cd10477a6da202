from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from protect.campaigns import forms
from protect.campaigns.base.access import must_run_campaigns
from protect.campaigns.base.enums import ConsentKind
from protect.campaigns.distribution.models import Distribution
from protect.campaigns.materials import access, actions
from protect.campaigns.materials.models import Material
from protect.campaigns.views.frame import CONSENTS, own_organisations, show_tab
from protect.kernel import clock
from protect.kernel.ids import parse_uuid
from protect.orgs.access import scope_of
from protect.ui.pages import FormPage, redirect_with_message, render_form_page, show_form


@require_safe
def consent_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    must_run_campaigns(scope)
    rows = access.own_consents(scope).prefetch_related("materials")
    wanted = request.GET.get("reference", "").strip()
    if wanted:
        rows = rows.filter(reference__icontains=wanted)
    context = {"rows": rows, "wanted": wanted}
    return show_tab(request, CONSENTS, "campaigns/consent_list.html", context)


@require_http_methods(["GET", "POST"])
def consent_new(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    must_run_campaigns(scope)
    data = request.POST if request.method == "POST" else None
    form = forms.ConsentForm(data, organisations=own_organisations(scope))
    if form.is_valid():
        typed = form.cleaned_data
        with form.showing_refusals():
            actions.add_consent(
                scope,
                typed["organisation"].pk,
                typed["reference"],
                ConsentKind(typed["kind"]),
                typed["given_on"],
                at=clock.now(),
            )
            return redirect_with_message(request, _("Saved."), CONSENTS)
    crumb = (_("Consents"), reverse(CONSENTS))
    return show_form(request, form, FormPage(_("New consent"), _("Save"), crumb))


@require_http_methods(["GET", "POST"])
def consent_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the live materials that show a person, and take all of them down once confirmed."""
    scope = scope_of(request)
    consent = access.get_consent(scope, pk)
    if request.method == "POST":
        seen = [each for each in map(parse_uuid, request.POST.getlist("material")) if each]
        ended = actions.withdraw_consent(scope, consent, seen, at=clock.now())
        # Translators: {count} posters or films that show a person who withdrew consent.
        said = ngettext(
            "{count} material was taken down.", "{count} materials were taken down.", len(ended)
        )
        return redirect_with_message(request, said.format(count=len(ended)), CONSENTS)
    materials = Material.objects.live().filter(consents=consent).order_by("code")
    context = {
        "consent": consent,
        "materials": [(material, _places(material)) for material in materials],
    }
    return render_form_page(request, "campaigns/consent_withdraw.html", None, context)


def _places(material: Material) -> list[tuple[str, int]]:
    """Return where copies of a material were given out, and how many."""
    rows = Distribution.objects.current().filter(file__material=material, copies__gt=0)
    return list(rows.values_list("place", "copies"))
