"""What was posted while a session was locked: shown, sent once more, or thrown away."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from protect.kernel import clock
from protect.ui import forms, moments, pages
from protect.vault.models import Draft
from protect.vault.sessions import drafts, gates
from protect.vault.sessions.unlocked import Unlocked, unlocked
from protect.vault.sign_in.frame import show
from protect.vault.sign_in.posted import can_go_on, title_of, typed

SHOWN = 60  # characters of a text by which its writer knows it again


@require_safe
def draft_list(request: HttpRequest) -> HttpResponse:
    opened = unlocked(request)
    rows = [_row(opened, each) for each in drafts.waiting(opened, at=clock.now())]
    return show(request, "draft_list.html", None, {"rows": rows, "back": gates.next_of(request)})


@require_safe
def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    opened = drafts.read(unlocked(request), pk, at=clock.now())
    if opened is None:
        raise Http404
    row, fields = opened
    name = _page_of(row.address)
    context = {
        "draft": row,
        "kept": row.expires - drafts.KEPT,
        "page": title_of(name),
        "typed": typed(name, fields),
        "posted": [(each, value) for each, values in fields.items() for value in values],
        "used": drafts.USED,
        "go_on": forms.GO_ON_WRITING if can_go_on(name) else "",
        "leads_somewhere": bool(name),
    }
    return show(request, "draft.html", None, context)


@require_POST
def draft_drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    if not drafts.drop(unlocked(request).user_id, pk):
        raise Http404
    return pages.done(request, _("The draft is deleted."), "vault:draft_list")


def _row(opened: Unlocked, draft_row: Draft) -> dict[str, object]:
    """Return a draft as a row of what waits: named by its longest text, else by its page."""
    content = drafts.read(opened, draft_row.pk, at=clock.now())
    name = _page_of(draft_row.address)
    kept = moments.moment_text(draft_row.expires - drafts.KEPT, clock.now()).short
    text = _named(name, content[1]) if content else _("This can no longer be opened.")
    detail = " · ".join(filter(None, [title_of(name), kept]))
    url = reverse("vault:draft", args=[draft_row.pk])
    return pages.panel_row(text, detail, url, _("Look at it"))


def _named(name: str, fields: drafts.Fields) -> str:
    texts = [text for _label, text in typed(name, fields)]
    longest = " ".join(max(texts, key=len, default="").split())
    if longest:
        return Truncator(longest).chars(SHOWN)
    return _("A form that was not sent")


def _page_of(address: str) -> str:
    try:
        return resolve(address).view_name
    except Resolver404:
        return ""
