from __future__ import annotations

from tests.trainings.conftest import (  # noqa: F401 - fixtures
    desk_of,
    host,
    planners,
)
