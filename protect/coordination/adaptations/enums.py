from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AnswerValue(TextChoices):
    """What a service answers to a topic of the adaptation check."""

    # Translators, of each below: an answer to a question about a service.
    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No")
    NOT_APPLICABLE = "not_applicable", _("Does not apply")


class Moment(TextChoices):
    """When an answer was given: before the plan, or since."""

    THEN = "then"
    NOW = "now"


class StepState(TextChoices):
    """State of a step. A step WAITING is done or open again once a moderator has decided."""

    # Translators, of each below: state of a step of a plan.
    OPEN = "open", _("Not done yet")
    WAITING = "waiting", _("Waits for a moderator")  # the change of the directory
    DONE = "done", _("Done")
    DISPUTED = "disputed", _("Done, but the directory does not say so")
    CANCELLED = "cancelled", _("Cancelled")


class CheckState(TextChoices):
    """State of an adaptation check, computed from its dates and reviews."""

    # Translators, of each below: state of an adaptation check of a service.
    ANSWERING = "answering", _("Being answered")
    IN_REVIEW = "in_review", _("Waits for a review")
    CHANGES_ASKED = "changes_asked", _("Changes asked for")
    AGREED = "agreed", _("Plan agreed")
    CLOSED = "closed", _("Closed")


class ReviewVerdict(TextChoices):
    """What a peer organisation says about a plan."""

    # Translators, of each below: what a review of a plan says.
    AGREED = "agreed", _("Agreed")
    CHANGE = "change", _("Please change")
