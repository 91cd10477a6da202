"""Addresses of pages that need no account."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from protect.orgs.languages import spoken


def public_address(name: str, *args: str, tag: str | None = None) -> str:
    """Return the whole address of a page without account, in `tag` or the page's own language."""
    written = spoken((get_language() or "") if tag is None else tag)
    path = reverse(name, settings.ROOT_URLCONF, args=[written, *args])
    return f"{settings.PUBLIC_URL}{path}"
