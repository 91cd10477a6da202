"""The closed sets of editions, sessions, resources and bookings."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EditionState(TextChoices):
    # Translators: the state of a training that nobody can register for yet.
    PLANNED = "planned", _("Planned")
    # Translators: the state of a training: people can register.
    OPEN = "open", _("Registration open")
    # Translators: the state of a training: nobody can register any more.
    CLOSED = "closed", _("Registration closed")
    # Translators: the state of a training that has taken place.
    DONE = "done", _("Done")
    # Translators: the state of a training that does not take place.
    CANCELLED = "cancelled", _("Cancelled")


class EditionMove(TextChoices):
    # Translators: a button: people can register for a training from now on.
    OPEN = "open", _("Open registration")
    # Translators: a button: nobody can register for a training any more.
    CLOSE = "close", _("Close registration")
    # Translators: a button: a training has taken place.
    FINISH = "finish", _("It has taken place")
    # Translators: a button: a training does not take place.
    CANCEL = "cancel", _("Cancel the training")


class Delivery(TextChoices):
    # Translators: how a training is given.
    IN_PERSON = "in_person", _("In person")
    # Translators: how a training is given.
    ONLINE = "online", _("Online")
    # Translators: how a training is given: in a room and online at once.
    HYBRID = "hybrid", _("In person and online")


class Approval(TextChoices):
    # Translators: registrations are confirmed at once while there are seats.
    AUTO = "auto", _("At once, while there are seats")
    # Translators: somebody decides about each registration.
    OWNER = "owner", _("A coordinator decides about each")


class SessionKind(TextChoices):
    # Translators: a kind of session.
    TRAINING = "training", _("Training")
    # Translators: a kind of session: information in a school.
    SCHOOL = "school", _("School session")
    # Translators: a kind of session: information in a community.
    COMMUNITY = "community", _("Community session")


class CountMode(TextChoices):
    # Translators: the names of those present are kept.
    NAMED = "named", _("By name")
    # Translators: only how many people were there is kept.
    HEADCOUNT = "headcount", _("Counted, without names")


class ResourceKind(TextChoices):
    # Translators: somebody who can be booked for a session.
    PERSON = "person", _("Person")
    # Translators: a place that can be booked for a session.
    VENUE = "venue", _("Venue")
    # Translators: something that can be booked for a session.
    CHILDCARE = "childcare", _("Childcare")
    # Translators: something that can be booked for a session.
    EQUIPMENT = "equipment", _("Equipment")


class BookingRole(TextChoices):
    # Translators: somebody's part in a session.
    TRAINER = "trainer", _("Trainer")
    # Translators: somebody's part in a session.
    CO_TRAINER = "co_trainer", _("Co-trainer")
    # Translators: somebody's part in a session.
    INTERPRETER = "interpreter", _("Interpreter")
    # Translators: somebody's part in a session: a migrant who speaks about the programme.
    AMBASSADOR = "ambassador", _("Ambassador")
    # Translators: what a venue is booked as.
    ROOM = "room", _("Room")
    # Translators: what is booked for a session.
    CHILDCARE = "childcare", _("Childcare")
    # Translators: what is booked for a session.
    EQUIPMENT = "equipment", _("Equipment")


class BookingState(TextChoices):
    """Whether a resource is there. Asked and accepted are live: others find it taken."""

    # Translators: the state of a booking: an answer is awaited.
    ASKED = "asked", _("Asked")
    # Translators: the state of a booking.
    ACCEPTED = "accepted", _("Accepted")
    # Translators: the state of a booking.
    DECLINED = "declined", _("Declined")
    # Translators: the state of a booking.
    CANCELLED = "cancelled", _("Cancelled")


class BookingMove(TextChoices):
    # Translators: a button: somebody comes to a session for which they are booked.
    ACCEPT = "accept", _("They come")
    # Translators: a button: somebody cannot come to a session for which they are booked.
    DECLINE = "decline", _("They cannot come")
    # Translators: a button: a booking of somebody or something ends.
    CANCEL = "cancel", _("End the booking")


class Severity(TextChoices):
    """The effect of a conflict. clashes.toml assigns one to each kind."""

    BLOCK = "block"
    WARN = "warn"  # passing it needs a written reason
    IGNORE = "ignore"  # not even evaluated
