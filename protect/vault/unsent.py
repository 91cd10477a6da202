"""A form that came when it could not be taken: sealed as a draft until it can be sent.

Its session was locked, the proof of who it is was too old, or a person leaves its page and the
script of the desk asks to keep what they have typed. Files are never kept, and no draft
holds a password or a code.
"""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest

from protect.kernel import clock, refusals
from protect.vault.actions import drafts
from protect.vault.actions.browser_sessions import Entry
from protect.vault.errors import MemberKeyMismatch
from protect.vault.models import Draft

BY_ITSELF = frozenset({drafts.USED, "csrfmiddlewaretoken"})  # what every form brings
# The header by which js/desk.js asks to keep a form, and how its page is left.
LEFT, BY_LINK, BY_LOCK = "X-Left", "link", "lock"
LONGEST_ADDRESS = 200  # as in the model of drafts


def keep_posted(request: HttpRequest, entry: Entry) -> Draft | None:
    """Keep what was posted, for its sender alone; None when nothing of it may or can be kept.

    Nothing is sealed to a key that the ledger does not know: the officers learn of it, and the page
    that comes next says that the text was not kept.
    """
    if len(request.path) > LONGEST_ADDRESS:
        return None
    fields = {name: list(map(str, values)) for name, values in request.POST.lists()}
    try:
        return drafts.keep(entry.session.user_id, request.path, fields, at=clock.now())
    except MemberKeyMismatch as mismatch:
        refusals.tell(mismatch)
        return None


def is_left(request: HttpRequest) -> bool:
    """Return whether a form is posted only to be kept, because its page is left."""
    return request.method == "POST" and request.headers.get(LEFT) in {BY_LINK, BY_LOCK}


def shows_notice(request: HttpRequest) -> bool:
    """Return whether the next page has to say that a form was kept: the one that unlocks does."""
    return request.headers.get(LEFT) == BY_LINK


def keep_left(request: HttpRequest, entry: Entry) -> Draft | None:
    """Keep the form of a page that is left; an earlier draft of the same form gives way to it."""
    kept = keep_posted(request, entry)
    if kept is not None:
        drop_used(request, entry)
    return kept


def drop_used(request: HttpRequest, entry: Entry) -> None:
    """Drop the draft that a form was filled from, if it was filled from one."""
    try:
        used = UUID(request.POST.get(drafts.USED, ""))
    except ValueError:
        return
    drafts.drop(entry.session.user_id, used)


def brings_something(request: HttpRequest) -> bool:
    """Return whether a form says more than that a button was pressed: a text, a code or a file."""
    texts = (value for name, value in request.POST.items() if name not in BY_ITSELF)
    return bool(request.FILES) or any(texts)


def page_of_form(request: HttpRequest) -> str:
    """Return the page on which a form stood: its own address may take no GET."""
    stood = urlsplit(request.headers.get("Referer", ""))
    return stood.path if stood.netloc == request.get_host() else request.path
