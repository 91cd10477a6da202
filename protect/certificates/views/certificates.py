from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from protect.certificates import access as certificates_access, eligibility, forms, labels, papers
from protect.certificates.actions import certificates
from protect.certificates.desk import key_advice_for
from protect.certificates.extension import KEYS_PAGE
from protect.certificates.models import Certificate
from protect.kernel import clock, errors
from protect.orgs.access import scope_of, uuid_or_404
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.base import access as base_access
from protect.trainings.base.enums import Assessment
from protect.trainings.base.pages.frame import (
    redirect_with_message,
    render_form_page,
    sent_data,
    show_tab,
)
from protect.trainings.documents import access as documents_access
from protect.trainings.registrations import access as registrations_access
from protect.trainings.scheduling import access, enums, models
from protect.vault.access import get_badge_key, managed_organisations
from protect.vault.models import BadgeKey
from protect.vault.server_keys import badge_keys
from protect.vault.sign_in.frame import requires_step_up

BATCH_SIZE = 100  # certificates per request: a few seconds
type Action = Callable[..., Certificate]


@require_http_methods(["GET", "POST"])
def edition_certificates(request: HttpRequest, pk: UUID) -> HttpResponse:
    """List the participants of an edition with their certificates; a POST issues due ones."""
    scope = scope_of(request)
    edition = access.get_planned_edition(scope, pk)
    refusal = ""
    if request.method == "POST":
        try:
            _issue_submitted(request, scope, edition)
            return redirect("certificates:edition_certificates", pk=pk)
        except errors.ProtectError as error:
            refusal = error.text()
    rule, lines = eligibility.certificate_rule(edition), eligibility.list_eligibility(edition)
    lines = sorted(lines, key=_urgency_and_name)
    invalid = Certificate.objects.filter(edition=edition, revoked_at__isnull=False)
    invalid = invalid.filter(registration__isnull=False).order_by("-revoked_at", "pk")
    due_count = sum(line.is_due for line in lines)
    issued_count = sum(line.certificate is not None for line in lines)
    context = {
        "edition": edition,
        "rule": labels.rule_sentences(rule),
        "has_test": rule.assessment is not Assessment.NONE,
        "is_done": edition.state == enums.EditionState.DONE,
        "has_key": any(key.retired is None for key in badge_keys.published_keys(edition.host_id)),
        "refusal": refusal,
        "lines": [(row, _missing_sentences(row), labels.eligibility_status(row)) for row in lines],
        "due": due_count,
        "held": issued_count,
        "of": issued_count + due_count,
        "gone": invalid.select_related("registration__participant"),
    }
    response = render_form_page(request, "certificates/edition_certificates.html", None, context)
    response.status_code = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return response


@require_safe
def certificate_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a certificate to planners at the desk."""
    certificate = certificates_access.get_certificate(scope_of(request), pk)
    line = _current_eligibility(certificate)
    context = {
        "certificate": certificate,
        "edition": certificate.edition,
        "state": labels.certificate_state(certificate),
        "rule": labels.rule_sentences(eligibility.certificate_rule(certificate.edition)),
        "address": papers.public_page_url(certificate.credential),
        "line": line,
        "lacks": _missing_sentences(line) if line else [],
        "is_doubtful": line is not None and line.certificate == certificate and line.is_outdated,
    }
    return render_form_page(request, "certificates/certificate.html", None, context)


@require_safe
def certificate_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Return the PDF of a certificate to planners at the desk."""
    certificate = certificates_access.get_certificate(scope_of(request), pk)
    if certificate.registration is None or not certificate.document:
        raise Http404
    tag = certificate.registration.participant.language_id
    is_full = papers.wants_full_form(request)
    content = papers.write_pdf(certificate, certificate.document, tag, is_full=is_full)
    return HttpResponse(content, content_type="application/pdf")


@require_http_methods(["GET", "POST"])
def certificate_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    effects = [
        _("People who check it see that it is not valid, but not why."),
        _("The holder gets a mail and sees the same: tell them the reason yourself."),
        _("This cannot be undone. You can issue a new one."),
    ]
    words = {"question": _("Revoke this certificate?"), "verb": _("Revoke the certificate")}
    action = certificates.revoke_certificate
    return _change_certificate(request, pk, action, words | {"effects": effects})


@require_http_methods(["GET", "POST"])
def certificate_replace(request: HttpRequest, pk: UUID) -> HttpResponse:
    effects = [
        _("Another one is issued from current data."),
        _("People who check the old one see that it was replaced."),
        _("The person gets mail with a link to the new one."),
        _("This cannot be undone."),
    ]
    words = {"question": _("Replace this certificate?"), "verb": _("Replace the certificate")}
    action = certificates.replace_certificate
    return _change_certificate(request, pk, action, words | {"effects": effects})


