from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from protect.notices import rules
from protect.notices.models import Outgoing


@dataclass(frozen=True, slots=True)
class UndeliveredMail:
    """Undelivered mail that needs an operator. Units: mails."""

    late: int  # due for an hour and not tried since: no `protect worker` is running
    failing: int  # failed so far, will be tried again
    given_up: int  # failed for 14 days; counted for 30 days more
    reasons: dict[str, int]  # of failing and given up, by code, the most frequent first


def count_undelivered(at: datetime) -> UndeliveredMail:
    failing = Outgoing.objects.waiting().exclude(failed_code="")
    given_up = Outgoing.objects.given_up().filter(given_up_at__gt=at - rules.ADDRESS_RETENTION)
    # Mail to an erased person needs no operator.
    given_up = given_up.exclude(failed_code=rules.ERASED_FAILURE_CODE)
    codes = Counter((failing | given_up).order_by("pk").values_list("failed_code", flat=True))
    late, reasons = Outgoing.objects.ready(at - rules.LATE_AFTER).count(), dict(codes.most_common())
    return UndeliveredMail(late, failing.count(), given_up.count(), reasons)
