from tests.trainings.conftest import (  # noqa: F401 - fixtures
    desk_of,
    host,
    planners,
)
