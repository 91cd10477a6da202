"""The programme's site with released texts, as a demonstration has them."""

import pytest

from protect.audit.context import AuditContext
from protect.content.releases import actions
from protect.kernel import clock


@pytest.fixture
def site(starter, db, one_connection):
    """Release the texts in English and French: other languages have none."""
    audit = AuditContext(at=clock.now(), actor=None, organisation=None)
    actions.release_languages(["en", "fr"], audit)
