"""The steps of an import. Pure."""

from __future__ import annotations

from protect.interchange.enums import ImportState
from protect.interchange.errors import ImportStepNotAllowed

IMPORT_STEPS = frozenset(
    {
        (ImportState.UPLOADED, ImportState.MAPPED),
        (ImportState.MAPPED, ImportState.MAPPED),  # mapped once more, before anything is applied
        (ImportState.MAPPED, ImportState.PREVIEWED),
        (ImportState.PREVIEWED, ImportState.MAPPED),
        (ImportState.PREVIEWED, ImportState.APPLYING),
        (ImportState.APPLYING, ImportState.APPLIED),
        (ImportState.UPLOADED, ImportState.DISCARDED),
        (ImportState.MAPPED, ImportState.DISCARDED),
        (ImportState.PREVIEWED, ImportState.DISCARDED),
        (ImportState.APPLYING, ImportState.DISCARDED),  # what is written stays
    }
)


def step_import(state: ImportState, to: ImportState) -> ImportState:
    """Return the next state of an import. Errors: ImportStepNotAllowed."""
    if (state, to) not in IMPORT_STEPS:
        raise ImportStepNotAllowed(state=state.value, to=to.value)
    return to
