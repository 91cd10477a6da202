"""Certificates at the desk: who gets one and who does not, issued, replaced, revoked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.kernel.errors import ProtectError
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.trainings import access, access_certificates, certified, labels
from protect.trainings.actions import certifying
from protect.trainings.certificate_files import address_of, is_full, pdf_of
from protect.trainings.certified import Line
from protect.trainings.enums import Assessment, EditionState
from protect.trainings.forms.editions import CertificateReasonForm
from protect.trainings.models import Certificate, Edition
from protect.trainings.views.frame import show
from protect.trainings.wording import lack_said, rule_said
from protect.vault.badges import keys_of

STEP = 100  # certificates for one press of the button: some seconds
type Deed = Callable[..., Certificate]


@require_http_methods(["GET", "POST"])
def edition_certificates(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_edition(scope, pk)
    access.must_plan(scope, edition.host_id)
    refusal = ""
    if request.method == "POST":
        try:
            _issue(request, scope, edition)
            return redirect("trainings:edition_certificates", pk=pk)
        except ProtectError as error:
            refusal = error.text()
    rule, lines = certified.rule_of(edition), certified.lines_of(edition)
    gone = edition.certificates.filter(revoked_at__isnull=False, registration__isnull=False)
    due = sum(each.is_due for each in lines)
    held = sum(each.certificate is not None for each in lines)
    context = {
        "edition": edition,
        "rule": rule_said(rule),
        "has_test": rule.assessment is not Assessment.NONE,
        "is_done": edition.state == EditionState.DONE,
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
    response = show(request, "edition_certificates.html", None, context)
    response.status_code = HTTPStatus.CONFLICT if refusal else HTTPStatus.OK
    return response


@require_safe
def certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = access_certificates.get_certificate(scope_of(request), pk)
    line = _line(found)
    context = {
        "certificate": found,
        "edition": found.edition,
        "said": labels.certificate_state(found),
        "rule": rule_said(certified.rule_of(found.edition)),
        "address": address_of(found.credential),
        "line": line,
        "lacks": _lacks(line) if line else [],
        "is_doubtful": line is not None and line.certificate == found and line.is_doubtful,
    }
    return show(request, "certificate.html", None, context)


@require_safe
def certificate_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = access_certificates.get_certificate(scope_of(request), pk)
    if found.registration is None or not found.document:
        raise Http404
    tag = found.registration.participant.language_id
    made = pdf_of(found, found.document, tag, is_full=is_full(request))
    return HttpResponse(made, content_type="application/pdf")


@require_http_methods(["GET", "POST"])
def certificate_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    words = {
        "question": _("Revoke this certificate?"),
        "effects": [
            _("Anyone who checks it reads that it does not count, but not why."),
            _("The holder gets mail and reads the same: tell them the reason yourself."),
            _("This cannot be undone. You can issue a new one."),
        ],
        "verb": _("Revoke it"),
    }
    return _end(request, pk, certifying.revoke, words)


@require_http_methods(["GET", "POST"])
def certificate_replace(request: HttpRequest, pk: UUID) -> HttpResponse:
    words = {
        "question": _("Replace this certificate?"),
        "effects": [
            _("Another one is issued by what is known now."),
            _("Whoever checks the old one reads that it was replaced."),
            _("The person gets mail with a link to the new one."),
            _("This cannot be undone."),
        ],
        "verb": _("Replace it"),
    }
    return _end(request, pk, certifying.replace, words)


@require_http_methods(["GET", "POST"])
def certificate_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    found = access.get_registration(scope, pk)
    form = CertificateReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.mending():
            reason = form.cleaned_data["reason"]
            row = certifying.issue(scope, found, at=clock.now(), reason=reason)
            messages.success(request, _("Done."))
            return redirect("trainings:certificate", pk=row.pk)
    context = {
        "edition": found.edition,
        "question": _("Issue a certificate again?"),
        "effects": [
            _("Theirs was taken back. That one stays revoked."),
            _("The person gets mail with a link to the new one."),
        ],
        "verb": _("Issue"),
        "back": reverse("trainings:edition_certificates", args=[found.edition_id]),
    }
    return show(request, "edition_move.html", form, context)


def _issue(request: HttpRequest, scope: Scope, edition: Edition) -> None:
    at, chosen = clock.now(), request.POST.get("registration", "")
    if chosen:
        one = access.get_registration(scope, _uuid(chosen))
        certifying.issue(scope, one, at=at)
        made = 1
    else:
        audit = access.planner_context(scope, edition.host_id, at=at)
        made = len(certifying.issue_due(edition, audit=audit, limit=STEP))
    # Translators: {number} certificates of a training were issued.
    said = ngettext("{number} certificate was issued.", "{number} certificates were issued.", made)
    messages.success(request, said.format(number=made))


def _end(request: HttpRequest, pk: UUID, deed: Deed, words: Mapping[str, object]) -> HttpResponse:
    scope = scope_of(request)
    found = access_certificates.get_certificate(scope, pk)
    form = CertificateReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.mending():
            row = deed(scope, found, at=clock.now(), reason=form.cleaned_data["reason"])
            messages.success(request, _("Done."))
            return redirect("trainings:certificate", pk=row.pk)
    back = reverse("trainings:certificate", args=[pk])
    context = {"edition": found.edition, "is_danger": True, "back": back, **words}
    return show(request, "edition_move.html", form, context)


def _line(found: Certificate) -> Line | None:
    lines = certified.lines_of(found.edition) if found.registration_id else []
    return next((each for each in lines if each.registration == found.registration), None)


def _lacks(line: Line) -> list[str]:
    return [lack_said(each, line.missing) for each in line.lacks]


def _urgency(line: Line) -> tuple[int, str]:
    """Return the order of a line: first what was decided by something that is not so any more."""
    rank = 0 if line.is_doubtful else 1 if line.is_due else 2 if line.lacks else 3
    return rank, line.registration.participant.name


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
