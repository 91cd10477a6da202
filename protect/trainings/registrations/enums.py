"""The closed sets of registrations."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Sex(TextChoices):
    """As people say it themselves."""

    # Translators, of each below: what a participant says of themselves.
    FEMALE = "f", _("Female")
    MALE = "m", _("Male")
    OTHER = "x", _("Other")
    # Translators: a participant does not say it.
    UNDISCLOSED = "undisclosed", _("Not said")


class Source(TextChoices):
    # Translators, of each below: how a participant came to a training.
    NOMINATED = "nominated", _("Named by their organisation")  # their organisation named them
    APPLIED = "applied", _("Applied themselves")
    COHORT = "cohort", _("With their class")  # with their class


class RegistrationState(TextChoices):
    """Where a registration stands. Applied and waiting are two things, with two words."""

    UNPROVEN = "unproven", _("Address not confirmed")  # our mail is not answered yet
    # Translators, of each below: the state of a registration.
    APPLIED = "applied", _("Awaiting a decision")  # a coordinator must still decide
    WAITING = "waiting", _("Full, waiting")  # no seat is free
    OFFERED = "offered", _("Seat offered")  # a seat is kept until they answer
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrew")
    # Translators: the state of a registration for a training that does not take place.
    CANCELLED = "cancelled", _("Cancelled")


class RegistrationMove(TextChoices):
    PROVE = "prove", _("Yes, confirm my application")
    APPROVE = "approve", _("Confirm")
    REFUSE = "refuse", _("Refuse")
    # Translators, of each below: what is done with a registration.
    OFFER = "offer", _("Offer a seat")  # a free seat is offered
    ACCEPT = "accept", _("Take the seat")
    LAPSE = "lapse", _("Let the offer lapse")  # the time to answer an offer is over
    RENEW = "renew", _("Wait on")
    WITHDRAW = "withdraw", _("Withdraw")
    CANCEL = "cancel", _("Cancel the training")


class WaitingRule(TextChoices):
    """Why a participant's place on the waiting list changed, or did not."""

    # Translators, of each below: why a person's place in a waiting list changed, or did not.
    JOINED = "joined", _("Joined the waiting list")
    FREED = "freed", _("A seat became free")  # a waiting person was offered it
    GROUP_SKIPPED = "group_skipped", _("The group does not fit yet")  # it was passed over
    LAPSED = "lapsed", _("The offer was not answered")  # their place is at rest
    RENEWED = "renewed", _("Wants to wait on")  # they are back
    BY_HAND = "by_hand", _("Decided by hand")  # by a coordinator, with a reason


class Sign(TextChoices):
    """What two people of one name have in common besides."""

    # Translators, of each below: what two people of one name have in common.
    SENDER = "sender", _("Sent by the same organisation")
    PROFESSION = "profession", _("The same profession")
    ADDRESS = "address", _("The same name in the address")  # the part before the @
