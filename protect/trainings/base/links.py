"""Addresses of pages for people without an account."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from protect.orgs.languages import desk_language_of


def public_address(name: str, *args: str, tag: str | None = None) -> str:
    """Return the absolute address of a page without account, in `tag` or the active language."""
    language = desk_language_of((get_language() or "") if tag is None else tag)
    return settings.PUBLIC_URL + reverse(name, settings.ROOT_URLCONF, args=[language, *args])
