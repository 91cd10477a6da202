"""The key under which a person is counted once, and the number of late offers."""

from datetime import datetime, timedelta

from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.enums import EditionState
from protect.vault.server_keys.match_keys import keyed_hash

TRAINED = "trained"  # the measure: attended minutes reach the share that the course requires


def person_key(email: str) -> str:
    """Return the keyed hash of an address. Errors: match_key_missing."""
    return keyed_hash("trainings.person", email)


OVERDUE_GRACE = timedelta(hours=1)  # offers are checked every ten minutes


def count_late_offers(at: datetime) -> int:
    """Return how many offers expired more than an hour ago and still take a seat."""
    live = [EditionState.OPEN, EditionState.CLOSED]
    return Registration.objects.overdue(at - OVERDUE_GRACE).filter(edition__state__in=live).count()
