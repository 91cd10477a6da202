"""Services as files: what is to be in one, how many there are, and the file itself."""

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
    form = forms.ExportForm(request.GET or None, initial={"format": "csv"})
    context: dict[str, object] = {"count": None, "query": ""}
    if form.is_valid():
        kind = actions.FORMATS[form.cleaned_data["format"]]
        query = request.GET.copy()
        query["area"] = form.cleaned_data["area"]
        context = {"count": actions.count(kind, form.wanted), "query": query.urlencode()}
    return desk.show_tab(request, "interchange/export.html", desk.EXPORTS, form, context)


@require_safe
def export_file(request: HttpRequest) -> HttpResponseBase:
    """A download leaves the page as it is; an empty query shows the page."""
    form = forms.ExportForm(request.GET or None)
    if not form.is_valid():
        return redirect(f"{reverse(desk.EXPORTS)}?{request.GET.urlencode()}")
    at, kind = clock.now(), actions.FORMATS[form.cleaned_data["format"]]
    pieces = actions.export(scope_of(request), kind, form.wanted, at=at)
    head = actions.head_of(form.wanted, at)
    return _file(pieces, kind.media_type, store.file_name(head, form.wanted, kind.suffix))


@require_safe
def service_vcard(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    return _one(request, pk, "vcard")


@require_safe
def service_calendar(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    return _one(request, pk, "ical")


def _one(request: HttpRequest, pk: UUID, code: str) -> HttpResponseBase:
    """Give what the page of a service shows anyway, as a file. What is not published has none."""
    service = access.get_service(scope_of(request), pk)
    published = models.Service.objects.for_readers(enums.Readers.MEMBERS).filter(pk=service.pk)
    if not published.exists():
        raise Http404
    at, kind = clock.now(), actions.FORMATS[code]
    head = actions.head_of(store.Wanted(enums.Readers.MEMBERS), at)
    services = store.exported(published.order_by("pk"), enums.Readers.MEMBERS, at)
    mark = "demo-" if head.is_demo else ""
    return _file(kind.write(services, head), kind.media_type, f"{mark}{service.short}{kind.suffix}")


def _file(pieces: Iterator[bytes], media_type: str, name: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(pieces, content_type=media_type, headers=headers)
