"""The closed sets of information sessions."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RequestState(TextChoices):
    # Translators: the state of a request for an information session.
    RECEIVED = "received", _("Received")
    # Translators: the state of a request for an information session.
    AGREED = "agreed", _("Agreed")
    # Translators: the state of a request for an information session.
    SCHEDULED = "scheduled", _("Scheduled")
    # Translators: the state of a request for an information session.
    HELD = "held", _("Held")
    # Translators: the state of a request for an information session.
    CLOSED = "closed", _("Closed")
    # Translators: the state of a request for an information session.
    DECLINED = "declined", _("Declined")


class RequestMove(TextChoices):
    # Translators: a button: an organisation says that it will hold an information session.
    AGREE = "agree", _("Say yes")
    # Translators: a button: when, where and with whom an information session is.
    SCHEDULE = "schedule", _("Schedule the session")
    # Translators: a button: an information session has taken place.
    HOLD = "hold", _("The session has taken place")
    # Translators: a button: nothing is left to do about a request.
    CLOSE = "close", _("Close the request")
    # Translators: a button: an organisation says no to a request.
    DECLINE = "decline", _("Decline")


class Mood(TextChoices):
    """How an ambassador is after a session, in one word of their own choice."""

    # Translators: how somebody feels after a session that they held.
    WELL = "well", _("Well")
    # Translators: how somebody feels after a session that they held.
    TIRED = "tired", _("Tired")
    # Translators: how somebody feels after a session that they held: it stays with them.
    HEAVY = "heavy", _("It weighs on me")


class Setting(TextChoices):
    """The setting of an information session. Only trainings are ever listed publicly."""

    # Translators: where an information session is held.
    SCHOOL = "school", _("School")
    # Translators: where an information session is held.
    RECEPTION_CENTRE = "reception_centre", _("Reception centre")
    # Translators: where an information session is held.
    COMMUNITY = "community", _("Community")
    # Translators: for whom an information session is held.
    SURVIVORS = "survivors", _("Survivors")
    # Translators: for whom an information session is held.
    LGBTQI = "lgbtqi", _("LGBTQI+ people")
