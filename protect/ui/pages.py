"""Helpers of desk views: binding forms, rendering with errors, redirecting with a message."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render

from protect.ui.forms import DeskForm


def bind_form[F: DeskForm](request: HttpRequest, form: type[F], **initial: Any) -> F:
    """Return a form bound to the posted data; unbound before a POST or if another form was sent."""
    field_names = set(form.base_fields) - {"prf"}
    is_sent = request.method == "POST" and not field_names.isdisjoint(request.POST)
    return form(request.POST if is_sent else None, initial=initial)


def posted_data(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def redirect_with_message(
    request: HttpRequest, message: str, page: str, *args: object
) -> HttpResponseRedirect:
    """Redirect to a page that shows a success message; reloading that page repeats nothing."""
    messages.success(request, message)
    return redirect(page, *args)


def panel_row(text: str, detail: str, url: str, verb: str, **more: object) -> dict[str, object]:
    """Return a row for `panel`, a panel of waiting tasks. `more` may have `group` and `due`."""
    return {"text": text, "detail": detail, "url": url, "verb": verb, **more}


def file_header(name: str, *, is_download: bool = False) -> str:
    """Return the value of Content-Disposition for a file. A name that is not ASCII is sent as RFC
    6266 wants it: in full, and for old readers what of it is ASCII."""
    kind = "attachment" if is_download else "inline"
    if name.isascii():
        quoted = name.replace("\\", "").replace('"', "")
        return f'{kind}; filename="{quoted}"'
    plain = re.sub("-+", "-", name.encode("ascii", "ignore").decode().replace('"', ""))
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def inline_pdf(content: bytes, name: str = "info") -> HttpResponse:
    """Return a PDF to display in the browser. Without `name`, its file name does not reveal its
    subject."""
    headers = {"Content-Disposition": file_header(f"{name}.pdf")}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def render_form_page(
    request: HttpRequest,
    template: str,
    form: DeskForm | None = None,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Render a page with the errors of `form` above the heading, and its status if it has any."""
    values = {**(context or {})} | ({"form": form} if form is not None else {})
    return render(request, template, values, status=form.status if form else 200)


class FormPage(NamedTuple):
    """A page that has one form. `crumb`: label and address of the page above."""

    title: str
    verb: str
    crumb: tuple[str, str]
    lead: str = ""


def show_form(request: HttpRequest, form: DeskForm, page: FormPage) -> HttpResponse:
    return render_form_page(request, "ui/form_page.html", form, {"page": page})
