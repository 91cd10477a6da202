"""Retries of mail, their end, and which mail requires a link."""

from datetime import datetime, timedelta

from protect.notices.enums import Failure, Template

# How long one worker has a row for itself: far longer than sending one mail takes.
LEASE = timedelta(minutes=10)
DELAYS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 1440)]
TRIED_FOR = timedelta(days=14)
ERASED = "erased"  # failed_code of mail to an erased person
ADDRESS_KEPT = timedelta(days=30)
# Due for so long and not even tried: no sender is running.
LATE = timedelta(hours=1)

ADDRESS_LENGTH, LINK_LENGTH = 254, 600  # characters

NEEDS_LINK = frozenset(
    {
        Template.INVITATION,
        Template.PASSWORD_RESET,
        Template.HEAD_OF_AUDIT,
        Template.SERVICE_CHECK,
        Template.FOLLOW_UP,
        Template.REQUEST_NEWS,
        Template.TRAINING_TO_CONFIRM,
        Template.TRAINING_REGISTERED,
        Template.TRAINING_NAMED,
        Template.TRAINING_OFFERED,
        Template.TRAINING_CHANGED,
        Template.TRAINING_SENDER,
    }
)
# The server may have taken the mail and not been able to say so.
UNSURE = frozenset({Failure.TIMEOUT, Failure.DISCONNECTED})


def delay_after(tries: int, failure: str) -> timedelta:
    """Return how long to wait after a number of failed tries.
    When the mail may have arrived, never less than a lease: a server that forgets Message-IDs after
    minutes should not show it twice in a row.
    Errors: ValueError when nothing was tried."""
    if tries < 1:
        raise ValueError("tries begin at 1")
    delay = DELAYS[min(tries, len(DELAYS)) - 1]
    return max(delay, LEASE) if failure in UNSURE else delay


def is_over(created: datetime, at: datetime) -> bool:
    """Return whether a mail has been tried for long enough."""
    return at - created >= TRIED_FOR


def must_be_link(link: str, template: Template) -> None:
    """Refuse a link that is no address of a site, and a missing link where one is required.
    Errors: ValueError: links are made by code, never typed."""
    if not link and template in NEEDS_LINK:
        raise ValueError(f"{template.value} needs a link")
    is_address = link.startswith(("https://", "http://")) and link.split() == [link]
    if link and not (is_address and len(link) <= LINK_LENGTH):
        raise ValueError("a link is one http(s) address without blanks, not too long")
