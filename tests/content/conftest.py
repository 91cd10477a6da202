"""Pages that are loaded from the data files, and released."""

import pytest

from protect.audit.context import AuditContext
from protect.content.models import Page, Release
from protect.content.releases import actions
from protect.kernel import clock
from tests.content.editing import member


@pytest.fixture
def release():
    """Release languages as the platform does, and return the new releases."""

    def release(*tags: str) -> list[Release]:
        audit = AuditContext(at=clock.now(), actor=None, organisation=None)
        return actions.release_languages(tags, audit)

    return release


@pytest.fixture
def page():
    return Page.objects.get(code="men")


@pytest.fixture
def amal():
    return member("amal")


@pytest.fixture
def bela():
    return member("bela")
