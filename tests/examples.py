"""The number of Hypothesis examples of a costly test: few by default, many under `make fuzz`."""

import os

FACTOR = int(os.environ.get("PROTECT_TEST_EXAMPLES", "1"))


def examples(few: int) -> int:
    """Return the number of examples for this run; `few` is the number for an ordinary one."""
    return few * FACTOR
