"""Retries of mail, and the templates that require a link."""

from datetime import datetime, timedelta

from protect.notices.enums import Failure, Template

# How long only one worker may send a mail: far longer than sending takes.
LEASE_DURATION = timedelta(minutes=10)
RETRY_DELAYS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 1440)]  # then daily
RETRY_PERIOD = timedelta(days=14)  # after posting; a later failure ends the tries
ERASED_FAILURE_CODE = "erased"  # failed_code of mail to an erased person
ADDRESS_RETENTION = timedelta(days=30)  # after a mail was sent or given up
# A mail that is due for this long and was not tried since shows that no worker is running.
LATE_AFTER = timedelta(hours=1)

ADDRESS_LENGTH, LINK_LENGTH = 254, 600  # characters: of an e-mail address; of a link in a mail

TEMPLATES_THAT_NEED_LINK = {
    *(Template.INVITATION, Template.PASSWORD_RESET, Template.HEAD_OF_AUDIT, Template.SERVICE_CHECK),
    *(Template.FOLLOW_UP, Template.REQUEST_NEWS, Template.TRAINING_TO_CONFIRM),
    *(Template.TRAINING_REGISTERED, Template.TRAINING_NAMED, Template.TRAINING_OFFERED),
    *(Template.TRAINING_CHANGED, Template.TRAINING_SENDER),
}
# Failures after which the server may have accepted the mail all the same.
MAYBE_DELIVERED = frozenset({Failure.TIMEOUT, Failure.DISCONNECTED})


def retry_delay(tries: int, failure: str) -> timedelta:
    """Return how long to wait after `tries` failed tries: at least LEASE_DURATION if `failure` is
    one of MAYBE_DELIVERED. Errors: ValueError if `tries` is below 1."""
    if tries < 1:
        raise ValueError("tries begin at 1")
    delay = RETRY_DELAYS[min(tries, len(RETRY_DELAYS)) - 1]
    return max(delay, LEASE_DURATION) if failure in MAYBE_DELIVERED else delay


def is_retry_period_over(created: datetime, at: datetime) -> bool:
    """Return whether a mail has been tried for long enough to give up."""
    return at - created >= RETRY_PERIOD


def must_have_web_address_if_needed(link: str, template: Template) -> None:
    """Refuse a link that is not a web address, and a missing link where one is required.
    Errors: ValueError, because code makes the links and no user types them."""
    if not link and template in TEMPLATES_THAT_NEED_LINK:
        raise ValueError(f"{template.value} needs a link")
    is_address = link.startswith(("https://", "http://")) and link.split() == [link]
    if link and not (is_address and len(link) <= LINK_LENGTH):
        raise ValueError("a link is one http(s) address without blanks, not too long")
