from django.utils.translation import gettext_lazy as _

from protect.trainings.base.labels import StateLabel, make_state_labeller
from protect.trainings.registrations.enums import RegistrationState

_label_of = make_state_labeller(
    {
        RegistrationState.UNPROVEN: "plain",
        RegistrationState.APPLIED: "open",
        RegistrationState.WAITING: "caution",
        RegistrationState.OFFERED: "info",
        RegistrationState.CONFIRMED: "good",
        RegistrationState.REFUSED: "ended",
        RegistrationState.WITHDRAWN: "ended",
        RegistrationState.CANCELLED: "ended",
    }
)


def state_label(code: str, *, position: int | None = None, is_paused: bool = False) -> StateLabel:
    if code == RegistrationState.WAITING and is_paused:
        # Translators: a person waits for a seat, did not answer an offer, and keeps the place.
        return StateLabel(_("Paused on the waiting list"), "plain")
    if position is not None:
        # Translators: a person waits for a seat. {place} is their number on the waiting list.
        word = _("Number {place} on the waiting list").format(place=position)
        return _label_of(code)._replace(word=word)
    return _label_of(code)