@require_http_methods(["GET", "POST"])
def certificate_reissue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Issue a certificate in place of the revoked one of the registration `pk`."""
    scope = scope_of(request)
    registration = registrations_access.get_registration(scope, pk)
    effects = [
        _("Their certificate was revoked. It stays revoked."),
        _("The person gets mail with a link to the new one."),
    ]
    back = reverse("certificates:edition_certificates", args=[registration.edition_id])
    words = {"question": _("Issue a certificate again?"), "verb": _("Issue"), "effects": effects}
    action = partial(certificates.issue_certificate, scope, registration)
    return _ask_reason(request, action, {"edition": registration.edition, "back": back, **words})


def _issue_submitted(request: HttpRequest, scope: Scope, edition: models.Edition) -> None:
    """Issue the certificate of the submitted registration, or else up to BATCH_SIZE due ones."""
    at, registration_id = clock.now(), request.POST.get("registration", "")
    if registration_id:
        registration = registrations_access.get_registration(scope, uuid_or_404(registration_id))
        certificates.issue_certificate(scope, registration, at=at)
        number = 1
    else:
        audit = base_access.planner_context(scope, edition.host_id, at=at)
        number = len(certificates.issue_due_certificates(edition, audit=audit, limit=BATCH_SIZE))
    text = ngettext(  # For translators: {number} certificates of a training were issued
        "{number} certificate was issued.", "{number} certificates were issued.", number
    )
    messages.success(request, text.format(number=number))


def _change_certificate(
    request: HttpRequest, pk: UUID, action: Action, words: Mapping[str, object]
) -> HttpResponse:
    """Ask for a reason, then call `action` on a certificate. `words` are texts of the page."""
    scope = scope_of(request)
    certificate = certificates_access.get_certificate(scope, pk)
    back = reverse("certificates:certificate", args=[pk])
    context = {"edition": certificate.edition, "is_danger": True, "back": back, **words}
    return _ask_reason(request, partial(action, scope, certificate), context)


def _ask_reason(request: HttpRequest, action: Action, context: Mapping[str, Any]) -> HttpResponse:
    """Ask for a reason; once it is given, call `action` and redirect to its certificate."""
    form = forms.ReasonForm(sent_data(request))
    if form.is_valid():
        with form.showing_refusals():
            row = action(at=clock.now(), reason=form.cleaned_data["reason"])
            return redirect_with_message(request, _("Done."), "certificates:certificate", row.pk)
    return render_form_page(request, "trainings/edition_move.html", form, context)


def _current_eligibility(certificate: Certificate) -> eligibility.Eligibility | None:
    """Return the present eligibility of the holder; None without a seat or after erasure."""
    lines = eligibility.list_eligibility(certificate.edition) if certificate.registration_id else []
    return next((line for line in lines if line.registration == certificate.registration), None)


def _missing_sentences(line: eligibility.Eligibility) -> list[str]:
    sentences = [str(labels.MISSING_SENTENCES[lack]) for lack in line.missing_requirements]
    return [sentence.format(missing=line.minutes_missing) for sentence in sentences]


def _urgency_and_name(line: eligibility.Eligibility) -> tuple[int, str]:
    rank = 0 if line.is_outdated else 1 if line.is_due else 2 if line.missing_requirements else 3
    return rank, line.registration.participant.name


@require_safe
def issuer_keys(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    rows = list(documents_access.issuers_of(scope))
    if not rows:
        base_access.must_plan_somewhere(scope)
    managed = set(managed_organisations(scope).values_list("pk", flat=True))
    issuers = [_issuer_context(row, clock.now(), may_manage=row.pk in managed) for row in rows]
    context = {"issuers": issuers}
    return show_tab(request, KEYS_PAGE, "certificates/issuer_keys.html", context)


@require_http_methods(["GET", "POST"])
@requires_step_up
def issuer_key_make(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    organisation = base_access.first_or_404(managed_organisations(scope).filter(pk=pk))
    if request.method == "POST":
        badge_keys.make_key(scope, organisation, at=clock.now())
        message = _("The key was created. Certificates can now be issued.")
        return redirect_with_message(request, message, "certificates:issuer_keys")
    context = {
        "question": _("Create a key for certificates?"),
        "effects": [
            _("New certificates are signed with it."),
            _("The previous key is retired. Certificates that it signed stay valid."),
            _("The private part of the key stays on the server and is never shown."),
        ],
        "verb": _("Create a key"),
        "back": reverse("certificates:issuer_keys"),
    }
    return render_form_page(request, "certificates/issuer_key.html", None, context)


@require_http_methods(["GET", "POST"])
@requires_step_up
def issuer_key_distrust(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    key = get_badge_key(scope, pk)
    if request.method == "POST":
        badge_keys.retire_key(scope, key, at=clock.now(), distrust=True)
        return redirect_with_message(
            request,
            _("The key is no longer trusted. If no other key is in use, create a new one now."),
            "certificates:issuer_keys",
        )
    context = {
        "question": _("Stop trusting this key?"),
        "effects": [
            _("No certificate that it signed is valid any more, whatever its date."),
            _("After you create a new key, all certificates are signed again in the night."),
            _(
                "Holders must download their certificates again. Addresses and printed "
                "codes stay the same."
            ),
            _("This cannot be undone."),
        ],
        "verb": _("Stop trusting this key"),
        "is_danger": True,
        "back": reverse("certificates:issuer_keys"),
    }
    return render_form_page(request, "certificates/issuer_key.html", None, context)


def _issuer_context(row: Organisation, at: datetime, *, may_manage: bool) -> dict[str, object]:
    keys = BadgeKey.objects.filter(organisation=row).order_by("-created", "pk")
    advice = key_advice_for(row, at=at)
    return {
        "organisation": row,
        "keys": [(key, labels.key_state(key)) for key in keys],
        "to_do": labels.KEY_ADVICE_TEXTS[advice] if advice else "",
        "has_key": any(key.retired_at is None for key in keys),
        "may_manage": may_manage,
    }
