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

from protect.certificates import access, forms, labels, models, papers, rules
from protect.certificates.actions import certificates
from protect.certificates.badges import files, issuers, verification
from protect.certificates.errors import CertificateRefusal, CertificateUnknown
from protect.kernel import clock
from protect.orgs.models import Organisation
from protect.reference.formats import date_text, duration_text
from protect.trainings.base.access import first_or_404
from protect.trainings.base.pages import frame, open_pages
from protect.trainings.base.sent_files import KILOBYTE, content_length
from protect.ui import assets, pages
from protect.vault.formats.badges import did_web
from protect.vault.server_keys import badge_keys
from protect.vault.sessions import gates

# Paths of `certificate_check`, which takes a file.
CERTIFICATE_CHECK_PATHS = re.compile("/trainings/[a-z]{2,3}/check")
MAX_REQUEST_BYTES = 2_000_000  # of a request to check a file, such as a PDF with an emblem


@gates.open_to_all
@require_safe
def certificate_redirect(request: HttpRequest, number: str) -> HttpResponse:
    """Redirect to the public page of a certificate in the visitor's language."""
    tag = translation.get_language_from_request(request)
    return redirect("open_certificates:certificate", tag=tag, number=number)


@open_pages.open_page
@require_http_methods(["GET", "POST"])
def public_certificate(request: HttpRequest, number: str) -> HttpResponse:
    try:
        certificate = _certificate_by_number(number)
    except CertificateUnknown as error:
        return _not_found_page(request, number, error)
    form = name_form(certificate, frame.sent_data(request))
    if request.method == "POST" and form is None:
        raise Http404
    matches = None
    if form is not None and form.is_valid():
        with form.showing_refusals():
            name, at = form.cleaned_data["name"], clock.now()
            matches = certificates.matches_holder_name(certificate, name, at=at)
    context = {
        "certificate": certificate,
        "number": rules.printed_number(certificate.credential),
        "state": labels.certificate_state(certificate),
        "facts": certificate_facts(certificate),
        "name": certificate.shown_name,
        "matches": matches,
    }
    return open_pages.show_open(request, "certificates/public/certificate.html", form, context)


@open_pages.open_page
@require_http_methods(["GET", "POST"])
def certificate_check(request: HttpRequest) -> HttpResponse:
    """Verify a certificate by its number or its uploaded file."""
    is_large = _is_too_large(request)
    number_form = forms.NumberForm() if is_large else pages.bind_form(request, forms.NumberForm)
    is_file = request.method == "POST" and not number_form.is_bound
    file_form = (
        forms.FileCheckForm(request.POST, request.FILES)
        if is_file and not is_large
        else forms.FileCheckForm()
    )
    if is_large:  # a file that is too large is neither read nor missing
        file_form = forms.FileCheckForm({}, {})
        file_form.fields["file"].required = False
    verdict: verification.Verdict | None = None
    if number_form.is_valid():
        with number_form.showing_refusals():
            certificate = _certificate_by_number(number_form.cleaned_data["number"])
            return open_pages.redirect_to("open_certificates:certificate", certificate.credential)
    if file_form.is_valid():
        with file_form.showing_refusals():
            if is_large:
                kilobytes = MAX_REQUEST_BYTES // KILOBYTE
                raise CertificateRefusal("certificates_file_large", kilobytes=kilobytes)
            document = files.certificate_from_bytes(file_form.cleaned_data["file"].read())
            verdict = check_document(document, at=clock.now())
    context: dict[str, object] = {
        "verdict": verdict,
        "state": labels.verdict_state(verdict.state) if verdict else None,
        "typed": number_form,
        "file_form": file_form,
    }
    if verdict and verdict.state is verification.State.VALID and verdict.content:
        context |= _holder_context(verdict.content)
    form = number_form if number_form.is_bound else file_form
    response = open_pages.show_open(request, "certificates/public/check.html", form, context)
    return open_pages.allow_indexing(response)


def _not_found_page(request: HttpRequest, number: str, error: CertificateUnknown) -> HttpResponse:
    """Show the page on which numbers are typed, with the unknown number and its error."""
    number_form = forms.NumberForm({"number": number[: forms.MAX_NUMBER_LENGTH]})
    number_form.full_clean()
    with number_form.showing_refusals():
        raise error
    context = {
        "verdict": None,
        "state": None,
        "typed": number_form,
        "file_form": forms.FileCheckForm(),
    }
    return open_pages.show_open(request, "certificates/public/check.html", number_form, context)


def name_form(row: models.Certificate, submitted: QueryDict | None = None) -> forms.NameForm | None:
    """Return the name form; None if the certificate is revoked, is erased or shows the name."""
    asks_name = row.revoked_at is None and not row.shows_name
    return forms.NameForm(submitted) if row.holder and asks_name else None


def _holder_context(content: verification.VerifiedContent) -> dict[str, object]:
    """Return the template context of a certificate's holder; {} for an unknown certificate."""
    try:
        certificate = _certificate_by_number(content.id)
    except CertificateUnknown:
        return {}
    holder, form = certificate.shown_name, name_form(certificate)
    return {"holder": holder, "compared": form, "number": certificate.credential}


def _is_too_large(request: HttpRequest) -> bool:
    """Return whether a request is larger than any certificate, without reading a file."""
    if content_length(request) > MAX_REQUEST_BYTES:
        return True
    try:
        _ = request.POST
    except RequestDataTooBig:  # a text field is too large
        return True
    return False


