import pytest

from protect.campaigns.base.enums import MaterialKind
from tests.campaigns.campaigners import make_material


@pytest.fixture
def material(cast):
    """Return a material of nela's that is a film."""
    return make_material(cast, kind=MaterialKind.FILM, template="", title="Demo film")
