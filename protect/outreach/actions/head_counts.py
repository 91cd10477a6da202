"""Head counts of sessions, declared by their holders. No person, and no list. One nonce counts
once, however often a phone sends it. A correction is a new revision.
Source: docs/adr/0033-information-sessions.md."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models import Max
from django.http import Http404

from protect.audit.context import AuditContext
from protect.orgs.access import scope_for, who
from protect.orgs.models import User
from protect.orgs.scope import Scope
from protect.outreach import access, errors, rules
from protect.outreach.models import HeadCount, InformationSession, Tally
from protect.trainings.base.labels import UNKNOWN
from protect.trainings.scheduling.actions.bookings import host_of
from protect.trainings.scheduling.models import Booking

SALT = "protect.outreach.count"
PASS_LASTS = timedelta(days=3)  # that a page may be open before its numbers are sent


@dataclass(frozen=True, slots=True)
class Declared:
    """A holder's declaration: people by cell, and how many could name a service. `seen` is the
    revision that stood on their page, 0 for none; None replaces any revision."""

    nonce: UUID
    cells: Mapping[rules.Cell, int] = field(default_factory=dict)
    answered: int | None = None
    could_name: int | None = None
    seen: int | None = None


class Declarer(NamedTuple):
    """The person who counted: a user with an account, or a booked person without one."""

    user: UUID | None = None
    resource: UUID | None = None


@transaction.atomic
def declare(scope: Scope, session: InformationSession, declared: Declared, *, at: datetime) -> int:
    """Save a declaration once for its nonce; return its revision.
    Errors: Http404; outreach_count_not_on; CountedMeanwhile; outreach_tally_impossible."""
    return _declare(access.get_session(scope, session.pk), declared, Declarer(user=who(scope)), at)


@transaction.atomic
def declare_by_link(booking: Booking, declared: Declared, *, at: datetime) -> int:
    """As `declare`, without an account; `booking` as `access.get_held_by_link` gives it."""
    by = Declarer(resource=booking.resource_id)
    return _declare(access.session_of(booking), declared, by, at)


def _declare(session: InformationSession, declared: Declared, by: Declarer, at: datetime) -> int:
    row = InformationSession.objects.select_for_update(of=("self", "session")).get(pk=session.pk)
    before = row.head_counts.filter(nonce=declared.nonce).first()
    if before is not None:
        return before.revision
    if row.cancelled_at is not None or row.starts_at > at:
        raise errors.OutreachRefusal("outreach_count_not_on")
    _must_have_seen(row, declared, by)
    if (declared.could_name or 0) > (declared.answered or 0):
        raise errors.OutreachRefusal("outreach_tally_impossible")
    revision = (row.head_counts.aggregate(n=Max("revision"))["n"] or 0) + 1
    cells = {cell: n for cell, n in declared.cells.items() if n} or {(UNKNOWN, UNKNOWN): 0}
    same: dict[str, Any] = {"session": row, "revision": revision}
    by_whom: dict[str, Any] = {
        "declared_by_id": by.user,
        "declared_as_id": by.resource,
        "declared_at": at,
    }
    HeadCount.objects.bulk_create(
        HeadCount(band=band, sex=sex, n=n, nonce=declared.nonce, **by_whom, **same)
        for (band, sex), n in sorted(cells.items())
    )
    if declared.answered:
        could_name = declared.could_name or 0
        Tally.objects.create(could_name=could_name, answered=declared.answered, **same)
    AuditContext(at=at, actor=by.user, organisation=host_of(row)).record("outreach.count", row)
    return revision


def _must_have_seen(session: InformationSession, declared: Declared, by: Declarer) -> None:
    """Refuse to replace an unseen count of another person; one's own may be corrected."""
    if declared.seen is None:
        return
    later = session.head_counts.filter(revision__gt=declared.seen)
    by_others = later.exclude(declared_by=by.user, declared_as=by.resource)
    stands = counted(session)
    if stands is not None and by_others.exists():
        yours = sum(declared.cells.values())
        raise errors.CountedMeanwhile(theirs=stands.total, yours=yours, stands=stands.revision)


def counted(session: InformationSession) -> rules.Counted | None:
    """Return the current declaration; None before the first."""
    rows = session.head_counts.order_by("pk").values_list("revision", "band", "sex", "n")
    return rules.standing(rows)


def tally_of(session: InformationSession, revision: int) -> Tally | None:
    """Return how many people could name a service, as declared with a revision."""
    return session.tallies.filter(revision=revision).first()


def pass_for(scope: Scope, session: InformationSession, *, at: datetime) -> str:
    """Return the pass to send numbers of one session for three days; it opens no page."""
    until = int((at + PASS_LASTS).timestamp())
    return signing.Signer(salt=SALT).sign_object([str(session.pk), str(scope.user_id), until])


def passed(text: str, *, at: datetime) -> tuple[Scope, InformationSession]:
    """Return the user and the session of a pass.
    Errors: outreach_pass_over, outreach_pass_bad, outreach_pass_account_closed,
    outreach_pass_not_yours."""
    try:
        session, user, until = signing.Signer(salt=SALT).unsign_object(text)
    except signing.BadSignature:
        raise errors.OutreachRefusal("outreach_pass_bad") from None
    if until < at.timestamp():
        raise errors.OutreachRefusal("outreach_pass_over")
    if not User.objects.filter(pk=user, is_active=True).exists():
        raise errors.OutreachRefusal("outreach_pass_account_closed")
    scope = scope_for(UUID(user))
    try:
        return scope, access.get_session(scope, UUID(session))
    except Http404:
        raise errors.OutreachRefusal("outreach_pass_not_yours") from None