def _certificate_by_number(typed_number: str) -> models.Certificate:
    """Return the certificate with a typed number. Errors: CertificateUnknown."""
    number = rules.parse_number(typed_number)
    if number is None:
        raise CertificateUnknown
    try:
        return access.get_certificate_by_credential(number)
    except Http404:
        raise CertificateUnknown from None


def certificate_facts(certificate: models.Certificate) -> dict[str, str] | None:
    """Return the texts about a certificate for its page; None if it is erased."""
    if not certificate.document:
        return None
    subject, tag = certificate.document["credentialSubject"], translation.get_language()
    return {
        "short_title": certificate.document["name"],
        "title": subject["achievement"]["name"],
        "length": duration_text(int(subject["result"][0]["value"]), tag),
        "completed": date_text(date.fromisoformat(subject["activityEndDate"][:10]), tag),
        "issued": date_text(papers.local_day(certificate.issued_at, certificate.edition), tag),
        "criteria": subject["achievement"]["criteria"]["narrative"],
    }


def check_document(document: Mapping[str, object], *, at: datetime) -> verification.Verdict:
    """Return the verdict; reason UNCHECKED if the key may be one that the ledger lacks."""
    controller = verification.issuer_of(document)
    lists = models.StatusList.objects.filter(document__issuer=controller).order_by("pk")
    documents = list(lists.values_list("document", flat=True))
    keys = badge_keys.published_keys_of_controller(controller)
    is_local = badge_keys.is_own_controller
    verdict = verification.verify(document, documents, keys, at=at, is_local_issuer=is_local)
    lacks_key = {verification.Reason.ISSUER, verification.Reason.KEY} & {*verdict.reasons}
    if lacks_key and badge_keys.has_unconfirmed_key(controller):
        return verification.Verdict(verdict.state, (verification.Reason.UNCHECKED,))
    return verdict


@open_pages.open_page
@require_http_methods(["GET", "POST"])
def own_certificate(request: HttpRequest, token: str) -> HttpResponse:
    certificate = access.get_own_certificate(token)
    form = forms.ShowNameForm(
        frame.sent_data(request), initial={"shows_name": certificate.shows_name}
    )
    if form.is_valid():
        is_shown = form.cleaned_data["shows_name"]
        certificates.set_name_shown(certificate, is_shown=is_shown, at=clock.now())
        response = open_pages.redirect_to("open_certificates:own_certificate", token)
        response.headers["Location"] += "?done=1"
        return response
    context = {
        "certificate": certificate,
        "state": labels.certificate_state(certificate),
        "facts": certificate_facts(certificate),
        "address": papers.public_page_url(certificate.credential),
        "token": token,
        "done": _name_message(certificate) if "done" in request.GET and not form.is_bound else "",
    }
    return open_pages.show_open(request, "certificates/public/own.html", form, context)


@open_pages.open_page
@require_safe
def own_certificate_pdf(request: HttpRequest, token: str) -> HttpResponse:
    certificate = _own_certificate_with_document(token)
    document = certificates.document_for_holder(certificate, at=clock.now())
    tag, is_full = get_language() or "en", papers.wants_full_form(request)
    content = papers.write_pdf(certificate, document, tag, is_full=is_full)
    return HttpResponse(content, content_type="application/pdf")


@open_pages.open_page
@require_safe
def own_certificate_badge(request: HttpRequest, token: str) -> HttpResponse:
    document = certificates.document_for_holder(
        _own_certificate_with_document(token), at=clock.now()
    )
    response = HttpResponse(papers.encode_compact_json(document), content_type=papers.MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{papers.ATTACHMENT_NAME}"'
    return response


def _name_message(certificate: models.Certificate) -> str:
    """Return the message after the holder chose to show or hide their name in checks."""
    if certificate.shows_name:
        return _("Saved: people who check it see your name.")  # For translators: it: a certificate
    # Translators: the holder of a certificate has chosen so.
    return _("Saved: people who check it do not see your name.")


def _own_certificate_with_document(token: str) -> models.Certificate:
    """Return a holder's newest certificate, even if revoked; Http404 if its badge was erased."""
    certificate = access.get_own_certificate(token)
    if not certificate.document:
        raise Http404
    return certificate


@gates.open_to_all
@require_safe
def issuer_document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Return the DID document of the issuer `pk`, which lists its public keys."""
    organisation = Organisation.objects.filter(pk=pk).first()
    scheme = settings.PUBLIC_URL.partition("://")[0]
    address = f"{scheme}://{request.get_host()}/issuers/{pk}"  # old hosts stay in service
    keys = badge_keys.published_keys(pk)
    controller = did_web(address)
    if organisation is None or not any(key.controller == controller for key in keys):
        raise Http404
    issuer = issuers.Issuer(organisation.name, address, controller)
    document = issuers.build_issuer_document(issuer, keys)
    return _public_document_response(document, "application/did+ld+json")


@gates.open_to_all
@require_safe
def status_list(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Return a signed status list of the issuer `pk`, as it was published."""
    row = first_or_404(models.StatusList.objects.filter(issuer=pk, number=number))
    return _public_document_response(row.document, papers.MEDIA_TYPE)


@gates.open_to_all
@require_safe
def certificate_badge(request: HttpRequest, credential: UUID) -> HttpResponse:
    """Return a certificate as it was signed, without a name."""
    certificate = access.get_certificate_by_credential(credential)
    if not certificate.document:
        raise Http404
    response = _public_document_response(certificate.document, papers.MEDIA_TYPE)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _public_document_response(document: Mapping[str, object], media_type: str) -> HttpResponse:
    response = HttpResponse(papers.encode_compact_json(document), content_type=media_type)
    response.headers["Cache-Control"] = assets.CACHED_BRIEFLY
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
