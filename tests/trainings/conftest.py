from __future__ import annotations

import pytest

from tests.trainings.planning import Planners, make_planners


@pytest.fixture
def planners(db: None) -> Planners:
    """Return who plans and trains for two organisations."""
    return make_planners()
