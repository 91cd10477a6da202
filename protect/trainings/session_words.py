"""Words and shapes of information sessions: states, questions, class levels, age bands."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from protect.directory.facts.sentences import language_name
from protect.trainings import vocabulary
from protect.trainings.enums import RequestMove, RequestState
from protect.trainings.labels import Said

UNKNOWN = "unknown"  # the cell for what nobody can tell
# Translators: somebody's sex or age was not told, or could not be seen.
NOT_KNOWN = _("Not known")

# By code of grades.toml.
GRADES = {
    # Translators: class levels of a primary school, with the usual ages.
    "primary_1_2": _("Primary, 6 to 8 years"),
    # Translators: class levels of a primary school, with the usual ages.
    "primary_3_5": _("Primary, 9 to 11 years"),
    # Translators: class levels of a secondary school, with the usual ages.
    "secondary_1_3": _("Secondary, 12 to 14 years"),
    # Translators: class levels of a secondary school, with the usual ages.
    "secondary_4_6": _("Secondary, 15 to 18 years"),
}

# By code of skills.toml.
SKILLS = {
    # Translators: what an ambassador can do.
    "speaking": _("Speaking to an audience"),
    # Translators: what an ambassador can do.
    "leading_groups": _("Leading a group"),
    # Translators: what an ambassador can do.
    "with_children": _("Working with children"),
    # Translators: what an ambassador can do.
    "interpreting": _("Interpreting"),
    # Translators: what an ambassador can do.
    "online": _("Online sessions"),
}

REQUEST_SHAPES = {
    RequestState.RECEIVED: "open",
    RequestState.AGREED: "info",
    RequestState.SCHEDULED: "info",
    RequestState.HELD: "good",
    RequestState.CLOSED: "ended",
    RequestState.DECLINED: "ended",
}
REQUEST_MOVES = {
    # Translators: a button: an organisation says that it will hold an information session.
    RequestMove.AGREE: _("Say yes"),
    # Translators: a button: when, where and with whom an information session is.
    RequestMove.SCHEDULE: _("Schedule the session"),
    # Translators: a button: an information session has taken place.
    RequestMove.HOLD: _("The session has taken place"),
    # Translators: a button: nothing is left to do about a request.
    RequestMove.CLOSE: _("Close the request"),
    # Translators: a button: an organisation says no to a request.
    RequestMove.DECLINE: _("Decline"),
}
REQUEST_FIELDS = {
    # Translators: label: which class of a school.
    "class_level": _("Class level"),
    # Translators: label: a teacher stays in the room during a session.
    "teacher_present": _("A teacher stays in the room"),
    # Translators: label: who answers for the protection of children in a school.
    "safeguarding_lead": _("Safeguarding lead"),
    # Translators: label: what is done when somebody tells of violence.
    "accepts_protocol": _("The disclosure protocol is accepted"),
    # Translators: label.
    "languages": _("Languages"),
    # Translators: label: a room in which two people can talk unheard.
    "has_private_room": _("A private room is there"),
}


def band_name(code: str) -> str:
    """Return how a class level or an age band is said; "" for none."""
    if code == UNKNOWN:
        return str(NOT_KNOWN)
    if code in GRADES:
        return str(GRADES[code])
    band = vocabulary.age_bands().get(code)
    if band is None:
        return code
    if band.until is None:
        # Translators: an age band without an end. {since} is a number of years.
        return gettext("{since} years and older").format(since=band.since)
    # Translators: an age band. {since} and {until} are numbers of years.
    return gettext("{since} to {until} years").format(since=band.since, until=band.until)


def not_spoken(tags: Iterable[str]) -> str:
    """Return which languages somebody, or all of those who hold a session, do not speak."""
    # Translators: {languages} are names of languages that a session needs and nobody speaks.
    return gettext("Not spoken: {languages}").format(languages=", ".join(map(language_name, tags)))


def request_state(code: str) -> Said:
    """Return how the state of a request is said."""
    state = RequestState(code)
    return Said(state.label, REQUEST_SHAPES[state])
