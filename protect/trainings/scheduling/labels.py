from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from protect.trainings.base.labels import StateLabel, make_state_labeller
from protect.trainings.scheduling import enums, models
from protect.trainings.scheduling.rules import ConflictKind

# Translators: what speaks against booking a person or thing for a session. {name} is theirs.
CONFLICT_SENTENCES = {
    ConflictKind.PERSON_TWICE: _("{name} has another session then."),
    ConflictKind.ROOM_TWICE: _("{name} is taken then, or is being set up or cleared away."),
    ConflictKind.SHARED_ROOM_TWICE: _("{name} is shared with another session then."),
    ConflictKind.THING_TWICE: _("{name} is needed in another session then."),
    ConflictKind.CLOSED: _("{name} is closed then."),
    ConflictKind.SESSIONS_MEET: _("Another session of this training takes place at the same time."),
    ConflictKind.IN_THE_PAST: _("This time has passed."),
    ConflictKind.TRAVEL_SHORT: _("{name} has too little time to come from another session."),
    ConflictKind.UNAVAILABLE: _("{name} is entered as away at that time."),
    ConflictKind.ROOM_SMALL: _("{name} is too small for the number of seats or participants."),
    ConflictKind.CAPACITY_UNKNOWN: _("It is not known how many people {name} holds."),
    ConflictKind.LANGUAGE_UNCOVERED: _(
        "A language of the training has no speaker or interpreter booked."
    ),
    ConflictKind.CHILDCARE_UNCOVERED: _("Childcare is booked for too few children."),
    ConflictKind.STEP_FREE_NEEDED: _(
        "Step-free access is needed, and {name} is not known to have it."
    ),
    ConflictKind.VENUE_UNSUITABLE: _("{name} has no room for a private talk."),
    ConflictKind.VETTING_EXPIRED: _(
        "{name} cannot be booked for minors: a proof is missing or has expired."
    ),
}

# Proofs that people show before working with minors. Codes of suitability.toml.
PROOF_LABELS = {
    "vetting": _("Vetting"),  # For translators: an official paper: one may work with children
    "code_of_conduct": _("Code of conduct"),  # For translators: signed by trainers, interpreters
    "safeguarding": _("Safeguarding training"),  # For translators: a course on protecting children
}


def conflict_sentences(conflicts: Iterable[tuple[str, UUID]], names: Mapping[UUID, str]) -> str:
    """Return the distinct sentences for conflicts as one text. `names`: resource names by id."""
    pairs = [(CONFLICT_SENTENCES[ConflictKind(code)], about) for code, about in conflicts]
    sentences = [str(sentence).format(name=names.get(about, "–")) for sentence, about in pairs]
    return " ".join(dict.fromkeys(sentences))


label_edition_state = make_state_labeller(
    {
        enums.EditionState.PLANNED: "plain",
        enums.EditionState.OPEN: "open",
        enums.EditionState.CLOSED: "info",
        enums.EditionState.DONE: "good",
        enums.EditionState.CANCELLED: "ended",
    }
)

label_booking_state = make_state_labeller(
    {
        enums.BookingState.ASKED: "open",
        enums.BookingState.ACCEPTED: "good",
        enums.BookingState.DECLINED: "caution",
        enums.BookingState.CANCELLED: "ended",
    }
)


def booking_status(row: models.Booking) -> StateLabel:
    """Return a booking's label: its state, or that it was asked again because of a move."""
    if row.asked_again_at is not None:
        # Translators: the state of a booking that was accepted before the session was moved.
        return StateLabel(_("Session moved: new answer needed"), "caution")
    return label_booking_state(row.state)
