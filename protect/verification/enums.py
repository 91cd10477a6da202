"""The closed sets of verification. Codes are stable."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class QueueState(TextChoices):
    OPEN = "open"
    CLAIMED = "claimed"  # by a user, for half an hour
    DONE = "done"
    NOT_REACHED = "not_reached"
    HANDED_ON = "handed_on"  # to a user who can do more: another language, a visit


class QueueMove(TextChoices):
    CLAIM = "claim"
    LET_GO = "let_go"  # by its holder, or because the lease is over
    FINISH = "finish"
    MISS = "miss"  # unanswered
    HAND_ON = "hand_on"


class QueueReason(TextChoices):
    """Why a service is in the queue, the most pressing first: the first one gives its colour."""

    # Translators: why a service is to be checked: somebody says that something is wrong.
    DISPUTED = "disputed", _("Reported wrong")
    # Translators: why a service is to be checked: it has another number, which nobody has called.
    CHANGED = "changed", _("New number")
    # Translators: why a service is to be checked: too old, it counts as unknown.
    EXPIRED = "expired", _("Expired")
    # Translators: why a service is to be checked: more than 30 days late.
    OVERDUE = "overdue", _("Overdue")
    # Translators: why a service is to be checked: the list that it came from has it no longer.
    MISSING = "missing", _("Gone from its source")
    # Translators: why a service is to be checked: the list that it came from says something else.
    CONFLICT = "conflict", _("Its source says something else")
    # Translators: why a service is to be checked.
    UNVERIFIED = "unverified", _("Never checked")  # a fact of it
    # Translators: why a service is to be checked: the day has come.
    DUE = "due", _("Due")


class CallState(TextChoices):
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"  # the second person heard something else
    LAPSED = "lapsed"  # the numbers were changed meanwhile


class Reporter(TextChoices):
    # Translators: who reported that something is wrong: somebody who visited the public pages.
    PUBLIC = "public", _("The public")  # unknown sender: an abuser may have sent it
    # Translators: who reported that something is wrong: somebody who signs in here.
    MEMBER = "member", _("A member")
    # Translators: who reported that something is wrong: the service, by the link in a mail.
    PROVIDER = "provider", _("The service itself")


class Claim(TextChoices):
    """A claim of a report besides wrong facts. Stored among the facts of a report."""

    # Translators: what is reported about a service: it does not exist any more.
    CLOSED = "closed", _("Closed for good")  # every fact of it is in doubt


class CorrectionState(TextChoices):
    # Translators: state of a report: nobody has judged it.
    NEW = "new", _("New")
    # Translators: state of a report: somebody says that it is right.
    ACCEPTED = "accepted", _("Accepted")
    # Translators: state of a report: only some of it is right.
    PARTLY = "partly", _("Accepted in part")
    # Translators: state of a report: it is not right.
    REJECTED = "rejected", _("Rejected")
    # Translators: state of a report: another one says the same.
    DUPLICATE = "duplicate", _("Said before")


class PairState(TextChoices):
    # Translators: two entries that may be one service: nobody has decided.
    PROPOSED = "proposed", _("To be decided")
    # Translators: two entries were one service, and are one entry now.
    MERGED = "merged", _("Merged")  # can be taken back for 30 days
    # Translators: two entries look alike and are two services.
    DIFFERENT = "different", _("Two services")  # remembered: never proposed again


class Sign(TextChoices):
    # Translators: what two entries of the directory have in common.
    NUMBER = "same_number", _("Same number")
    # Translators: what two entries of the directory have in common.
    HOST = "same_host", _("Same website")
    # Translators: what two entries of the directory have in common.
    NAME = "similar_name", _("Similar name")
    # Translators: what two entries of the directory have in common: both doors are near.
    NEAR = "near", _("Less than 200 m apart")  # doors that the public knows
    # Translators: why two entries stand side by side: a colleague thinks that they are one service.
    BY_HAND = "by_hand", _("Proposed by a colleague")  # no similarity is needed
