"""A participant's own certificate, by their registration's link: files, and the shown name."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.certificates import access, labels
from protect.certificates.actions import shown_names
from protect.certificates.actions.renewal import for_holder
from protect.certificates.badges.attachments import MEDIA_TYPE, NAME, spelled
from protect.certificates.forms import ShowNameForm
from protect.certificates.models import Certificate
from protect.certificates.papers import address_of, is_full, pdf_of
from protect.certificates.views.verification import shown_facts
from protect.kernel import clock
from protect.trainings.base.pages.open_pages import lead_to, open_page, show_open


@open_page
@require_http_methods(["GET", "POST"])
def own_certificate(request: HttpRequest, token: str) -> HttpResponse:
    certificate = access.get_own_certificate(token)
    form = ShowNameForm(
        request.POST if request.method == "POST" else None,
        initial={"shows_name": certificate.shows_name},
    )
    if form.is_valid():
        shown_names.show_name(certificate, is_shown=form.cleaned_data["shows_name"], at=clock.now())
        answer = lead_to("open_certificates:own_certificate", token)
        answer.headers["Location"] += "?done=1"
        return answer
    context = {
        "certificate": certificate,
        "state": labels.certificate_state(certificate),
        "facts": shown_facts(certificate),
        "address": address_of(certificate.credential),
        "token": token,
        "done": _done(certificate) if "done" in request.GET and not form.is_bound else "",
    }
    return show_open(request, "certificates/public/own.html", form, context)


@open_page
@require_safe
def own_certificate_pdf(request: HttpRequest, token: str) -> HttpResponse:
    certificate = _kept(token)
    document = for_holder(certificate, at=clock.now())
    content = pdf_of(certificate, document, get_language() or "en", is_full=is_full(request))
    return HttpResponse(content, content_type="application/pdf")


@open_page
@require_safe
def own_certificate_badge(request: HttpRequest, token: str) -> HttpResponse:
    document = for_holder(_kept(token), at=clock.now())
    response = HttpResponse(spelled(document), content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{NAME}"'
    return response


def _done(certificate: Certificate) -> str:
    if certificate.shows_name:
        # Translators: the holder of a certificate has chosen so.
        return _("Saved: whoever checks it sees your name.")
    # Translators: the holder of a certificate has chosen so.
    return _("Saved: whoever checks it does not see your name.")


def _kept(token: str) -> Certificate:
    certificate = access.get_own_certificate(token)
    if not certificate.document:
        raise Http404
    return certificate
