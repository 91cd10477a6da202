"""Run the steps of a nightly job; a failed step does not stop the others."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

log = logging.getLogger("protect")

type Step = Callable[..., object]  # called with `at`
type Report = Callable[[str, object], None]  # called with the name and the result of a step


def run_steps(
    run_name: str, steps: Mapping[str, Step], *, at: datetime, report: Report
) -> list[str]:
    """Run steps; pass each name and result to `report`. Return the names of the failed steps."""
    failed = []
    for name, step in steps.items():
        try:
            result: object = step(at=at)
        except Exception as error:  # noqa: BLE001 - the other steps must still run
            # The text of the error is not logged: database errors quote rows.
            log.error("%s %s failed: %s", run_name, name, type(error).__name__)
            failed.append(name)
            result = "failed"
        report(name, result)
    return failed
