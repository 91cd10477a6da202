"""The steps of an import. Pure."""

from protect.interchange.enums import ImportState
from protect.interchange.errors import InterchangeRefusal

UPLOADED, MAPPED, PREVIEWED, APPLYING, APPLIED, DISCARDED = ImportState
STEPS: dict[ImportState, set[ImportState]] = {
    UPLOADED: {MAPPED, DISCARDED},
    MAPPED: {MAPPED, PREVIEWED, DISCARDED},  # mapped once more, before anything is applied
    PREVIEWED: {MAPPED, APPLYING, DISCARDED},
    APPLYING: {APPLIED, DISCARDED},  # what is written stays
}


def step_not_allowed(state: str, to: str = "") -> InterchangeRefusal:
    """Return the refusal of a step that an import does not take from its state."""
    return InterchangeRefusal("interchange_import_step_not_allowed", state=state, to=to)


def step_import(state: ImportState, to: ImportState) -> ImportState:
    """Return the next state of an import. Errors: interchange_import_step_not_allowed."""
    if to not in STEPS.get(state, ()):
        raise step_not_allowed(state.value, to.value)
    return to
