"""Certificates at the desk: eligible participants; issue, replace, revoke."""

from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from protect.certificates import access as certificates_access, eligibility, forms, labels, papers
from protect.certificates.actions import certificates
from protect.certificates.models import Certificate
from protect.kernel import clock, errors
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.trainings.base import access as base_access
from protect.trainings.base.enums import Assessment
from protect.trainings.base.pages.frame import done, sent_data, show
from protect.trainings.registrations import access as registrations_access
from protect.trainings.scheduling import access, enums, models
from protect.vault.server_keys.badge_keys import keys_of

STEP = 100  # certificates for one press of the button: some seconds
type Action = Callable[..., Certificate]


@require_http_methods(["GET", "POST"])
def edition_certificates(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_planned(scope, pk)
    refusal = ""
    if request.method == "POST":
        try:
            _issue(request, scope, edition)
            return redirect("certificates:edition_certificates", pk=pk)
        except errors.ProtectError as error:
            refusal = error.text()
    rule, lines = eligibility.rule_of(edition), eligibility.lines_of(edition)
    gone = Certificate.objects.filter(
        edition=edition, revoked_at__isnull=False, registration__isnull=False
    )
    due = sum(each.is_due for each in lines)
    held = sum(each.certificate is not None for each in lines)
    context = {
        "edition": edition,
        "rule": labels.rule_sentences(rule),
        "has_test": rule.assessment is not Assessment.NONE,
        "is_done": edition.state == enums.EditionState.DONE,
        "has_key": any(each.retired is None for each in keys_of(edition.host_id)),
        "refusal": refusal,
        "lines": [
            (each, _lacks(each), labels.certified(each)) for each in sorted(lines, key=_urgency)
        ],
        "due": due,
        "held": held,
        "of": held + due,
        "gone": gone.select_related("registration__participant").order_by("-revoked_at", "pk"),
    }
    response = show(request, "certificates/edition_certificates.html", None, context)
    response.status_code = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return response


@require_safe
def certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    certificate = certificates_access.get_certificate(scope_of(request), pk)
    line = _line(certificate)
    context = {
        "certificate": certificate,
        "edition": certificate.edition,
        "state": labels.certificate_state(certificate),
        "rule": labels.rule_sentences(eligibility.rule_of(certificate.edition)),
        "address": papers.address_of(certificate.credential),
        "line": line,
        "lacks": _lacks(line) if line else [],
        "is_doubtful": line is not None and line.certificate == certificate and line.is_doubtful,
    }
    return show(request, "certificates/certificate.html", None, context)


@require_safe
def certificate_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    certificate = certificates_access.get_certificate(scope_of(request), pk)
    if certificate.registration is None or not certificate.document:
        raise Http404
    tag = certificate.registration.participant.language_id
    content = papers.pdf_of(certificate, certificate.document, tag, is_full=papers.is_full(request))
    return HttpResponse(content, content_type="application/pdf")


@require_http_methods(["GET", "POST"])
def certificate_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    effects = [
        _("People who check it read that it does not count, but not why."),
        _("The holder gets mail and reads the same: tell them the reason yourself."),
        _("This cannot be undone. You can issue a new one."),
    ]
    words = {"question": _("Revoke this certificate?"), "verb": _("Revoke it")}
    return _end(request, pk, certificates.revoke, words | {"effects": effects})


@require_http_methods(["GET", "POST"])
def certificate_replace(request: HttpRequest, pk: UUID) -> HttpResponse:
    effects = [
        _("Another one is issued from current data."),
        _("People who check the old one read that it was replaced."),
        _("The person gets mail with a link to the new one."),
        _("This cannot be undone."),
    ]
    words = {"question": _("Replace this certificate?"), "verb": _("Replace it")}
    return _end(request, pk, certificates.replace, words | {"effects": effects})


@require_http_methods(["GET", "POST"])
def certificate_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    registration = registrations_access.get_registration(scope, pk)
    effects = [
        _("Their certificate was revoked. It stays revoked."),
        _("The person gets mail with a link to the new one."),
    ]
    back = reverse("certificates:edition_certificates", args=[registration.edition_id])
    words = {"question": _("Issue a certificate again?"), "verb": _("Issue"), "effects": effects}
    context = {"edition": registration.edition, "back": back, **words}
    return _with_reason(request, partial(certificates.issue, scope, registration), context)


def _issue(request: HttpRequest, scope: Scope, edition: models.Edition) -> None:
    at, chosen = clock.now(), request.POST.get("registration", "")
    if chosen:
        one = registrations_access.get_registration(scope, _uuid(chosen))
        certificates.issue(scope, one, at=at)
        number = 1
    else:
        audit = base_access.planner_context(scope, edition.host_id, at=at)
        number = len(certificates.issue_due(edition, audit=audit, limit=STEP))
    # Translators: {number} certificates of a training were issued.
    message = ngettext(
        "{number} certificate was issued.", "{number} certificates were issued.", number
    )
    messages.success(request, message.format(number=number))


def _end(
    request: HttpRequest, pk: UUID, action: Action, words: Mapping[str, object]
) -> HttpResponse:
    scope = scope_of(request)
    certificate = certificates_access.get_certificate(scope, pk)
    back = reverse("certificates:certificate", args=[pk])
    context = {"edition": certificate.edition, "is_danger": True, "back": back, **words}
    return _with_reason(request, partial(action, scope, certificate), context)


def _with_reason(
    request: HttpRequest, action: Action, context: Mapping[str, object]
) -> HttpResponse:
    form = forms.CertificateReasonForm(sent_data(request))
    if form.is_valid():
        with form.mending():
            row = action(at=clock.now(), reason=form.cleaned_data["reason"])
            return done(request, _("Done."), "certificates:certificate", row.pk)
    return show(request, "trainings/edition_move.html", form, context)


def _line(certificate: Certificate) -> eligibility.Line | None:
    lines = eligibility.lines_of(certificate.edition) if certificate.registration_id else []
    return next((each for each in lines if each.registration == certificate.registration), None)


def _lacks(line: eligibility.Line) -> list[str]:
    return [str(labels.LACKS[lack]).format(missing=line.missing) for lack in line.lacks]


def _urgency(line: eligibility.Line) -> tuple[int, str]:
    rank = 0 if line.is_doubtful else 1 if line.is_due else 2 if line.lacks else 3
    return rank, line.registration.participant.name


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
