"""Pages of the desk for people who write, translate, read and release pages."""

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.content import access, actions, forms, matrix
from protect.content.enums import ChangeClass, PageKind, ReviewRole, SegmentKind
from protect.content.matrix import BY_WORK, STATE_KINDS, Cell, cell_of, cell_url
from protect.content.models import Page, PageState, Release, Segment
from protect.content.texts import composition
from protect.content.texts.composition import PageTexts, StoredText
from protect.content.texts.rules import text_digest
from protect.content.texts.translation_checks import Problems, find_problems
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference import formats, vocabulary
from protect.reference.vocabulary import Language
from protect.ui import pages

RELEASES_SHOWN = 10  # earlier releases of a language that can be released again


@require_safe
def page_list(request: HttpRequest) -> HttpResponse:
    """Show all pages and languages with what each pair needs next."""
    scope = scope_of(request)
    access.must_take_part(scope)
    columns = _languages()
    chosen, kind = request.GET.get("language", ""), request.GET.get("kind", "")
    if chosen in {each.tag for each in columns}:
        columns = [each for each in columns if each.tag == chosen]
    listed = (
        (page, title)
        for page, title in access.titled_pages()
        if kind not in PageKind or page.kind == kind
    )
    context = {
        "columns": [(each, _language_name(each)) for each in columns],
        "rows": list(matrix.render_rows(listed, [each.tag for each in columns])),
        "languages": [(each.tag, _language_name(each)) for each in _languages()],
        "chosen": chosen,
        "kinds": PageKind.choices,
        "kind": kind,
        "legend": [(STATE_KINDS[each], each.label) for each in BY_WORK],
        "may_release": access.may(scope, Permission.RELEASE_PAGES),
    }
    return pages.render_form_page(request, "content/page_list.html", context=context)


@require_http_methods(["GET", "POST"])
def source_page(request: HttpRequest, page_code: str) -> HttpResponse:
    """Show the source texts of a page, and store a new revision."""
    scope = scope_of(request)
    page = access.get_page(scope, page_code)
    texts = _texts_of(page)
    language = vocabulary.languages()[texts.current.language_id]
    form = forms.SourceForm(pages.posted_data(request), texts, language)
    if form.is_valid():
        with form.showing_refusals():
            seen = form.cleaned_data["seen"]
            count = actions.save_revision(scope, page, form.edits(), seen=seen, at=clock.now())
            return pages.redirect_with_message(
                request, _saved_message(count), "content:source", page_code
            )
    context = {
        "page": page,
        "texts": texts,
        "rows": [_source_row(texts, row, form, scope) for row in texts.segments],
        "languages": list(_language_cells(page)),
        "roles": _roles(scope),
        "may_write": access.may(scope, access.writing_permission(page)),
    }
    return pages.render_form_page(request, "content/source.html", form, context)


@require_POST
def change_confirm(request: HttpRequest, page_code: str, key: str) -> HttpResponse:
    scope = scope_of(request)
    page = access.get_page(scope, page_code)
    if key not in {row.key for row in _texts_of(page).segments}:
        raise Http404
    digest = request.POST.get("digest", "")
    actions.confirm_change(scope, page, key, digest, at=clock.now())
    return pages.redirect_with_message(
        request, _("You have confirmed the change."), "content:source", page_code
    )


@require_http_methods(["GET", "POST"])
def translation_page(request: HttpRequest, page_code: str, language: str) -> HttpResponse:
    """Show the texts of a page beside their translations, and store what was typed."""
    scope = scope_of(request)
    page, target = access.get_page(scope, page_code), _get_language(language)
    texts = _texts_of(page)
    if language == texts.current.language_id:
        raise Http404
    form = forms.TranslationForm(pages.posted_data(request), texts, target)
    if form.is_valid():
        with form.showing_refusals():
            count = actions.save_translations(scope, page, language, form.edits(), at=clock.now())
            message = _saved_message(count)
            return pages.redirect_with_message(
                request, message, "content:translation", page_code, language
            )
    context = {
        "page": page,
        "texts": texts,
        "source": vocabulary.languages()[texts.current.language_id],
        "target": target,
        "name": _language_name(target),
        "rows": list(_translation_rows(texts, target, form)),
        "may_translate": access.may(scope, Permission.TRANSLATE),
        "roles": _roles(scope),
    }
    return pages.render_form_page(request, "content/translation.html", form, context)


