"""A form that came when it could not be taken: sealed as a draft until it can be sent.

Its session was locked, or the proof of who it is was too old. Files are never kept, and no draft
holds a password or a code.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest

from protect.kernel import clock
from protect.vault.actions import drafts
from protect.vault.actions.entering import Entry
from protect.vault.models import Draft

BY_ITSELF = frozenset({drafts.USED, "csrfmiddlewaretoken"})  # what every form brings
LONGEST_ADDRESS = 200  # as in the model of drafts


def keep_posted(request: HttpRequest, entry: Entry) -> Draft | None:
    """Keep what was posted for whoever posted it; None when nothing of it may or can be kept."""
    if len(request.path) > LONGEST_ADDRESS:
        return None
    fields = {name: list(map(str, values)) for name, values in request.POST.lists()}
    return drafts.keep(entry.session.user_id, request.path, fields, at=clock.now())


def brings_something(request: HttpRequest) -> bool:
    """Return whether a form says more than that a button was pressed: a text, a code or a file."""
    texts = (value for name, value in request.POST.items() if name not in BY_ITSELF)
    return bool(request.FILES) or any(texts)


def page_of_form(request: HttpRequest) -> str:
    """Return the page on which a form stood: its own address may take no GET."""
    stood = urlsplit(request.headers.get("Referer", ""))
    return stood.path if stood.netloc == request.get_host() else request.path
