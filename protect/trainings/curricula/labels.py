"""Words and shapes of modules and courses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from protect.trainings.base.labels import StateLabel
from protect.trainings.curricula.enums import VersionMove, VersionState

VERSION_SHAPES = {
    VersionState.DRAFT: "plain",
    VersionState.IN_REVIEW: "open",
    VersionState.PUBLISHED: "good",
    VersionState.RETIRED: "ended",
}

VERSION_MOVES = {
    # Translators: a button: the owner of a course shall read a draft.
    VersionMove.SUBMIT: _("Send to its owner"),
    # Translators: a button: a draft goes back to whoever wrote it.
    VersionMove.RETURN: _("Send back"),
    # Translators: a button: a version of a course can be used from now on.
    VersionMove.PUBLISH: _("Publish"),
    # Translators: a button: nobody shall use a version of a course for something new.
    VersionMove.RETIRE: _("Use no longer"),
}


def version_state(code: str) -> StateLabel:
    state = VersionState(code)
    return StateLabel(state.label, VERSION_SHAPES[state])


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
