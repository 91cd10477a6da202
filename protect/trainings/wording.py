"""What trainings say about findings, in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from protect.trainings.rules.clashing import Clash

# Translators: what speaks against booking somebody or something for a session. {name} is theirs.
CLASHES = {
    Clash.PERSON_TWICE: _("{name} has another session then."),
    Clash.ROOM_TWICE: _("{name} is taken then, or is being set up or cleared away."),
    Clash.SHARED_ROOM_TWICE: _("{name} is shared with another session then."),
    Clash.THING_TWICE: _("{name} is needed in another session then."),
    Clash.CLOSED: _("{name} is closed then."),
    Clash.TRAVEL_SHORT: _("{name} has too little time to come from another session."),
    Clash.UNAVAILABLE: _("{name} said that they are away then."),
    Clash.ROOM_SMALL: _("{name} holds fewer people than the training has seats."),
    Clash.LANGUAGE_UNCOVERED: _("Nobody is booked who speaks or interprets a language of it."),
    Clash.CHILDCARE_UNCOVERED: _("Childcare is needed, and none is booked."),
    Clash.STEP_FREE_NEEDED: _("Somebody needs access, and {name} is not known to have no steps."),
    Clash.VENUE_UNSUITABLE: _("{name} has no room where somebody can talk alone."),
    Clash.VETTING_EXPIRED: _("{name} may not be booked for minors: a date is missing or is over."),
}

# What a training talks about, said before anybody comes. Codes of content_notes.toml.
CONTENT_NOTES = {
    # Translators: what a training talks about.
    "sexual_violence": _("Sexual violence"),
    # Translators: what a training talks about.
    "flight": _("Violence on the way and in camps"),
    # Translators: what a training talks about.
    "trauma": _("What violence does to people"),
    # Translators: what a training talks about.
    "discrimination": _("Discrimination"),
    # Translators: what a training talks about.
    "abuse_of_power": _("Abuse by people who help"),
}

# What somebody who meets minors shows. Codes of suitability.toml.
SUITABILITY = {
    # Translators: an official paper that says that nothing speaks against work with children.
    "vetting": _("Vetting"),
    # Translators: the rules of conduct that somebody has signed.
    "code_of_conduct": _("Code of conduct"),
    # Translators: a course about how to protect children.
    "safeguarding": _("Safeguarding training"),
}


def findings(found: Iterable[tuple[str, UUID]], names: Mapping[UUID, str]) -> str:
    """Return what speaks against a booking as sentences, in the active language."""
    said = [str(CLASHES[Clash(code)]).format(name=names.get(about, "–")) for code, about in found]
    return " ".join(dict.fromkeys(said))
