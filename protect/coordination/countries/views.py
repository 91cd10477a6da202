from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from protect.coordination.countries import access, country_briefs
from protect.coordination.countries.country_blocks import ROWS, country_blocks
from protect.coordination.countries.country_content import Readable, country_content
from protect.coordination.countries.forms import BriefForm, last_quarters
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.reference import formats
from protect.ui.pages import inline_pdf, render_form_page


@require_safe
def country(request: HttpRequest, country: str) -> HttpResponse:
    """Show a coordinator what waits in a country, on one screen."""
    return _page(request, country, _form(None))


@require_safe
def country_brief(request: HttpRequest, country: str) -> HttpResponse:
    """Show the coordination brief of a quarter as PDF."""
    scope = scope_of(request)
    access.must_coordinate_in(scope, country)
    form = _form(request.GET)
    if not form.is_valid():
        return _page(request, country, form)
    quarter, tag = form.chosen()
    readable = Readable.by(scope, country)
    content = country_briefs.brief_pdf(readable, country, quarter, tag, at=clock.now())
    return inline_pdf(content, country_briefs.file_name(country, quarter))


def _form(data: object) -> BriefForm:
    quarters = last_quarters(clock.now().date())
    return BriefForm(data, quarters=quarters, languages=country_briefs.language_choices())


def _page(request: HttpRequest, code: str, form: BriefForm) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    access.must_coordinate_in(scope, code)
    content = country_content(Readable.by(scope, code), code, at=at, rows=ROWS)
    context = {
        "code": code,
        "name": formats.country_name(code, get_language() or "en"),
        "at": at,
        "blocks": list(country_blocks(content, scope)),
    }
    return render_form_page(request, "coordination/countries/country.html", form, context)
