from pathlib import Path

import pytest

from tests.originals import Originals
from tests.site.export.exports import Site


@pytest.fixture(scope="session")
def exporting_site(originals: Originals, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The demo, which no test of an export changes."""
    folder = tmp_path_factory.mktemp("exporting")
    return Site(originals.file("demo", folder / "demo.sqlite3"), folder)


@pytest.fixture(scope="session")
def valletta(exporting_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of Valletta in English. Tests read it, or change a copy."""
    target = tmp_path_factory.mktemp("exported") / "valletta"
    exporting_site.export(target)
    return target


@pytest.fixture
def own_site(originals: Originals, tmp_path: Path) -> Site:
    """A demo of this test, which it may change."""
    return Site(originals.file("demo", tmp_path / "demo.sqlite3"), tmp_path)
