"""Pages that are loaded from the data files, and released."""

import pytest

from protect.audit.context import AuditContext
from protect.content import actions
from protect.content.models import Release
from protect.kernel import clock


@pytest.fixture
def release():
    """Release languages as the platform does, and return the new releases."""

    def release(*tags: str) -> list[Release]:
        audit = AuditContext(at=clock.now(), actor=None, organisation=None)
        return actions.release_languages(tags, audit)

    return release
