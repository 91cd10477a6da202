"""Pages of the desk on which releases are looked at, made and taken back."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from protect.content import access, released
from protect.content.errors import ContentRefusal
from protect.content.models import Release
from protect.content.releases import actions
from protect.content.releases.forms import ReleaseForm
from protect.content.releases.preview import (
    LanguagePreview,
    compare_pages,
    digest_of,
    preview_release,
)
from protect.content.screens import matrix
from protect.content.texts import composition
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.reference import vocabulary
from protect.ui import pages

RELEASES_SHOWN = 10  # earlier releases of a language that can be released again


@require_safe
def release_list(request: HttpRequest) -> HttpResponse:
    """Show what is public in each language, and let the user choose languages to release."""
    scope = scope_of(request)
    access.must_take_part(scope)
    newest: dict[str, Release] = {}
    for row in Release.objects.defer("pages").select_related("released_by").order_by("number"):
        newest[row.language_id] = row
    counts = matrix.counts_by_language()
    context = {
        "rows": [
            (
                each,
                matrix.language_name(each),
                newest.get(each.tag),
                matrix.cell_of(counts.get(each.tag, {})),
            )
            for each in matrix.text_languages()
        ],
        "may_release": access.may(scope, Permission.RELEASE_PAGES),
    }
    return pages.render_form_page(request, "content/release_list.html", context=context)


@require_http_methods(["GET", "POST"])
def release_preview(request: HttpRequest) -> HttpResponse:
    """Show what a release of the chosen languages changes, and make it."""
    scope = scope_of(request)
    access.permitted_context(scope, Permission.RELEASE_PAGES, at=clock.now())
    chosen = (request.POST if request.method == "POST" else request.GET).getlist("language")
    tags = [each.tag for each in matrix.text_languages() if each.tag in chosen]
    texts = composition.load_texts() if tags else []
    previews = [preview_release(texts, tag) for tag in tags]
    form = _form(request, previews)
    if form.is_valid():
        with form.showing_refusals():
            seen = form.cleaned_data["seen"]
            made = actions.release_by_user(scope, tags, at=clock.now(), seen=seen)
            return pages.redirect_with_message(
                request, _released_message(len(made)), "content:release_list"
            )
    context = {
        "previews": [(each, _name(each.tag)) for each in previews],
        "tags": tags,
        "is_unchanged": not any(each.pages for each in previews),
    }
    return pages.render_form_page(request, "content/release_preview.html", form, context)


@require_http_methods(["GET", "POST"])
def release_page(request: HttpRequest, language: str, number: int) -> HttpResponse:
    """Show a release and the earlier ones of its language, and release it again."""
    scope = scope_of(request)
    release = access.get_release(scope, language, number)
    if request.method == "POST":
        access.permitted_context(scope, Permission.RELEASE_PAGES, at=clock.now())
    others = Release.objects.filter(language=language).defer("pages").order_by("-number")
    is_newest = not others.filter(number__gt=number).exists()
    refusal, previews = (None, []) if is_newest else _look_back(release)
    form = _form(request, previews)
    if form.is_valid():
        with form.showing_refusals():
            actions.roll_back(scope, release, at=clock.now(), seen=form.cleaned_data["seen"])
            return pages.redirect_with_message(
                request, _("These texts are public again."), "content:release_list"
            )
    context = {
        "release": release,
        "name": _name(language),
        "others": others.select_related("released_by")[:RELEASES_SHOWN],
        "is_newest": is_newest,
        "may_release": access.may(scope, Permission.RELEASE_PAGES),
        "refusal": refusal.text() if refusal else "",
        "previews": [(each, _name(each.tag)) for each in previews],
    }
    return pages.render_form_page(request, "content/release.html", form, context)


def _look_back(release: Release) -> tuple[ContentRefusal | None, list[LanguagePreview]]:
    """Return why an earlier release cannot come back, None if it can, and what it would change; no
    preview of one that was changed in the database."""
    texts = composition.load_texts()
    refusal = actions.find_refusal(release, texts)
    if not release.is_sealed():
        return refusal, []
    earlier = released.from_json(release.pages)
    return refusal, [compare_pages(texts, release.language_id, earlier, is_earlier=True)]


def _form(request: HttpRequest, previews: list[LanguagePreview]) -> ReleaseForm:
    initial = {"seen": digest_of(previews)}
    takes_off = any(each.takes_off for each in previews)
    return ReleaseForm(pages.posted_data(request), initial=initial, takes_off=takes_off)


def _name(tag: str) -> str:
    return matrix.language_name(vocabulary.languages()[tag])


def _released_message(count: int) -> str:
    if not count:
        return _("Nothing was changed.")
    # Translators: after texts were released to the public; in {count} languages.
    return ngettext(
        "The texts are public now in {count} language.",
        "The texts are public now in {count} languages.",
        count,
    ).format(count=count)
