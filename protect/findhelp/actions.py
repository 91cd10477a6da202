"""Changes of the public site: whether the pages that it leads away to still open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from protect.directory import actions as directory
from protect.findhelp import exits
from protect.findhelp.enums import Opening
from protect.findhelp.errors import NoExitReached
from protect.findhelp.models import ExitCheck
from protect.findhelp.opening import Opened, open_page


def check_exits(*, at: datetime, say: Callable[[str, Opened], None]) -> None:
    """Open every page to leave for, telling `say` after each, then keep what was found.

    From then on pages lead to the next target instead of one that failed.
    Errors: NoExitReached, when not one answered.
    """
    found: dict[str, Opened] = {}
    for url in exits.in_use():
        found[url] = open_page(url)
        say(url, found[url])
    if all(each.result is Opening.UNREACHABLE for each in found.values()):
        raise NoExitReached(count=len(found))
    with transaction.atomic():
        before = exits.failed()
        for url, each in found.items():
            ExitCheck.objects.update_or_create(
                url=url,
                defaults={"checked_at": at, "result": each.result, "bytes": each.bytes},
            )
        if exits.failed() != before:
            directory.touch()  # kept pages are made anew
