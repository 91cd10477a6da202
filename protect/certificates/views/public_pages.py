"""Pages without an account: certificates, their check, and the documents that verifiers fetch."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.certificates import access, labels, models, papers, rules
from protect.certificates.actions import certificates, renewal
from protect.certificates.badges import files, issuers, verification
from protect.certificates.errors import CertificateRefusal, CertificateUnknown
from protect.certificates.forms import LONGEST_NUMBER, CheckForm, NameForm, NumberForm, ShowNameForm
from protect.kernel import clock
from protect.orgs.models import Organisation
from protect.reference.formats import date_text, duration_text
from protect.trainings.base.access import the_one
from protect.trainings.base.pages.frame import sent_data
from protect.trainings.base.pages.open_pages import lead_to, listed, open_page, show_open
from protect.trainings.base.sent_files import KILOBYTE, length_of
from protect.ui import assets, pages
from protect.vault.formats.badges import did_web
from protect.vault.server_keys import badge_keys
from protect.vault.sessions import gates

CHECKS = re.compile("/trainings/[a-z]{2,3}/check")
MOST_SENT = 2_000_000  # bytes of a file with what surrounds it: a certificate with an emblem


@gates.open_to_all
@require_safe
def certificate_any(request: HttpRequest, number: str) -> HttpResponse:
    tag = translation.get_language_from_request(request)
    return redirect("open_certificates:certificate", tag=tag, number=number)


@open_page
@require_http_methods(["GET", "POST"])
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    try:
        certificate = _numbered(number)
    except CertificateUnknown as error:
        return _unknown_page(request, number, error)
    form = name_form(certificate, sent_data(request))
    if request.method == "POST" and form is None:
        raise Http404
    matches = None
    if form is not None and form.is_valid():
        with form.mending():
            matches = certificates.is_named(certificate, form.cleaned_data["name"], at=clock.now())
    context = {
        "certificate": certificate,
        "number": rules.printed_number(certificate.credential),
        "state": labels.certificate_state(certificate),
        "facts": shown_facts(certificate),
        "name": certificate.shown_name,
        "matches": matches,
    }
    return show_open(request, "certificates/public/certificate.html", form, context)


@open_page
@require_http_methods(["GET", "POST"])
def certificate_check(request: HttpRequest) -> HttpResponse:
    is_large = _is_too_large(request)
    typed = NumberForm() if is_large else pages.posted(request, NumberForm)
    is_file = request.method == "POST" and not typed.is_bound
    file_form = CheckForm(request.POST, request.FILES) if is_file and not is_large else CheckForm()
    if is_large:  # what was too large is not read, and not called missing
        file_form = CheckForm({}, {})
        file_form.fields["file"].required = False
    verdict: verification.Verdict | None = None
    if typed.is_valid():
        with typed.mending():
            certificate = _numbered(typed.cleaned_data["number"])
            return lead_to("open_certificates:certificate", certificate.credential)
    if file_form.is_valid():
        with file_form.mending():
            if is_large:
                raise CertificateRefusal("certificates_file_large", kilobytes=MOST_SENT // KILOBYTE)
            document = files.certificate_of(file_form.cleaned_data["file"].read())
            verdict = check_document(document, at=clock.now())
    context: dict[str, object] = {
        "verdict": verdict,
        "state": labels.verdict_state(verdict.state) if verdict else None,
        "typed": typed,
        "file_form": file_form,
    }
    if verdict and verdict.state is verification.State.VALID and verdict.content:
        context |= _holder_of(verdict.content)
    form = typed if typed.is_bound else file_form
    return listed(show_open(request, "certificates/public/check.html", form, context))


def _unknown_page(request: HttpRequest, number: str, error: CertificateUnknown) -> HttpResponse:
    typed = NumberForm({"number": number[:LONGEST_NUMBER]})
    typed.full_clean()
    with typed.mending():
        raise error
    context = {"verdict": None, "state": None, "typed": typed, "file_form": CheckForm()}
    return show_open(request, "certificates/public/check.html", typed, context)


def name_form(certificate: models.Certificate, sent: QueryDict | None = None) -> NameForm | None:
    is_asked = certificate.revoked_at is None and not certificate.shows_name
    return NameForm(sent) if certificate.holder and is_asked else None


def _holder_of(content: verification.VerifiedContent) -> dict[str, object]:
    try:
        certificate = _numbered(content.id)
    except CertificateUnknown:
        return {}
    return {
        "holder": certificate.shown_name,
        "compared": name_form(certificate),
        "number": certificate.credential,
    }


def _is_too_large(request: HttpRequest) -> bool:
    """Return whether a body is larger than a certificate, without reading a file."""
    if length_of(request) > MOST_SENT:
        return True
    try:
        _ = request.POST
    except RequestDataTooBig:  # of text
        return True
    return False


def _numbered(typed: str) -> models.Certificate:
    number = rules.number_of(typed)
    if number is None:
        raise CertificateUnknown
    try:
        return access.get_credential(number)
    except Http404:
        raise CertificateUnknown from None


def shown_facts(certificate: models.Certificate) -> dict[str, str] | None:
    if not certificate.document:
        return None
    subject, tag = certificate.document["credentialSubject"], translation.get_language()
    return {
        "short_title": certificate.document["name"],
        "title": subject["achievement"]["name"],
        "length": duration_text(int(subject["result"][0]["value"]), tag),
        "completed": date_text(date.fromisoformat(subject["activityEndDate"][:10]), tag),
        "issued": date_text(papers.day_of(certificate.issued_at, certificate.edition), tag),
        "criteria": subject["achievement"]["criteria"]["narrative"],
    }


def check_document(document: Mapping[str, object], *, at: datetime) -> verification.Verdict:
    """Return the verdict. A key that the ledger does not know is unchecked, not forged."""
    controller = verification.issuer_of(document)
    lists = models.StatusList.objects.filter(document__issuer=controller).order_by("pk")
    documents = list(lists.values_list("document", flat=True))
    keys = badge_keys.keys_under(controller)
    verdict = verification.verify(document, documents, keys, at=at, is_here=badge_keys.is_name_here)
    lacks_key = {verification.Reason.ISSUER, verification.Reason.KEY} & {*verdict.reasons}
    if lacks_key and badge_keys.has_unconfirmed_key(controller):
        return verification.Verdict(verdict.state, (verification.Reason.UNCHECKED,))
    return verdict


@open_page
@require_http_methods(["GET", "POST"])
def own_certificate(request: HttpRequest, token: str) -> HttpResponse:
    certificate = access.get_own_certificate(token)
    form = ShowNameForm(sent_data(request), initial={"shows_name": certificate.shows_name})
    if form.is_valid():
        is_shown = form.cleaned_data["shows_name"]
        certificates.show_name(certificate, is_shown=is_shown, at=clock.now())
        answer = lead_to("open_certificates:own_certificate", token)
        answer.headers["Location"] += "?done=1"
        return answer
    context = {
        "certificate": certificate,
        "state": labels.certificate_state(certificate),
        "facts": shown_facts(certificate),
        "address": papers.address_of(certificate.credential),
        "token": token,
        "done": _done(certificate) if "done" in request.GET and not form.is_bound else "",
    }
    return show_open(request, "certificates/public/own.html", form, context)


@open_page
@require_safe
def own_certificate_pdf(request: HttpRequest, token: str) -> HttpResponse:
    certificate = _kept(token)
    document = renewal.for_holder(certificate, at=clock.now())
    tag, is_full = get_language() or "en", papers.is_full(request)
    content = papers.pdf_of(certificate, document, tag, is_full=is_full)
    return HttpResponse(content, content_type="application/pdf")


@open_page
@require_safe
def own_certificate_badge(request: HttpRequest, token: str) -> HttpResponse:
    document = renewal.for_holder(_kept(token), at=clock.now())
    response = HttpResponse(papers.spelled(document), content_type=papers.MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{papers.NAME}"'
    return response


def _done(certificate: models.Certificate) -> str:
    if certificate.shows_name:
        # Translators: the holder of a certificate has chosen so.
        return _("Saved: people who check it see your name.")
    # Translators: the holder of a certificate has chosen so.
    return _("Saved: people who check it do not see your name.")


def _kept(token: str) -> models.Certificate:
    certificate = access.get_own_certificate(token)
    if not certificate.document:
        raise Http404
    return certificate


@gates.open_to_all
@require_safe
def issuer_keys(request: HttpRequest, pk: UUID) -> HttpResponse:
    organisation = Organisation.objects.filter(pk=pk).first()
    scheme = settings.PUBLIC_URL.partition("://")[0]
    address = f"{scheme}://{request.get_host()}/issuers/{pk}"  # old hosts stay in service
    keys = badge_keys.keys_of(pk)
    controller = did_web(address)
    if organisation is None or not any(key.controller == controller for key in keys):
        raise Http404
    issuer = issuers.Issuer(organisation.name, address, controller)
    return _published(issuers.profile(issuer, keys), "application/did+ld+json")


@gates.open_to_all
@require_safe
def status_list(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    row = the_one(models.StatusList.objects.filter(issuer=pk, number=number))
    return _published(row.document, papers.MEDIA_TYPE)


@gates.open_to_all
@require_safe
def certificate_badge(request: HttpRequest, credential: UUID) -> HttpResponse:
    """Show a certificate as it was signed. It has no name."""
    certificate = access.get_credential(credential)
    if not certificate.document:
        raise Http404
    response = _published(certificate.document, papers.MEDIA_TYPE)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _published(document: Mapping[str, object], media_type: str) -> HttpResponse:
    response = HttpResponse(papers.spelled(document), content_type=media_type)
    response.headers["Cache-Control"] = assets.KEPT_BRIEFLY
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
