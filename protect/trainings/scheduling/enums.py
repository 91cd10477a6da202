from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EditionState(TextChoices):
    # Translators, of each below: the state of a training.
    PLANNED = "planned", _("Planned")  # registration is not open yet
    OPEN = "open", _("Registration open")  # people can register
    CLOSED = "closed", _("Registration closed")  # registration is over
    DONE = "done", _("Done")  # it has taken place
    CANCELLED = "cancelled", _("Cancelled")  # it does not take place


class EditionMove(TextChoices):
    # Translators, of each below: a button.
    """An action that changes the state of an edition."""

    OPEN = "open", _("Open registration")  # people can register for a training from now on
    CLOSE = "close", _("Close registration")  # registration for a training ends
    FINISH = "finish", _("Mark as done")  # a training has taken place
    CANCEL = "cancel", _("Cancel the training")  # a training does not take place


class Delivery(TextChoices):
    # Translators, of each below: how a training is given.
    IN_PERSON = "in_person", _("In person")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("In person and online")  # in a room and online at once


class Approval(TextChoices):
    # Translators: registrations are confirmed at once while there are seats.
    """How registrations are confirmed."""

    AUTO = "auto", _("Each applicant at once, while there are seats")
    # Translators: a coordinator decides about each registration.
    OWNER = "owner", _("A coordinator decides about each applicant")


class SessionKind(TextChoices):
    # Translators, of each below: a kind of session.
    TRAINING = "training", _("Training")
    SCHOOL = "school", _("School session")  # information in a school
    COMMUNITY = "community", _("Community session")  # information in a community


class CountMode(TextChoices):
    # Translators: the names of those present are kept.
    """Whether a session records who attended, or only how many people."""

    NAMED = "named", _("By name")  # For translators: attendance of a session: a list of names
    HEADCOUNT = "headcount", _("Counted, without names")  # For translators: only how many attended


class ResourceKind(TextChoices):
    # Translators, of each below: who or what can be booked for a session.
    PERSON = "person", _("Person")
    VENUE = "venue", _("Venue")
    CHILDCARE = "childcare", _("Childcare")
    EQUIPMENT = "equipment", _("Equipment")


class BookingRole(TextChoices):
    # Translators, of each below: a booked person's part in a session.
    TRAINER = "trainer", _("Trainer")
    CO_TRAINER = "co_trainer", _("Co-trainer")
    INTERPRETER = "interpreter", _("Interpreter")
    AMBASSADOR = "ambassador", _("Ambassador")  # a migrant who speaks about the programme
    # Translators, of each below: what is booked for a session.
    ROOM = "room", _("Room")  # a venue
    CHILDCARE = "childcare", _("Childcare")
    EQUIPMENT = "equipment", _("Equipment")


class BookingState(TextChoices):
    """The answer to a booking. Asked and accepted bookings occupy their resource."""

    # Translators, of each below: the state of a booking.
    ASKED = "asked", _("Asked")  # an answer is awaited
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")


class BookingMove(TextChoices):
    # Translators, of each below: a button.
    """An action on a booking, by the person who was asked or by a coordinator."""

    ACCEPT = "accept", _("They accept")  # a booked person comes to the session
    DECLINE = "decline", _("They decline")  # For translators: button: a booked person cannot come
    CANCEL = "cancel", _("Cancel the booking")  # the booking of a person, venue or thing ends


class Severity(TextChoices):
    """The effect of a kind of conflict, set in clashes.toml."""

    BLOCK = "block"
    WARN = "warn"  # allowed with a written reason
    IGNORE = "ignore"  # not reported
