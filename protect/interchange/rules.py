"""The states of an import and the steps between them. Pure."""

from protect.interchange.enums import ImportState
from protect.interchange.errors import InterchangeRefusal

UPLOADED, MAPPED, PREVIEWED, APPLYING, APPLIED, DISCARDED = ImportState
NEXT_STATES: dict[ImportState, set[ImportState]] = {
    UPLOADED: {MAPPED, DISCARDED},
    MAPPED: {MAPPED, PREVIEWED, DISCARDED},  # mapped again before it is applied
    PREVIEWED: {MAPPED, APPLYING, DISCARDED},
    APPLYING: {APPLIED, DISCARDED},  # rows already written stay
}


def step_not_allowed(state: str, to: str = "") -> InterchangeRefusal:
    """Return the refusal of a step that `state` does not allow. `to`: its target, if any."""
    return InterchangeRefusal("interchange_import_step_not_allowed", state=state, to=to)


def step_import(state: ImportState, to: ImportState) -> ImportState:
    """Return `to` if it may follow `state`. Errors: interchange_import_step_not_allowed."""
    if to not in NEXT_STATES.get(state, ()):
        raise step_not_allowed(state.value, to.value)
    return to
