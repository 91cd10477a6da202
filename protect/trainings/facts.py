from datetime import datetime

from protect.audit import models, rules
from protect.trainings.registrations.facts import count_late_offers as count_late_offers

KEPT = "trainings.keep"  # audit action of a night without failed steps


def last_nightly_success() -> datetime | None:
    """Return when all nightly steps last succeeded; None if they never did."""
    entries = models.Entry.objects.of_chain(rules.PLATFORM).filter(action=KEPT)
    return entries.order_by("-n").values_list("at", flat=True).first()
