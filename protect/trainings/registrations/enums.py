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
    # Translators: what is done with a registration: a free seat is offered.
    OFFER = "offer", _("Offer a seat")
    ACCEPT = "accept", _("Take the seat")
    # Translators: what is done with a registration: the time to answer an offer is over.
    LAPSE = "lapse", _("Let the offer lapse")
    RENEW = "renew", _("Wait on")
    WITHDRAW = "withdraw", _("Withdraw")
    CANCEL = "cancel", _("Cancel the training")


class WaitingRule(TextChoices):
    """Why a participant's place on the waiting list changed, or did not."""

    # Translators: why a person's place in a waiting list changed.
    JOINED = "joined", _("Joined the line")
    # Translators: why a waiting person was offered a seat.
    FREED = "freed", _("A seat became free")
    # Translators: why a person on a waiting list was passed over.
    GROUP_SKIPPED = "group_skipped", _("The group does not fit yet")
    # Translators: why a person's place in a waiting list is at rest.
    LAPSED = "lapsed", _("The offer was not answered")
    # Translators: why a person is back in a waiting list.
    RENEWED = "renewed", _("Wants to wait on")
    # Translators: why a place in a waiting list changed: a coordinator decided, with a reason.
    BY_HAND = "by_hand", _("Decided by hand")


class Sign(TextChoices):
    """What two people of one name have in common besides."""

    # Translators, of each below: what two people of one name have in common.
    SENDER = "sender", _("Sent by the same organisation")
    PROFESSION = "profession", _("The same profession")
    ADDRESS = "address", _("The same name in the address")  # the part before the @
