"""Labels of conflicts and states of trainings, in the reader's language."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from protect.trainings.base.labels import StateLabel, labelled
from protect.trainings.scheduling.enums import BookingState, EditionState
from protect.trainings.scheduling.models import Booking
from protect.trainings.scheduling.rules import Clash

# Translators: what speaks against booking a person or thing for a session. {name} is theirs.
CLASHES = {
    Clash.PERSON_TWICE: _("{name} has another session then."),
    Clash.ROOM_TWICE: _("{name} is taken then, or is being set up or cleared away."),
    Clash.SHARED_ROOM_TWICE: _("{name} is shared with another session then."),
    Clash.THING_TWICE: _("{name} is needed in another session then."),
    Clash.CLOSED: _("{name} is closed then."),
    Clash.HALF_DAYS_MEET: _("Another half day of this training is at the same time."),
    Clash.IN_THE_PAST: _("This time has passed."),
    Clash.TRAVEL_SHORT: _("{name} has too little time to come from another session."),
    Clash.UNAVAILABLE: _("{name} said that they are away then."),
    Clash.ROOM_SMALL: _("{name} holds fewer people than the training has seats."),
    Clash.CAPACITY_UNKNOWN: _("It is not known how many people {name} holds."),
    Clash.LANGUAGE_UNCOVERED: _("A language of the training has no speaker or interpreter booked."),
    Clash.CHILDCARE_UNCOVERED: _("Childcare is needed, and none is booked."),
    Clash.STEP_FREE_NEEDED: _("Step-free access is needed, and {name} is not known to have it."),
    Clash.VENUE_UNSUITABLE: _("{name} has no room for a private talk."),
    Clash.VETTING_EXPIRED: _("{name} may not be booked for minors: a date is missing or is over."),
}

# What a person who meets minors shows. Codes of suitability.toml.
SUITABILITY = {
    # Translators: an official paper that says that nothing speaks against work with children.
    "vetting": _("Vetting"),
    # Translators: the rules of conduct that a trainer or interpreter has signed.
    "code_of_conduct": _("Code of conduct"),
    # Translators: a course about how to protect children.
    "safeguarding": _("Safeguarding training"),
}


def findings(conflicts: Iterable[tuple[str, UUID]], names: Mapping[UUID, str]) -> str:
    sentences = [
        str(CLASHES[Clash(code)]).format(name=names.get(about, "–")) for code, about in conflicts
    ]
    return " ".join(dict.fromkeys(sentences))


edition_state = labelled(
    {
        EditionState.PLANNED: "plain",
        EditionState.OPEN: "open",
        EditionState.CLOSED: "info",
        EditionState.DONE: "good",
        EditionState.CANCELLED: "ended",
    }
)

booking_state = labelled(
    {
        BookingState.ASKED: "open",
        BookingState.ACCEPTED: "good",
        BookingState.DECLINED: "caution",
        BookingState.CANCELLED: "ended",
    }
)


def booking(row: Booking) -> StateLabel:
    """Return the label of a booking: one accepted for another time waits for a new answer."""
    if row.asked_again_at is not None:
        # Translators: the state of a booking: it was accepted, then the half day moved to another
        # time or place.
        return StateLabel(_("Asked again after a move"), "caution")
    return booking_state(row.state)
