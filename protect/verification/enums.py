from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class QueueState(TextChoices):
    """The state of an item in the check queue."""

    OPEN = "open"
    CLAIMED = "claimed"  # by a user, for half an hour
    DONE = "done"
    NOT_REACHED = "not_reached"
    HANDED_ON = "handed_on"  # to a user who can do more: another language, a visit


class QueueEvent(TextChoices):
    """An event that changes the state of an item in the check queue."""

    CLAIM = "claim"
    RELEASE = "let_go"  # by its holder, or because the lease is over
    FINISH = "finish"
    NO_ANSWER = "miss"  # unanswered
    HAND_OVER = "hand_on"


class QueueReason(TextChoices):
    """A reason to check a service. Pages list the most urgent reason first, in this order."""

    # Translators, of each below: why a service is to be checked.
    DISPUTED = "disputed", _("Reported wrong")  # a person says that something is wrong
    CHANGED = "changed", _("New number")  # two people have not called it yet
    EXPIRED = "expired", _("Expired")  # too old, it counts as unknown
    OVERDUE = "overdue", _("Overdue")  # more than 30 days late
    MISSING = "missing", _("Missing from its source")  # the list that it came from has it no longer
    CONFLICT = "conflict", _("Different from its source")  # the list that it came from
    UNVERIFIED = "unverified", _("Unchecked")  # a fact of it, or not since an edit
    DUE = "due", _("Due")  # the day has come


class CallState(TextChoices):
    """The state of a call test."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"  # not both people reached the service
    LAPSED = "lapsed"  # the numbers were changed meanwhile


class Reporter(TextChoices):
    """The origin of a report. An unknown visitor may be an abuser."""

    # Translators, of each below: who reported that something is wrong.
    PUBLIC = "public", _("The public")  # a visitor of the public pages
    MEMBER = "member", _("A member")  # a person who signs in here
    PROVIDER = "provider", _("The service itself")  # by the link in a mail


class ReportClaim(TextChoices):
    """A claim in a report about the service as a whole. It is stored among the reported facts."""

    # Translators: what is reported about a service: it does not exist any more.
    CLOSED = "closed", _("Permanently closed")  # every fact of it is in doubt


class CorrectionState(TextChoices):
    """The state of a report: new, or the decision of a moderator."""

    # Translators, of each below: state of a report.
    NEW = "new", _("New")  # not judged yet
    ACCEPTED = "accepted", _("Accepted")  # it is right
    PARTLY = "partly", _("Accepted in part")  # only some of it is right
    REJECTED = "rejected", _("Rejected")  # it is not right
    DUPLICATE = "duplicate", _("Duplicate")  # another report says the same


class PairState(TextChoices):
    """The state of a pair of entries that may be duplicates."""

    # Translators, of each below: state of two entries that may be one service.
    PROPOSED = "proposed", _("Undecided")
    MERGED = "merged", _("Merged")  # they are one entry now; this can be undone for 30 days
    DIFFERENT = "different", _("Two services")  # remembered: never proposed again


class Similarity(TextChoices):
    """What two entries have in common, as a sign that they may be duplicates."""

    # Translators, of each below: what two entries of the directory have in common.
    NUMBER = "same_number", _("Same number")
    HOST = "same_host", _("Same website")
    NAME = "similar_name", _("Similar name")
    NEAR = "near", _("Less than 200 m apart")  # of public addresses only
    BY_HAND = "by_hand", _("Proposed by a colleague")  # no similarity is needed
