"""What is over is forgotten, a function for each: claims, links that were taken, signed lists.

Needs go by `needs.forget`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from protect.trainings.attendance.models import AttendanceClaim, PrintedList, SignedSheet
from protect.trainings.base.vocabulary import kept_for
from protect.vault.actions import inbound
from protect.vault.actions.erasure import RETENTION
from protect.vault.errors import RecordGone


@transaction.atomic
def forget_claims(*, at: datetime) -> int:
    """Delete check-ins and excuses after 30 days; return how many."""
    over = AttendanceClaim.objects.filter(session__ends_at__lte=at - kept_for("claims"))
    return over.delete()[0]


def forget_sheets(*, at: datetime) -> int:
    """Erase scans of signed lists and their rows of participants after the grant's retention.

    Needs no key. Return how many scans were erased.
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
