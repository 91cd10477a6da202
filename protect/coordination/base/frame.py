"""What the pages of coordination share: a page with one form."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse

from protect.ui.forms import DeskForm
from protect.ui.pages import render_form_page


class FormPage(NamedTuple):
    """A page that has one form. `crumb`: label and address of the page above."""

    title: str
    verb: str
    crumb: tuple[str, str]
    lead: str = ""


def show_form(request: HttpRequest, form: DeskForm, page: FormPage) -> HttpResponse:
    return render_form_page(request, "coordination/form_page.html", form, {"page": page})
