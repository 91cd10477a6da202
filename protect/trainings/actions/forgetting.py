"""What is over is forgotten, a function for each: claims, links that were taken, signed lists.

Needs go by `needs.forget`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q

from protect.trainings.models import AttendanceClaim, LinkTaken, PrintedList, SignedSheet
from protect.trainings.rules.asking import DAYS_OPEN
from protect.trainings.vocabulary import kept_for
from protect.vault.actions import inbound
from protect.vault.actions.erasure import RETENTION
from protect.vault.errors import RecordGone


@transaction.atomic
def forget_claims(*, at: datetime) -> int:
    """Delete what people said of their own attendance 30 days ago; return how many claims."""
    over = AttendanceClaim.objects.filter(session__ends_at__lte=at - kept_for("claims"))
    return over.delete()[0]


@transaction.atomic
def forget_links(*, at: datetime) -> int:
    """Forget who took a link to an evaluation that is over; return how many links."""
    sessions = "registration__edition__sessions"
    last = Max(f"{sessions}__ends_at", filter=Q(**{f"{sessions}__cancelled_at": None}))
    is_over = Q(last__lte=at - DAYS_OPEN) | Q(last=None)
    over = LinkTaken.objects.annotate(last=last).filter(is_over).order_by()
    return LinkTaken.objects.filter(pk__in=over.values("pk")).delete()[0]


def forget_sheets(*, at: datetime) -> int:
    """Erase scans of signed lists, and who stood in which row, once the grant wants them no more.

    Needs no key. Return how many scans went.
    """
    before = at - kept_for("named_lists")
    last = Max("session__edition__sessions__ends_at")
    PrintedList.objects.filter(
        pk__in=PrintedList.objects.annotate(last=last).filter(last__lte=before).values("pk")
    ).delete()
    over = SignedSheet.objects.annotate(last=last).filter(last__lte=before).order_by("pk")
    records = list(over.values_list("record", flat=True))
    for record in records:
        try:
            inbound.erase(record, reason=RETENTION, at=at)
        except RecordGone:  # its month was over
            continue
    return len(records)
