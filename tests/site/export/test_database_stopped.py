"""An export while the database is away: from the snapshot file, with its age."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.site.export.exports import AT, VALLETTA, Site, copy_of, files, manifest, pages

AWAY = {"PROTECT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/away"}


@pytest.fixture
def stopped_site(own_site: Site) -> Site:
    """A site whose server wrote its file 90 minutes ago, and whose database is gone."""
    assert own_site.run("write-snapshot").returncode == 0
    (file,) = own_site.folder.glob("*.snapshot")
    written_at = datetime.fromisoformat(AT).timestamp() - 90 * 60
    os.utime(file, (written_at, written_at))
    (own_site.folder / "demo.sqlite3").unlink()
    return own_site


def test_an_export_from_the_file_has_the_same_services_and_says_how_old_it_is(
    stopped_site: Site, valletta: Path, tmp_path: Path
):
    target = tmp_path / "target"

    done = stopped_site.run("export-public", str(target), *VALLETTA)

    assert done.returncode == 0, done.stderr
    assert "snapshot file, which was current 90 minutes ago" in done.stderr
    assert "pages about rights" in done.stderr
    assert manifest(target)["is_from_file"]
    read_at = datetime.fromisoformat(manifest(target)["directory_as_of"])
    assert read_at.isoformat() == "2026-11-29T19:30:00+00:00"
    rebuild_before = datetime.fromisoformat(manifest(target)["rebuild_before"])
    assert rebuild_before <= read_at + timedelta(days=2)
    with_database, without = pages(valletta), pages(target)
    articles = [body.count("<article") for body in with_database.values()]
    assert sum(articles) > 100
    assert {name: body.count("<article") for name, body in without.items()} == {
        name: with_database[name].count("<article") for name in without
    }
    assert without.keys() <= with_database.keys()


def test_a_file_of_three_days_ago_is_refused_and_the_earlier_export_stays(
    stopped_site: Site, valletta: Path, tmp_path: Path
):
    target = copy_of(valletta, tmp_path / "target")
    (file,) = stopped_site.folder.glob("*.snapshot")
    written_at = datetime.fromisoformat(AT).timestamp() - 3 * 24 * 3600
    os.utime(file, (written_at, written_at))

    done = stopped_site.run("export-public", str(target), *VALLETTA)

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("export_snapshot_old:")
    assert files(target) == files(valletta)


@pytest.mark.parametrize("damage", ["forged", "cut"])
def test_a_damaged_file_is_refused_and_the_earlier_export_stays(
    stopped_site: Site, valletta: Path, tmp_path: Path, damage: str
):
    target = copy_of(valletta, tmp_path / "target")
    (file,) = stopped_site.folder.glob("*.snapshot")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content if damage == "forged" else content[: len(content) // 2])

    done = stopped_site.run("export-public", str(target), *VALLETTA)

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("export_snapshot_refused:")
    assert files(target) == files(valletta)


def test_without_database_and_file_nothing_is_exported(own_site: Site, tmp_path: Path):
    done = own_site.run("export-public", str(tmp_path / "target"), *VALLETTA, **AWAY)

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("export_no_directory:")
    assert not (tmp_path / "target").exists()
