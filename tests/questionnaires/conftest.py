"""Fixtures: the shipped forms, and an office's form with every field type."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from protect.questionnaires import access, actions, sources
from protect.questionnaires.words import Form

OVERLAY = Path(__file__).parent / "overlay"


@pytest.fixture
def fresh_sources() -> Iterator[None]:
    """Read the files again, before and after."""
    sources.clear_caches()
    yield
    sources.clear_caches()


@pytest.fixture
def office(settings, fresh_sources) -> Path:
    """A system with an office's folder."""
    settings.PROTECT_DATA_DIRS = [str(OVERLAY)]
    return OVERLAY


@pytest.fixture
def everything(db, office) -> Callable[[str], Form]:
    """Give the office's form in a language, published."""
    actions.load_forms(lambda loaded: None)
    return lambda language: access.get_form("everything", language=language)
