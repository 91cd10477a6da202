"""Ends what time has caught up with, and what a crash or a restored backup has left behind."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from protect.audit.context import AuditContext
from protect.orgs import actions as orgs
from protect.vault import key_register, ledger
from protect.vault.actions import erasure
from protect.vault.actions.authentication import lock_idle
from protect.vault.actions.drafts import forget_drafts
from protect.vault.models import ResetLink, Session

WISHES = {"record", "packet"}


class Forgotten(NamedTuple):
    """How many rows were locked, ended or deleted."""

    sessions: int  # locked or ended
    browsers: int  # that never came back after their session had ended
    drafts: int
    links: int
    attempts: int


def forget_idle(*, at: datetime) -> Forgotten:
    """Lock and forget what is over. Needs no key; safe to run again, each minute."""
    return Forgotten(
        sessions=lock_idle(at=at),
        browsers=Session.objects.filter(expire_date__lte=at).delete()[0],
        drafts=forget_drafts(at=at),
        links=ResetLink.objects.filter(expires__lte=at).delete()[0],
        attempts=orgs.forget_attempts(at=at),
    )


class Erased(NamedTuple):
    """How much went."""

    finished: int  # begun earlier, as the ledger says, and interrupted
    erased: int  # records that have outlived their month
    wraps: int  # of packets and links whose time is over


def erase_due(*, at: datetime) -> Erased:
    """Finish and erase what is due. Needs no key; safe to run again, each night.

    Only erasures and withdrawals are finished: each was the wish of a person or team. Departures
    and endings that a fault undid are not done again unseen; `replay_restored` does those.
    """
    finished = erasure.replay(line for line in ledger.lines() if line.what in WISHES)
    if finished:
        _note_replay(at)
    return Erased(finished, erasure.erase_due(at=at), erasure.forget_wraps(at=at))


def replay_restored(lines: Collection[ledger.Line], *, at: datetime) -> int:
    """Delete again what a restored backup brought back; return how many things went.

    Safe to run again. The audit tells that it was done; what it told of each has been lost with
    the days between backup and restore.
    """
    gone = erasure.replay(iter(lines))
    key_register.note_restored(at=at)
    _note_replay(at)
    return gone


@transaction.atomic
def _note_replay(at: datetime) -> None:
    AuditContext(at=at, actor=None, organisation=None).record("vault.replay_ledger")
