from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Sex(TextChoices):
    # Translators, of each below: what a participant says of themselves.
    FEMALE = "f", _("Female")
    MALE = "m", _("Male")
    OTHER = "x", _("Other")
    UNDISCLOSED = "undisclosed", _("Not said")  # For translators: a participant does not say it


class Source(TextChoices):
    # Translators, of each below: how a participant came to a training.
    """How a participant came to a training: nominated, applied, or with a class."""

    NOMINATED = "nominated", _("Nominated by their organisation")  # their organisation named them
    APPLIED = "applied", _("Applied themselves")
    COHORT = "cohort", _("With their class")  # with their class


class RegistrationState(TextChoices):
    """The state of a registration. Applied (no decision) and waiting (no seat) are distinct."""

    UNPROVEN = "unproven", _("E-mail address not confirmed")  # the link in the mail was not used
    # Translators, of each below: the state of a registration.
    APPLIED = "applied", _("Awaiting a decision")  # a coordinator must still decide
    WAITING = "waiting", _("On the waiting list")  # no seat is free
    OFFERED = "offered", _("Seat offered")  # a seat is kept until they answer
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrew")
    CANCELLED = "cancelled", _("Cancelled")  # For translators: a registration: the training is off


class RegistrationMove(TextChoices):
    """An action that changes the state of a registration."""

    PROVE = "prove", _("Yes, confirm my application")
    # Translators: a button of a coordinator: the applicant gets a seat, or a place in the list.
    APPROVE = "approve", _("Accept the application")
    REFUSE = "refuse", _("Refuse")
    # Translators, of each below: what is done with a registration.
    OFFER = "offer", _("Offer a seat")  # a free seat is offered
    ACCEPT = "accept", _("Accept the seat")
    LAPSE = "lapse", _("Let the offer expire")  # the time to answer an offer is over
    RENEW = "renew", _("Keep waiting")
    WITHDRAW = "withdraw", _("Withdraw")
    CANCEL = "cancel", _("Cancel the training")


class WaitingRule(TextChoices):
    """Why the position of a registration on the waiting list changed, or did not."""

    # Translators, of each below: why a person's place in a waiting list changed, or did not.
    JOINED = "joined", _("Joined the waiting list")
    FREED = "freed", _("A seat became free")  # a waiting person was offered it
    GROUP_SKIPPED = "group_skipped", _("Not enough seats for the group yet")  # it was passed over
    LAPSED = "lapsed", _("The offer was not answered")  # they are paused
    RENEWED = "renewed", _("Keeps waiting")  # offers reach them again
    BY_HAND = "by_hand", _("Decided by hand")  # by a coordinator, with a reason


class Sign(TextChoices):
    """What two participants with the same name have in common besides the name."""

    # Translators, of each below: what two people of one name have in common.
    SENDER = "sender", _("Nominated by the same organisation")
    PROFESSION = "profession", _("The same profession")
    ADDRESS = "address", _("The same address before the @")  # the part before the @
