from collections.abc import Iterator
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from protect.directory import access, desk, enums, models
from protect.interchange.exports import actions, forms, store
from protect.kernel import clock
from protect.orgs.access import scope_of


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Show members the form of an export, and how many services match its filters."""
    form = forms.ExportForm(request.GET or None, initial={"format": "csv"})
    context: dict[str, object] = {"count": None, "query": ""}
    if form.is_valid():
        file_format = actions.FORMATS[form.cleaned_data["format"]]
        query = request.GET.copy()
        query["area"] = form.cleaned_data["area"]
        count = actions.count_services(file_format, form.export_request)
        context = {"count": count, "query": query.urlencode()}
    return desk.show_tab(request, "interchange/export.html", desk.EXPORTS, form, context)


@require_safe
def export_file(request: HttpRequest) -> HttpResponseBase:
    """Download an export on the desk. An invalid or empty query leads back to the form."""
    form = forms.ExportForm(request.GET or None)
    if not form.is_valid():
        return redirect(f"{reverse(desk.EXPORTS)}?{request.GET.urlencode()}")
    at, file_format = clock.now(), actions.FORMATS[form.cleaned_data["format"]]
    chunks = actions.export_services(scope_of(request), file_format, form.export_request, at=at)
    header = actions.export_header(form.export_request, at)
    name = store.file_name(header, form.export_request, file_format.suffix)
    return _file_response(chunks, file_format.media_type, name)


@require_safe
def download_service(request: HttpRequest, pk: UUID, format_code: str) -> HttpResponseBase:
    """Download the contacts (vcard) or hours (ical) of a published service, on the desk for
    members. A service that is not published has no file: Http404."""
    service = access.get_service(scope_of(request), pk)
    readers = enums.Readers.MEMBERS
    published = models.Service.objects.for_readers(readers).filter(pk=service.pk)
    if not published.exists():
        raise Http404
    at, file_format = clock.now(), actions.FORMATS[format_code]
    header = actions.export_header(store.ExportRequest(readers), at)
    chunks = file_format.write(store.read_services(published.order_by("pk"), readers, at), header)
    name = f"{'demo-' if header.is_demo else ''}{service.short}{file_format.suffix}"
    return _file_response(chunks, file_format.media_type, name)


def _file_response(chunks: Iterator[bytes], media_type: str, name: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(chunks, content_type=media_type, headers=headers)
