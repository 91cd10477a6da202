"""Actions of find-help: checks of exit pages, audit entries of printed papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from protect.audit.context import AuditContext
from protect.audit.models import Entry
from protect.directory import access
from protect.directory.changes import touch
from protect.findhelp import exits
from protect.findhelp.enums import Opening
from protect.findhelp.errors import NoExitReached
from protect.findhelp.exit_check import Opened, open_page
from protect.findhelp.models import ExitCheck
from protect.kernel.ids import stable_uuid
from protect.orgs.scope import Scope

POSTER, DIRECTORY = "directory.publish_poster", "directory.print_directory"  # in the audit


def check_exits(*, at: datetime, say: Callable[[str, Opened], None]) -> None:
    """Check every exit page, calling `say` after each, then store the results.

    From then on pages lead to the next target instead of one that failed.
    Errors: NoExitReached, when not one answered.
    """
    results: dict[str, Opened] = {}
    for url in exits.in_use():
        results[url] = open_page(url)
        say(url, results[url])
    if all(each.result is Opening.UNREACHABLE for each in results.values()):
        raise NoExitReached(count=len(results))
    with transaction.atomic():
        before = exits.failed()
        for url, each in results.items():
            ExitCheck.objects.update_or_create(
                url=url,
                defaults={"checked_at": at, "result": each.result, "bytes": each.bytes},
            )
        if exits.failed() != before:
            touch()  # kept pages are made anew


@transaction.atomic
def note_papers(scope: Scope, action: str, country: str, *of: str, at: datetime) -> None:
    """Record in the audit that posters or directories were printed, and of which place and need.

    `of` are codes of what the papers are about; the audit keeps a number made from them.
    Errors: PermissionDenied.
    """
    org = access.must_keep(scope, country)
    audit = AuditContext(at=at, actor=scope.user_id, organisation=org)
    audit.record(action, paper_of(*of))


def paper_of(*of: str) -> str:
    """Return the audit target of the papers of a place and a need, or of an area."""
    return f"paper:{stable_uuid('paper', *of)}"


def last_papers(scope: Scope, country: str, *of: str) -> datetime | None:
    """Return when the user's organisation last printed these papers; None if never.

    Errors: PermissionDenied.
    """
    entries = Entry.objects.of_organisation(access.must_keep(scope, country)).about(paper_of(*of))
    return entries.newest_first().values_list("at", flat=True).first()
