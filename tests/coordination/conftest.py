import pytest

from tests.coordination.cast import Cast, make_cast, make_desks
from tests.vault.views.desk import Desk


@pytest.fixture
def cast(db: None) -> Cast:
    """Return a coordinator, a member, a stranger and an administrator."""
    return make_cast()


@pytest.fixture
def desks(cast: Cast) -> dict[str, Desk]:
    return make_desks(cast)
