"""Head counts of sessions, declared by their holders. Each form has a nonce, so that a form that a
phone sends several times counts once. A correction is a new revision. Source:
docs/adr/0033-information-sessions.md."""

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
from protect.orgs.access import must_be_signed_in, scope_for
from protect.orgs.models import User
from protect.orgs.scope import Scope
from protect.outreach import access, errors, rules
from protect.outreach.models import HeadCount, InformationSession, Tally
from protect.trainings.base.labels import UNKNOWN
from protect.trainings.scheduling.actions.bookings import planning_organisation
from protect.trainings.scheduling.models import Booking

COUNT_SALT = "protect.outreach.count"  # of the signature of a pass
PASS_LASTS = timedelta(days=3)  # how long a page may stay open before its numbers are sent


@dataclass(frozen=True, slots=True)
class Declaration:
    """A holder's declaration: people by cell, how many answered and how many could name a service.
    `seen_revision` was shown in their page, 0 for none; None replaces any count unseen."""

    nonce: UUID
    cells: Mapping[rules.Cell, int] = field(default_factory=dict)
    answered: int | None = None
    could_name: int | None = None
    seen_revision: int | None = None


class Declarer(NamedTuple):
    """The person who counted: a user with an account, or a booked person without one."""

    user: UUID | None = None
    resource: UUID | None = None


@transaction.atomic
def save(scope: Scope, session: InformationSession, count: Declaration, *, at: datetime) -> int:
    """Save a declaration, once for each nonce; return its revision.
    Errors: Http404; outreach_count_not_on; HeadCountConflict; outreach_tally_impossible."""
    session = access.get_session(scope, session.pk)
    return _store_count(session, count, Declarer(user=must_be_signed_in(scope)), at)


@transaction.atomic
def save_by_link(booking: Booking, count: Declaration, *, at: datetime) -> int:
    """Save a declaration like `save`, for a booking from `access.get_recent_booking_by_link`."""
    declarer = Declarer(resource=booking.resource_id)
    return _store_count(access.get_session_of_booking(booking), count, declarer, at)


def _store_count(
    session: InformationSession, count: Declaration, by: Declarer, at: datetime
) -> int:
    """Store a count as a new revision, or nothing if its nonce is stored. Return the revision."""
    row = InformationSession.objects.select_for_update(of=("self", "session")).get(pk=session.pk)
    saved_count = row.head_counts.filter(nonce=count.nonce).first()
    if saved_count is not None:
        return saved_count.revision
    if row.cancelled_at is not None or row.starts_at > at:
        raise errors.OutreachRefusal("outreach_count_not_on")
    _must_have_seen(row, count, by)
    if (count.could_name or 0) > (count.answered or 0):
        raise errors.OutreachRefusal("outreach_tally_impossible")
    revision = (row.head_counts.aggregate(n=Max("revision"))["n"] or 0) + 1
    cells = {cell: n for cell, n in count.cells.items() if n} or {(UNKNOWN, UNKNOWN): 0}
    common: dict[str, Any] = {"session": row, "revision": revision}
    declared = dict[str, Any](declared_by_id=by.user, declared_as_id=by.resource, declared_at=at)
    HeadCount.objects.bulk_create(
        HeadCount(band=band, sex=sex, n=n, nonce=count.nonce, **declared, **common)
        for (band, sex), n in sorted(cells.items())
    )
    if count.answered:
        Tally.objects.create(could_name=count.could_name or 0, answered=count.answered, **common)
    audit = AuditContext(at=at, actor=by.user, organisation=planning_organisation(row))
    audit.record("outreach.count", row)
    return revision


def _must_have_seen(session: InformationSession, count: Declaration, by: Declarer) -> None:
    """Refuse to replace another person's count newer than `seen_revision`; None allows it."""
    if count.seen_revision is None:
        return
    later = session.head_counts.filter(revision__gt=count.seen_revision)
    by_others = later.exclude(declared_by=by.user, declared_as=by.resource)
    current = get_current_count(session)
    if current is not None and by_others.exists():
        theirs, yours, revision = current.total, sum(count.cells.values()), current.revision
        raise errors.HeadCountConflict(theirs=theirs, yours=yours, current_revision=revision)


def get_current_count(session: InformationSession) -> rules.CurrentCount | None:
    """Return the latest head count of a session; None before the first."""
    rows = session.head_counts.order_by("pk").values_list("revision", "band", "sex", "n")
    return rules.get_latest_head_count(rows)


def get_tally(session: InformationSession, revision: int) -> Tally | None:
    """Return the tally of a revision: how many people could name a service; None without one."""
    return session.tallies.filter(revision=revision).first()


def make_pass(scope: Scope, session: InformationSession, *, at: datetime) -> str:
    """Return a signed pass that lets a page send only the numbers of a session, for PASS_LASTS."""
    until = int((at + PASS_LASTS).timestamp())
    return signing.Signer(salt=COUNT_SALT).sign_object([str(session.pk), str(scope.user_id), until])


def verify_pass(signed_pass: str, *, at: datetime) -> tuple[Scope, InformationSession]:
    """Return the user and the session of a pass, if it is valid. Errors: outreach_pass_over,
    outreach_pass_bad, outreach_pass_account_closed, outreach_pass_not_yours."""
    try:
        session_id, user_id, until = signing.Signer(salt=COUNT_SALT).unsign_object(signed_pass)
    except signing.BadSignature:
        raise errors.OutreachRefusal("outreach_pass_bad") from None
    if until < at.timestamp():
        raise errors.OutreachRefusal("outreach_pass_over")
    if not User.objects.filter(pk=user_id, is_active=True).exists():
        raise errors.OutreachRefusal("outreach_pass_account_closed")
    scope = scope_for(UUID(user_id))
    try:
        return scope, access.get_session(scope, UUID(session_id))
    except Http404:
        raise errors.OutreachRefusal("outreach_pass_not_yours") from None
