"""Services leave the platform as a file: whoever takes them is in the history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from protect.audit.context import AuditContext
from protect.interchange.exports import formats
from protect.interchange.exports.formats import Format
from protect.interchange.exports.request import Head, Wanted
from protect.orgs.scope import NOBODY, Scope

TAKEN = "directory.export"


@transaction.atomic
def export(
    scope: Scope,
    kind: Format,
    wanted: Wanted,
    *,
    at: datetime,
    say: Callable[[int], None] = lambda done: None,
) -> Iterator[bytes]:
    """Return a file piece by piece, with an entry that somebody took it.

    The entry stands in the chain of an organisation of theirs; without one in the platform's.
    `say` hears the services done. Errors: PermissionDenied for whoever is not signed in.
    """
    if scope.user_id is None:
        raise PermissionDenied
    return _taken(scope, kind, wanted, at=at, say=say)


@transaction.atomic
def export_by_command(
    kind: Format, wanted: Wanted, *, at: datetime, say: Callable[[int], None]
) -> Iterator[bytes]:
    """Return a file that no member asked for; the entry stands in the platform's chain."""
    return _taken(NOBODY, kind, wanted, at=at, say=say)


def head_of(wanted: Wanted, at: datetime) -> Head:
    """Return what stands at the head of a file of this installation."""
    return Head(at, wanted.readers, settings.IS_DEMO)


def _taken(
    scope: Scope, kind: Format, wanted: Wanted, *, at: datetime, say: Callable[[int], None]
) -> Iterator[bytes]:
    org = min(scope.organisations, default=None)
    AuditContext(at=at, actor=scope.user_id, organisation=org).record(TAKEN)
    return formats.pieces(kind, wanted, head_of(wanted, at), say)
