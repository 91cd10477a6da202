from datetime import datetime
from mimetypes import guess_extension
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.coordination.base.file_names import file_name
from protect.coordination.groups.actions import clean_terms
from protect.coordination.procedures import access, forms, seals
from protect.coordination.procedures.actions import signatures
from protect.coordination.procedures.errors import ProcedureRefusal
from protect.coordination.procedures.models import Signatory
from protect.coordination.procedures.views.procedures import VERSION
from protect.coordination.procedures.views.versions import FOLDER, crumb
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui.pages import (
    FormPage,
    file_header,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)
from protect.uploads.upload_handler import content_of, stored_document
from protect.vault.sign_in.frame import requires_step_up


@require_http_methods(["GET", "POST"])
def version_signatory_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    version = access.get_run_version(scope, pk)
    form = forms.SignatoryForm(posted_data(request))
    if form.is_valid():
        with form.showing_refusals():
            signatures.add_signatory(scope, version, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), VERSION, pk)
    page = FormPage(_("New signatory"), _("Add signatory"), crumb(version))
    return show_form(request, form, page)


@require_POST
def signatory_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    signatory = access.get_run_signatory(scope, pk)
    version = signatures.remove_signatory(scope, signatory, at=clock.now())
    return redirect_with_message(request, _("Saved."), VERSION, version.pk)


@require_http_methods(["GET", "POST"])
@requires_step_up
def signatory_sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the text and sign it. Asks for a proof of identity that is not older than ten minutes.
    The digest is that of the page that the user saw."""
    scope = scope_of(request)
    signatory = access.get_signatory(scope, pk)
    if not access.may_sign(scope, signatory):
        raise ProcedureRefusal("coordination_may_not_sign")
    form = forms.SignForm(posted_data(request), initial={"seen": _digest(signatory)})
    if form.is_valid():
        with form.showing_refusals():
            seen = form.cleaned_data["seen"]
            signatures.sign_version(scope, signatory, seen, at=clock.now())
            return redirect_with_message(
                request, _("You have signed this version."), VERSION, signatory.version_id
            )
    return _text_page(request, form, signatory)


@require_http_methods(["GET", "POST"])
def signatory_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    signatory = access.get_run_signatory(scope, pk)
    digest = _digest(signatory)
    form = forms.SignedPageForm(
        posted_data(request), request.FILES or None, initial={"seen": digest}
    )
    if form.is_valid():
        with form.showing_refusals():
            _add_page(request, form, signatory, clock.now())
            return redirect_with_message(request, _("Saved."), VERSION, signatory.version_id)
    lead = _("Check that the signed page has this code of the text: {code}").format(
        code=seals.text_code(digest)
    )
    return show_form(
        request, form, FormPage(_("Signed page"), _("Save"), crumb(signatory.version), lead)
    )


@require_safe
def signature_scan(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = access.get_scan(scope_of(request), pk)
    response = stored_document(row.scan or b"", row.media_type)
    name = file_name("signature", row.signatory.organisation_name, row.signed_on)
    ending = guess_extension(row.media_type) or ""
    response["Content-Disposition"] = file_header(f"{name}{ending}")
    return response


def _add_page(
    request: HttpRequest, form: forms.SignedPageForm, signatory: Signatory, at: datetime
) -> None:
    file = form.cleaned_data["file"]
    document = clean_terms(file.name or "", content_of(file))
    values = form.cleaned_data
    signatures.add_signed_page(scope_of(request), signatory, document, values, at=at)


def _digest(signatory: Signatory) -> str:
    return seals.text_digest(signatory.version)


def _text_page(request: HttpRequest, form: forms.SignForm, signatory: Signatory) -> HttpResponse:
    version = signatory.version
    context = {
        "signatory": signatory,
        "version": version,
        "crumb": crumb(version),
        "sections": version.sections.all(),
        "digest": _digest(signatory),
        "code": seals.text_code(_digest(signatory)),
    }
    return render_form_page(request, f"{FOLDER}/sign.html", form, context)
