"""The closed sets of verification. Codes are stable; `labels` has their words."""

from __future__ import annotations

from django.db.models import TextChoices


class QueueState(TextChoices):
    """The state of a service in the queue of checks."""

    OPEN = "open"
    CLAIMED = "claimed"  # by a user, for half an hour
    DONE = "done"
    NOT_REACHED = "not_reached"
    HANDED_ON = "handed_on"  # to a user who can do more: another language, a visit


class QueueMove(TextChoices):
    """What is done to an item of the queue."""

    CLAIM = "claim"
    LET_GO = "let_go"  # by its holder, or because the lease is over
    FINISH = "finish"
    MISS = "miss"  # unanswered
    HAND_ON = "hand_on"


class QueueReason(TextChoices):
    """Why a service is in the queue."""

    UNVERIFIED = "unverified"  # a fact that was never checked
    DUE = "due"
    OVERDUE = "overdue"
    EXPIRED = "expired"
    DISPUTED = "disputed"  # reported as wrong
    CHANGED = "changed"  # a number was changed and is not call-tested
    MISSING = "missing"  # its source no longer lists it
    CONFLICT = "conflict"  # its source says something else than an edit of ours


class CallState(TextChoices):
    """The state of a call test: one user calls, another confirms."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"  # the second person heard something else
    LAPSED = "lapsed"  # the numbers were changed meanwhile


class Reporter(TextChoices):
    """The sender of a report."""

    PUBLIC = "public"  # unknown sender: an abuser may have sent it
    MEMBER = "member"
    PROVIDER = "provider"  # by the link that was mailed to the service


class Claim(TextChoices):
    """A claim of a report besides wrong facts. Stored among the facts of a report."""

    CLOSED = "closed"  # the service is gone for good: every fact of it is in doubt


class CorrectionState(TextChoices):
    NEW = "new"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"


class PairState(TextChoices):
    """Whether two entries are one service."""

    PROPOSED = "proposed"
    MERGED = "merged"  # can be taken back for 30 days
    DIFFERENT = "different"  # remembered: never proposed again


class Sign(TextChoices):
    """What two entries share."""

    NUMBER = "same_number"
    HOST = "same_host"
    NAME = "similar_name"
    NEAR = "near"  # less than 200 m between doors that the public knows
    BY_HAND = "by_hand"  # no similarity: a user proposed the pair
