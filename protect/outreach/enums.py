from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RequestState(TextChoices):
    # Translators, of each below: the state of a request for an information session.
    RECEIVED = "received", _("Received")
    AGREED = "agreed", _("Agreed")
    SCHEDULED = "scheduled", _("Scheduled")
    HELD = "held", _("Held")
    CLOSED = "closed", _("Closed")
    DECLINED = "declined", _("Declined")


class RequestMove(TextChoices):
    # Translators, of each below: a button.
    """A step that changes the state of a request."""

    AGREE = "agree", _("Agree")  # an organisation says that it will hold an information session
    SCHEDULE = "schedule", _("Schedule the session")  # For translators: a button: when and where
    HOLD = "hold", _("Mark as held")  # an information session has taken place
    CLOSE = "close", _("Close the request")  # nothing is left to do about a request
    DECLINE = "decline", _("Decline")  # an organisation says no to a request


class Mood(TextChoices):
    """How an ambassador feels after a session: one of three answers that they choose."""

    # Translators, of each below: how an ambassador feels after a session that they held.
    WELL = "well", _("Well")
    TIRED = "tired", _("Tired")
    HEAVY = "heavy", _("It weighs on me")  # the session stays on their mind


class Setting(TextChoices):
    """The place or group of an information session, which unlike a training is never public."""

    # Translators, of each below: where an information session is held.
    SCHOOL = "school", _("School")
    RECEPTION_CENTRE = "reception_centre", _("Reception centre")
    COMMUNITY = "community", _("Community")
    SURVIVORS = "survivors", _("Survivors")  # For translators: whom an information session is for
    LGBTQI = "lgbtqi", _("LGBTQI+ people")  # For translators: whom an information session is for
