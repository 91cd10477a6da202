import fcntl
from pathlib import Path

import pytest

from tests.originals import Originals
from tests.site.export.exports import Site, copy_of, malta_of_demo


@pytest.fixture(scope="session")
def exporting_site(originals: Originals, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The demo in Malta, which no test of an export changes."""
    return malta_of_demo(originals, tmp_path_factory.mktemp("exporting"))


@pytest.fixture(scope="session")
def valletta(
    exporting_site: Site, run_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """An export of Valletta in English, made once for a run. Tests read it, or change a copy."""
    shared = run_folder / "valletta"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            exporting_site.export(shared)
    return copy_of(shared, tmp_path_factory.mktemp("exported") / "valletta")


@pytest.fixture
def own_site(originals: Originals, tmp_path: Path) -> Site:
    """A demo in Malta of this test, which it may change."""
    return malta_of_demo(originals, tmp_path)
