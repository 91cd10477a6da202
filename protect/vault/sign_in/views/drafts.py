from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from protect.kernel import clock
from protect.ui import forms, moments, pages
from protect.vault.models import Draft
from protect.vault.sessions import drafts, gates, unlocked
from protect.vault.sign_in.frame import show
from protect.vault.sign_in.posted import can_resume_form, page_title, typed_texts

TITLE_LENGTH = 60  # characters of a draft's text that serve as its title


@require_safe
def draft_list(request: HttpRequest) -> HttpResponse:
    unlocked_session = unlocked.get_unlocked(request)
    waiting = drafts.waiting_drafts(unlocked_session, at=clock.now())
    rows = [_build_row(unlocked_session, draft) for draft in waiting]
    context = {"rows": rows, "back": gates.next_url_of(request)}
    return show(request, "draft_list.html", None, context)


@require_safe
def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a draft with its typed texts, to be sent, resumed or deleted."""
    row_and_fields = drafts.read_draft(unlocked.get_unlocked(request), pk, at=clock.now())
    if row_and_fields is None:
        raise Http404
    row, fields = row_and_fields
    name = _view_name_of(row.address)
    context = {
        "draft": row,
        "kept": row.expires - drafts.DRAFT_LIFETIME,
        "page": page_title(name),
        "typed": typed_texts(name, fields),
        "posted": [(field, value) for field, values in fields.items() for value in values],
        "used": drafts.USED_DRAFT_FIELD,
        "go_on": forms.RESUME_DRAFT_FIELD if can_resume_form(name) else "",
        "has_page": bool(name),
    }
    return show(request, "draft.html", None, context)


@require_POST
def draft_drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    if not drafts.delete_draft(unlocked.get_unlocked(request).user_id, pk):
        raise Http404
    return pages.redirect_with_message(request, _("The draft is deleted."), "vault:draft_list")


def _build_row(unlocked_session: unlocked.Unlocked, draft_row: Draft) -> dict[str, object]:
    """Return a draft as a panel row: its longest text as title, its page and time as detail."""
    content = drafts.read_draft(unlocked_session, draft_row.pk, at=clock.now())
    name = _view_name_of(draft_row.address)
    kept_at = moments.moment_text(draft_row.expires - drafts.DRAFT_LIFETIME, clock.now()).short
    text = _draft_title(name, content[1]) if content else _("This form can no longer be opened.")
    detail = " · ".join(filter(None, [page_title(name), kept_at]))
    url = reverse("vault:draft", args=[draft_row.pk])
    return pages.panel_row(text, detail, url, _("View"))


def _draft_title(name: str, fields: drafts.Fields) -> str:
    """Return the longest text typed in the form of view `name`, shortened; else a fixed title."""
    texts = [text for _label, text in typed_texts(name, fields)]
    longest = " ".join(max(texts, key=len, default="").split())
    if longest:
        return Truncator(longest).chars(TITLE_LENGTH)
    return _("Form that was not sent")


def _view_name_of(address: str) -> str:
    try:
        return resolve(address).view_name
    except Resolver404:
        return ""
