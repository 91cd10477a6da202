"""Pages of the desk for people who write, translate, read and release pages."""

from collections.abc import Iterable, Iterator

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.content import access, actions, forms, new_pages
from protect.content.drafts import page_files
from protect.content.enums import PageKind, ReviewRole, SearchKind, SegmentKind
from protect.content.models import Page
from protect.content.readers import skills
from protect.content.screens import matrix, segment_rows, work_queue
from protect.content.search.entries import find_keys
from protect.content.texts import composition, glossary
from protect.content.texts.composition import PageTexts
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference import vocabulary
from protect.reference.vocabulary import Language
from protect.ui import pages, pagination

PAGES_SHOWN = 100  # rows of the list of pages and languages: 40 languages are 4,000 cells


@require_safe
def page_list(request: HttpRequest) -> HttpResponse:
    """Show all pages and languages with what each pair needs next."""
    scope = scope_of(request)
    access.must_take_part(scope)
    columns = matrix.text_languages()
    chosen, kind = request.GET.get("language", ""), request.GET.get("kind", "")
    typed = request.GET.get("q", "")
    found = find_keys(SearchKind.PAGE, typed)
    if chosen in {each.tag for each in columns}:
        columns = [each for each in columns if each.tag == chosen]
    listed = [
        (page, title)
        for page, title in access.titled_pages()
        if (kind not in PageKind or page.kind == kind) and (found is None or page.code in found)
    ]
    page = pagination.Paginator(listed, PAGES_SHOWN).get_page(request.GET.get("page"))
    context = {
        "columns": [(each, matrix.language_name(each)) for each in columns],
        "rows": list(matrix.render_rows(page.object_list, [each.tag for each in columns])),
        "page": page,
        "shapes": matrix.mark_shapes(),
        "languages": [(each.tag, matrix.language_name(each)) for each in matrix.text_languages()],
        "chosen": chosen,
        "kinds": PageKind.choices,
        "kind": kind,
        "typed": typed,
        "is_filtered": bool(found is not None or kind),
        "may_create": any(
            access.may(scope, access.writing_permission(kind)) for kind in forms.NEW_KINDS
        ),
        "legend": [(matrix.STATE_KINDS[each], each.label) for each in matrix.BY_WORK],
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
    changes = segment_rows.change_rows(texts, scope)
    rows = list(segment_rows.source_rows(texts, form, scope))
    context = {
        "page": page,
        "texts": texts,
        "source": language,
        "rows": rows,
        "recorded": _recorded_readers(scope, rows, language.tag),
        "languages": list(_language_cells(page)),
        "changes": changes,
        "to_confirm": sum(bool(row["may_confirm"]) for row in changes),
        "removals": segment_rows.removal_rows(texts, scope),
        "roles": skills.reviewer_roles(scope, language.tag),
        "people_to_ask": skills.people_to_ask(scope),
        "may_write": access.may(scope, access.writing_permission(page.kind)),
    }
    return pages.render_form_page(request, "content/source.html", form, context)


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
    rows = list(segment_rows.translation_rows(texts, target, form, clock.now()))
    context = {
        "page": page,
        "texts": texts,
        "source": vocabulary.languages()[texts.current.language_id],
        "target": target,
        "name": matrix.language_name(target),
        "rows": rows,
        "recorded": _recorded_readers(scope, rows, language),
        "has_glossary": target.tag in glossary.glossary_tags(),
        "may_translate": access.may(scope, Permission.TRANSLATE),
        "roles": skills.reviewer_roles(scope, language),
        "people_to_ask": skills.people_to_ask(scope),
    }
    return pages.render_form_page(request, "content/translation.html", form, context)


@require_POST
def translation_take_back(
    request: HttpRequest, page_code: str, language: str, key: str
) -> HttpResponse:
    """Take back the translation of a text, so that the one before it counts again."""
    scope = scope_of(request)
    page = _page_with_text(scope, page_code, language, key)
    digest = request.POST.get("digest", "")
    actions.take_back_translation(scope, page, language, key, digest, at=clock.now())
    message = _("The translation was taken back. You can undo this for 10 minutes.")
    return pages.redirect_with_message(request, message, "content:translation", page_code, language)


@require_POST
def translation_restore(
    request: HttpRequest, page_code: str, language: str, key: str
) -> HttpResponse:
    scope = scope_of(request)
    page = _page_with_text(scope, page_code, language, key)
    actions.restore_translation(scope, page, language, key, at=clock.now())
    message = _("The translation counts again.")
    return pages.redirect_with_message(request, message, "content:translation", page_code, language)


@require_http_methods(["GET", "POST"])
def page_new(request: HttpRequest) -> HttpResponse:
    """Create a page of printed materials or of the programme's site."""
    scope = scope_of(request)
    kinds = [kind for kind in forms.NEW_KINDS if access.may(scope, access.writing_permission(kind))]
    if not kinds:
        raise PermissionDenied
    form = forms.NewPageForm(pages.posted_data(request), kinds=kinds)
    if form.is_valid():
        with form.showing_refusals():
            page = new_pages.create_page(scope, form.new_page(), at=clock.now())
            return pages.redirect_with_message(
                request, _("The page was created."), "content:source", page.code
            )
    return pages.render_form_page(request, "content/page_new.html", form)


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show what waits in the user's languages, page by page."""
    scope = scope_of(request)
    access.must_take_part(scope)
    languages = [each for each in matrix.text_languages() if each.tag != page_files.SOURCE_TAG]
    asked = set(request.GET.getlist("language")) & {each.tag for each in languages}
    tags = asked or work_queue.own_languages(scope.user_id, get_language() or "")
    chosen = [each for each in languages if each.tag in tags]
    queues = [
        (each, matrix.language_name(each), work_queue.waiting_pages(each.tag)) for each in chosen
    ]
    context = {
        "queues": sorted(queues, key=lambda row: work_queue.queue_urgency(row[2])),
        "languages": [(each.tag, matrix.language_name(each), each in chosen) for each in languages],
        "may_translate": access.may(scope, Permission.TRANSLATE),
    }
    return pages.render_form_page(request, "content/queue.html", context=context)


@require_safe
def glossary_page(request: HttpRequest) -> HttpResponse:
    """Show the words of which a wrong translation could hurt, in one language beside English."""
    access.must_take_part(scope_of(request))
    tags = [tag for tag in glossary.glossary_tags() if tag != page_files.SOURCE_TAG]
    asked = request.GET.get("language", "")
    tag = asked if asked in tags else ""
    names = [(each, matrix.language_name(vocabulary.languages()[each])) for each in tags]
    terms = glossary.load_glossary(page_files.SOURCE_TAG)
    translated = glossary.load_glossary(tag) if tag else {}
    context = {
        "languages": sorted(names, key=lambda pair: pair[1]),
        "target": vocabulary.languages().get(tag),
        "name": dict(names).get(tag, ""),
        "rows": [(term, translated.get(code)) for code, term in terms.items()],
    }
    return pages.render_form_page(request, "content/glossary.html", context=context)


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


def _recorded_readers(
    scope: Scope, rows: Iterable[segment_rows.Row], tag: str
) -> skills.RecordedReaders | None:
    """Return who can read the texts of a page; None if none of these waits for readers."""
    return skills.recorded_readers(scope, tag) if any(map(_waits_for_readers, rows)) else None


def _waits_for_readers(row: segment_rows.Row) -> bool:
    return bool(row.get("waits_for"))


def _get_language(tag: str) -> Language:
    language = vocabulary.languages().get(tag)
    if language is None or not language.has_text:
        raise Http404
    return language


def _page_with_text(scope: Scope, page_code: str, language: str, key: str) -> Page:
    """Return a page that has a text to translate. Errors: PermissionDenied; Http404."""
    page = access.get_page(scope, page_code)
    texts = _texts_of(page)
    is_source = _get_language(language).tag == texts.current.language_id
    keys = {row.key for row in texts.segments if row.kind != SegmentKind.BLOCK}
    if is_source or key not in keys:
        raise Http404
    return page


def _texts_of(page: Page) -> PageTexts:
    return composition.load_texts([page])[0]


def _language_cells(page: Page) -> Iterator[tuple[str, str, str, matrix.Cell]]:
    """Yield name, tag and address of each language, and what the page needs in it."""
    counts = dict(page.states.values_list("language_id", "counts"))
    for language in matrix.text_languages():
        url, cell = (
            matrix.cell_url(page, language.tag),
            matrix.cell_of(counts.get(language.tag, {})),
        )
        yield matrix.language_name(language), language.tag, url, cell


def _saved_message(count: int) -> str:
    if not count:
        return _("Nothing was changed.")
    return ngettext("{count} text was saved.", "{count} texts were saved.", count).format(
        count=count
    )
