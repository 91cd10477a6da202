import pytest

from tests.coordination.services import Adapting, make_adapting


@pytest.fixture
def adapting(cast) -> Adapting:
    return make_adapting(cast)
