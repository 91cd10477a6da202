"""Who asked for an information session is forgotten a year after the last word.

What was asked for, and how many came, stays to be counted.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from protect.trainings.models import SessionRequest
from protect.trainings.vocabulary import kept_for

# What says who somebody is, or is in their own words.
PERSONAL = ("contact_name", "contact_email", "contact_phone", "safeguarding_lead", "dates", "said")


@transaction.atomic
def forget_requests(*, at: datetime) -> int:
    """Erase who asked, a year after the request last moved and its sessions ended; return how many.

    Their link opens nothing any more.
    """
    before = at - kept_for("request_contact")
    known = Q()
    for name in PERSONAL:
        known |= ~Q(**{name: ""})
    late = SessionRequest.objects.filter(known, received_at__lt=before, moved_at__lt=before)
    rows = late.exclude(sessions__ends_at__gte=before).select_for_update(of=("self",))
    count = 0
    for row in rows.order_by("pk"):
        for name in PERSONAL:
            setattr(row, name, "")
        row.token_hash = f"erased {row.pk.hex}"
        row.save(update_fields=[*PERSONAL, "token_hash"])
        count += 1
    return count
