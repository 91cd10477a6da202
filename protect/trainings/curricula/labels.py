"""Words and shapes of modules and courses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from protect.trainings.base.labels import Said
from protect.trainings.curricula.enums import VersionState

VERSION_SHAPES = {
    VersionState.DRAFT: "plain",
    VersionState.IN_REVIEW: "open",
    VersionState.PUBLISHED: "good",
    VersionState.RETIRED: "ended",
}


def version_state(code: str) -> Said:
    state = VersionState(code)
    return Said(state.label, VERSION_SHAPES[state])


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
