import pytest

from tests.campaigns.campaigners import Campaigners, make_campaigners


@pytest.fixture
def cast(db: None) -> Campaigners:
    """Return who runs campaigns for two organisations."""
    return make_campaigners()
