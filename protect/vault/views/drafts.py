"""What was posted while a session was locked: shown, sent once more, or thrown away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from protect.kernel import clock
from protect.ui import moments
from protect.vault import gates
from protect.vault.actions import drafts
from protect.vault.actions.drafts import Fields
from protect.vault.actions.unlocked import Unlocked, unlocked
from protect.vault.models import Draft
from protect.vault.views.frame import show

SHOWN = 60  # characters of a text by which its writer knows it again


@require_safe
def draft_list(request: HttpRequest) -> HttpResponse:
    opened = unlocked(request)
    rows = [_row(opened, each) for each in drafts.waiting(opened, at=clock.now())]
    return show(request, "draft_list.html", None, {"rows": rows, "back": gates.next_of(request)})


@require_safe
def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = drafts.read(unlocked(request), pk, at=clock.now())
    if found is None:
        raise Http404
    row, fields = found
    context = {
        "draft": row,
        "kept": row.expires - drafts.KEPT,
        "typed": [(_label(name), text) for name, text in _texts(fields)],
        "posted": [(name, value) for name, values in fields.items() for value in values],
        "used": drafts.USED,
        "leads_somewhere": _leads_somewhere(row.address),
    }
    return show(request, "draft.html", None, context)


@require_POST
def draft_drop(request: HttpRequest, pk: UUID) -> HttpResponse:
    if not drafts.drop(unlocked(request).user_id, pk):
        raise Http404
    messages.success(request, _("It is thrown away."))
    return redirect("vault:draft_list")


def _row(opened: Unlocked, each: Draft) -> dict[str, Any]:
    """Return a draft as a row of what waits: named by its longest text."""
    found = drafts.read(opened, each.pk, at=clock.now())
    texts = [text for _name, text in _texts(found[1])] if found else []
    longest = " ".join(max(texts, key=len, default="").split())
    kept = moments.said(each.expires - drafts.KEPT, clock.now())
    return {
        "text": Truncator(longest).chars(SHOWN) or _("This can no longer be opened."),
        "detail": kept.short,
        "url": reverse("vault:draft", args=[each.pk]),
        "verb": _("Look at it"),
    }


def _texts(fields: Fields) -> list[tuple[str, str]]:
    """Return what was typed, by the names of its fields; what was left empty is left out."""
    return [(name, value) for name, values in fields.items() for value in values if value.strip()]


def _label(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()


def _leads_somewhere(address: str) -> bool:
    try:
        resolve(address)
    except Resolver404:
        return False
    return True
