"""Pages of the desk on which texts are added to a page, removed, and changes confirmed."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from protect.content import access
from protect.content.actions import confirm_changes
from protect.content.enums import ReviewRole, SegmentKind
from protect.content.segments import actions
from protect.content.segments.forms import AddedTextForm
from protect.content.texts import composition
from protect.content.texts.composition import PageTexts
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui import pages

MAX_SHOWN = 80  # characters of a text in the list of places


@require_http_methods(["GET", "POST"])
def text_new(request: HttpRequest, page_code: str) -> HttpResponse:
    """Add a text to a page."""
    scope = scope_of(request)
    page = access.get_page(scope, page_code)
    if not access.may(scope, access.writing_permission(page.kind)):
        raise PermissionDenied
    (texts,) = composition.load_texts([page])
    tag = texts.current.language_id
    form = AddedTextForm(pages.posted_data(request), _places(texts), tag=tag)
    if form.is_valid():
        with form.showing_refusals():
            after, text = form.cleaned_data["after"], form.cleaned_data["text"]
            actions.add_text(scope, page, after, form.kind_of_text(), text, at=clock.now())
            return pages.redirect_with_message(
                request, _("The text was added."), "content:source", page_code
            )
    context = {"page": page, "title": texts.title, "is_safety": page.is_about_safety}
    return pages.render_form_page(request, "content/text_new.html", form, context)


@require_POST
def text_remove(request: HttpRequest, page_code: str, key: str) -> HttpResponse:
    """Propose to remove a text of a page."""
    scope = scope_of(request)
    page = access.get_page(scope, page_code)
    actions.remove_text(scope, page, key, request.POST.get("digest", ""), at=clock.now())
    message = _("The text is removed once others agree. Until then the public reads it.")
    return pages.redirect_with_message(request, message, "content:source", page_code)


@require_POST
def removal_move(request: HttpRequest, page_code: str, key: str, move: str) -> HttpResponse:
    """Agree with the removal of a text in a role of a reader, or take the removal back."""
    scope = scope_of(request)
    page = access.get_page(scope, page_code)
    if move == "keep":
        actions.keep_text(scope, page, key, request.POST.get("digest", ""), at=clock.now())
        message = _("The text stays.")
        return pages.redirect_with_message(request, message, "content:source", page_code)
    number = request.POST.get("number", "")
    if move not in ReviewRole or not number.isdecimal():
        raise Http404
    role = ReviewRole(move)
    is_gone = actions.review_removal(scope, page, key, int(number), role, at=clock.now())
    message = (
        _("The text is removed. The public no longer reads it after the next release.")
        if is_gone
        else _("You agree. One more person must read this.")
    )
    return pages.redirect_with_message(request, message, "content:source", page_code)


@require_POST
def changes_confirm(request: HttpRequest, page_code: str) -> HttpResponse:
    """Confirm as the second person that changes of texts kept their meaning."""
    scope = scope_of(request)
    page = access.get_page(scope, page_code)
    values = (each.partition("/") for each in request.POST.getlist("change"))
    seen = {(key, int(number)) for number, _separator, key in values if number.isdecimal()}
    count = confirm_changes(scope, page, seen, at=clock.now())
    # Translators: after a second person read changes of texts.
    message = ngettext(
        "You have confirmed {count} change.", "You have confirmed {count} changes.", count
    ).format(count=count)
    if not count:
        message = _("Nothing was changed.")
    return pages.redirect_with_message(request, message, "content:source", page_code)


def _places(texts: PageTexts) -> list[tuple[str, str]]:
    """Return key and words of each segment after which a text can stand."""
    return [
        (row.key, f"{SegmentKind(row.kind).label}: {row.text[:MAX_SHOWN]}")
        for row in actions.places_of(texts)
    ]