@require_POST
def texts_read(request: HttpRequest, page_code: str, language: str) -> HttpResponse:
    """Record that the user read the texts that the page showed."""
    scope = scope_of(request)
    page = access.get_page(scope, page_code)
    is_source = _get_language(language).tag == _texts_of(page).current.language_id
    seen = {
        name.removeprefix("saw_"): actions.SeenDigests(
            request.POST.get(f"source_{name.removeprefix('saw_')}", ""), str(value)
        )
        for name, value in request.POST.items()
        if name.startswith("saw_") and value
    }
    role = request.POST.get("role", "")
    if role not in ReviewRole.values:
        raise Http404
    count = actions.review_texts(scope, page, language, seen, ReviewRole(role), at=clock.now())
    # Translators: after a user said that they have read translations; {count} texts were new.
    message = ngettext("You have read {count} text.", "You have read {count} texts.", count).format(
        count=count
    )
    if is_source:
        return pages.redirect_with_message(request, message, "content:source", page_code)
    return pages.redirect_with_message(request, message, "content:translation", page_code, language)


@require_http_methods(["GET", "POST"])
def release_list(request: HttpRequest) -> HttpResponse:
    """Show what is public in each language, and release the current texts."""
    scope = scope_of(request)
    access.must_take_part(scope)
    if request.method == "POST":
        tags = [tag for tag in request.POST.getlist("language") if tag in vocabulary.languages()]
        made = actions.release_by_user(scope, tags, at=clock.now())
        # Translators: after texts were released to the public; in {count} languages.
        message = ngettext(
            "The texts are public now in {count} language.",
            "The texts are public now in {count} languages.",
            len(made),
        ).format(count=len(made))
        message = message if made else _("Nothing was changed.")
        return pages.redirect_with_message(request, message, "content:release_list")
    newest: dict[str, Release] = {}
    for row in Release.objects.defer("pages").select_related("released_by").order_by("number"):
        newest[row.language_id] = row
    counts = _counts_by_language()
    context = {
        "rows": [
            (each, _language_name(each), newest.get(each.tag), cell_of(counts.get(each.tag, {})))
            for each in _languages()
        ],
        "may_release": access.may(scope, Permission.RELEASE_PAGES),
    }
    return pages.render_form_page(request, "content/release_list.html", context=context)


@require_http_methods(["GET", "POST"])
def release_page(request: HttpRequest, language: str, number: int) -> HttpResponse:
    """Show a release and the earlier ones of its language, and release it again."""
    scope = scope_of(request)
    release = access.get_release(scope, language, number)
    if request.method == "POST":
        actions.roll_back(scope, release, at=clock.now())
        return pages.redirect_with_message(
            request, _("These texts are public again."), "content:release_list"
        )
    others = Release.objects.filter(language=language).defer("pages").order_by("-number")
    context = {
        "release": release,
        "name": _language_name(vocabulary.languages()[language]),
        "others": others.select_related("released_by")[:RELEASES_SHOWN],
        "is_newest": not others.filter(number__gt=number).exists(),
        "may_release": access.may(scope, Permission.RELEASE_PAGES),
    }
    return pages.render_form_page(request, "content/release.html", context=context)


def _languages() -> list[Language]:
    """Return the languages that have texts, by their name in the language of the desk."""
    return [vocabulary.languages()[tag] for tag, _name in access.language_choices()]


