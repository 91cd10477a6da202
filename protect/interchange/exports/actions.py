"""Exports services as a file. The audit records the user."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from protect.audit.context import AuditContext
from protect.interchange.exports.formats import registry
from protect.interchange.exports.formats.registry import Format
from protect.interchange.exports.request import Head, Wanted
from protect.orgs.scope import NOBODY, Scope

TAKEN = "interchange.export"


@transaction.atomic
def export(
    scope: Scope,
    kind: Format,
    wanted: Wanted,
    *,
    at: datetime,
    say: Callable[[int], None] = lambda done: None,
) -> Iterator[bytes]:
    """Return a file piece by piece, and record the download.

    The audit entry stands in the chain of the user's organisation, else in the platform's.
    `say` is called with the number of finished services.
    Errors: PermissionDenied for anonymous users.
    """
    if scope.user_id is None:
        raise PermissionDenied
    return _taken(scope, kind, wanted, at=at, say=say)


@transaction.atomic
def export_by_command(
    kind: Format, wanted: Wanted, *, at: datetime, say: Callable[[int], None]
) -> Iterator[bytes]:
    """Return a file for the command line; the audit entry stands in the platform's chain."""
    return _taken(NOBODY, kind, wanted, at=at, say=say)


def head_of(wanted: Wanted, at: datetime) -> Head:
    """Return the head of a file of this installation."""
    return Head(at, wanted.readers, settings.IS_DEMO)


def _taken(
    scope: Scope, kind: Format, wanted: Wanted, *, at: datetime, say: Callable[[int], None]
) -> Iterator[bytes]:
    org = min(scope.organisations, default=None)
    AuditContext(at=at, actor=scope.user_id, organisation=org).record(TAKEN)
    return registry.pieces(kind, wanted, head_of(wanted, at), say)
