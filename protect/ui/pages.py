"""Pages of the desk with a form: binds posted data, shows mistakes above the heading."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render

from protect.ui.forms import DeskForm


def posted[F: DeskForm](request: HttpRequest, form: type[F], **initial: Any) -> F:
    """Return a form with what was posted, empty before that or when another form was sent."""
    named = set(form.base_fields) - {"prf"}
    is_sent = request.method == "POST" and not named.isdisjoint(request.POST)
    return form(request.POST if is_sent else None, initial=initial)


def sent_data(request: HttpRequest) -> QueryDict | None:
    """Return what was posted; None while the page is only looked at."""
    return request.POST if request.method == "POST" else None


def done(request: HttpRequest, message: str, page: str, *args: object) -> HttpResponseRedirect:
    """Say what was done, and lead to a page: loaded anew, it sends nothing twice."""
    messages.success(request, message)
    return redirect(page, *args)


def panel_row(text: str, detail: str, url: str, verb: str, **more: object) -> dict[str, object]:
    """Return a row of a panel of waiting work. Shapes: more: group, due, as ui/_panel.html says."""
    return {"text": text, "detail": detail, "url": url, "verb": verb, **more}


def inline_pdf(content: bytes, name: str = "info") -> HttpResponse:
    """Return a PDF that the browser shows; its file name does not reveal its subject."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def show(
    request: HttpRequest,
    template: str,
    form: DeskForm | None = None,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Render a page; the mistakes of `form` stand above the heading."""
    values = {**(context or {})} | ({"form": form} if form is not None else {})
    return render(request, template, values, status=form.status if form else 200)
