"""What find-help writes down: which pages to leave for still open, and which papers were made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from protect.audit.context import AuditContext
from protect.audit.models import Entry
from protect.directory import access
from protect.directory.changes import version
from protect.findhelp import exits
from protect.findhelp.enums import Opening
from protect.findhelp.errors import NoExitReached
from protect.findhelp.models import ExitCheck
from protect.findhelp.opening import Opened, open_page
from protect.kernel.ids import stable_uuid
from protect.orgs.scope import Scope

POSTER, DIRECTORY = "directory.publish_poster", "directory.print_directory"  # in the audit


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
            version.touch()  # kept pages are made anew


@transaction.atomic
def note_papers(scope: Scope, action: str, country: str, *of: str, at: datetime) -> None:
    """Write down that papers were made to be given out: when, by whom, of which place and need.

    `of` are codes of what the papers are about; the audit keeps a number made from them.
    Errors: PermissionDenied.
    """
    org = access.must_keep(scope, country)
    audit = AuditContext(at=at, actor=scope.user_id, organisation=org)
    audit.record(action, paper_of(*of))


def paper_of(*of: str) -> str:
    """Return how the audit names the papers of a place and a need, or of an area."""
    return f"paper:{stable_uuid('paper', *of)}"


def last_papers(scope: Scope, country: str, *of: str) -> datetime | None:
    """Return when one's own organisation last made these papers; None if it never did.

    Errors: PermissionDenied.
    """
    entries = Entry.objects.of_organisation(access.must_keep(scope, country)).about(paper_of(*of))
    return entries.newest_first().values_list("at", flat=True).first()
