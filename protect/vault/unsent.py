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

LONGEST_ADDRESS = 200  # as in the model of drafts


def keep_posted(request: HttpRequest, entry: Entry) -> Draft | None:
    """Keep what was posted for whoever posted it; None when nothing of it may or can be kept."""
    if len(request.path) > LONGEST_ADDRESS:
        return None
    fields = {name: list(map(str, values)) for name, values in request.POST.lists()}
    return drafts.keep(entry.session.user_id, request.path, fields, at=clock.now())


def has_secret(request: HttpRequest) -> bool:
    """Return whether somebody typed a password or a code, which they must type once more."""
    return any(drafts.is_secret(name) and value for name, value in request.POST.items())


def page_of_form(request: HttpRequest) -> str:
    """Return the page on which a form stood: its own address may take no GET."""
    stood = urlsplit(request.headers.get("Referer", ""))
    return stood.path if stood.netloc == request.get_host() else request.path
