"""Runs nightly steps: a failed step does not stop the others."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

log = logging.getLogger("protect")

type Step = Callable[..., object]  # called with `at`
type Say = Callable[[str, object], None]


def take(what: str, steps: Mapping[str, Step], *, at: datetime, say: Say) -> list[str]:
    """Run every step; return the names of failed ones. `what` names the night in the log."""
    failed = []
    for name, step in steps.items():
        try:
            done: object = step(at=at)
        except Exception as error:  # noqa: BLE001 - one step must not keep the others from theirs
            # Without its text: a database's errors quote rows.
            log.error("%s %s failed: %s", what, name, type(error).__name__)
            failed.append(name)
            done = "failed"
        say(name, done)
    return failed