def _language_name(language: Language) -> str:
    return formats.language_name(language.tag, get_language() or "en")


def _get_language(tag: str) -> Language:
    language = vocabulary.languages().get(tag)
    if language is None or not language.has_text:
        raise Http404
    return language


def _texts_of(page: Page) -> PageTexts:
    return composition.load_texts([page])[0]


def _counts_by_language() -> dict[str, dict[str, int]]:
    """Return how many segments of all pages have each state, by language."""
    sums: dict[str, dict[str, int]] = {}
    for tag, counts in PageState.objects.values_list("language_id", "counts"):
        of_language = sums.setdefault(tag, {})
        for state, number in counts.items():
            of_language[state] = of_language.get(state, 0) + number
    return sums


def _language_cells(page: Page) -> Iterator[tuple[str, str, str, Cell]]:
    """Yield name, tag and address of each language, and what the page needs in it."""
    counts = dict(page.states.values_list("language_id", "counts"))
    for language in _languages():
        url, cell = cell_url(page, language.tag), cell_of(counts.get(language.tag, {}))
        yield _language_name(language), language.tag, url, cell


def _source_row(
    texts: PageTexts, segment: Segment, form: forms.SourceForm, scope: Scope
) -> dict[str, object]:
    row: dict[str, object] = {"segment": segment, "kind": SegmentKind(segment.kind).label}
    if segment.kind == SegmentKind.BLOCK:
        return row
    unconfirmed = [
        version
        for version in texts.history[segment.key]
        if version.change == ChangeClass.COSMETIC and version.confirmed_by is None
    ]
    others = [version for version in unconfirmed if version.author != scope.user_id]
    state = texts.state_in(segment, texts.current.language_id)
    return row | {
        "field": form[f"text_{segment.key}"],
        "change": form[f"change_{segment.key}"],
        "theirs": form.conflicts.get(segment.key, ""),
        "may_confirm": bool(others) and access.may(scope, access.writing_permission(texts.page)),
        "saw": segment.digest,
        "state": state,
        "state_kind": STATE_KINDS[state],
        "read_as": _read_as(texts.text_in(segment, texts.current.language_id)),
    }


def _read_as(stored: StoredText | None) -> list[object]:
    """Return the names of the roles in which a text was read."""
    roles = dict.fromkeys(review.role for review in stored.facts.reviews) if stored else {}
    return [ReviewRole(role).label for role in roles]


def _translation_rows(
    texts: PageTexts, language: Language, form: forms.TranslationForm
) -> Iterator[dict[str, object]]:
    for segment in texts.segments:
        if segment.kind == SegmentKind.BLOCK:
            continue
        stored = texts.text_in(segment, language.tag)
        state = texts.state_in(segment, language.tag)
        found = find_problems(segment.text, stored.text, language.tag) if stored else Problems()
        keep = f"keep_{segment.key}"
        yield {
            "segment": segment,
            "kind": SegmentKind(segment.kind).label,
            "field": form[f"text_{segment.key}"],
            "hidden": [form[f"source_{segment.key}"], form[f"saw_{segment.key}"]],
            "keep": form[keep] if keep in form.fields else None,
            "saw": text_digest(stored.text) if stored else "",
            "state": state,
            "state_kind": STATE_KINDS[state],
            "hints": [forms.PROBLEM_NAMES[hint] for hint in found.hints],
            "theirs": form.conflicts.get(segment.key, ""),
            "read_as": _read_as(stored),
        }


def _roles(scope: Scope) -> list[tuple[str, str]]:
    """Return the roles in which the user may say that they read the texts."""
    return [
        (role.value, str(role.label))
        for role, permission in actions.PERMISSION_BY_REVIEW_ROLE.items()
        if access.may(scope, permission)
    ]


def _saved_message(count: int) -> str:
    if not count:
        return _("Nothing was changed.")
    return ngettext("{count} text was saved.", "{count} texts were saved.", count).format(
        count=count
    )
