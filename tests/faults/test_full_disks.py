import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from protect.vault.models import Record
from protect.vault.records import erasure
from tests.cluster import ABSENT, binaries, cluster
from tests.faults.conftest import Savers
from tests.vault.cast import LATER, note

DISK = "96m"


@pytest.mark.by_hand
def test_a_full_disk_refuses_a_save_and_keeps_all_others(on_sqlite):
    filled = on_sqlite.run("fill")

    assert filled.stdout.splitlines()[-1] == "full: OperationalError"
    on_sqlite.must_be_whole()
    assert on_sqlite.run("storm", "2").returncode == 0  # with room again, work goes on


@pytest.fixture
def small_disk():
    """A disk of its own, which root may mount."""
    if shutil.which("mount") is None:
        pytest.skip("mount is not installed")
    folder = Path(tempfile.mkdtemp(prefix="protect-disk."))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("a small disk needs root: mount -t tmpfs was refused")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


@pytest.mark.by_hand
def test_a_full_disk_under_postgres_keeps_what_was_acknowledged(small_disk, originals, tmp_path):
    if binaries() is None:
        pytest.skip(ABSENT)
    with cluster(small_disk) as server:
        originals.pour(server.url)
        savers = Savers(server.url, tmp_path)
        savers.prepare()
        ballast = small_disk / "ballast"
        room = os.statvfs(small_disk)
        ballast.write_bytes(bytes(max(0, room.f_bavail * room.f_frsize - 2 * 1024 * 1024)))

        filled = savers.run("fill")

        assert "full: OperationalError" in filled.stdout or "full: InternalError" in filled.stdout
        ballast.unlink()
        server.kill()
        server.start()
        savers.must_be_whole()


def test_a_ledger_without_room_lets_nothing_be_erased(cast, settings):
    kept = note(cast.amal, cast.desk)
    settings.LEDGER = Path("/dev/full")

    with pytest.raises(OSError, match="No space left"):
        erasure.erase_record(cast.amal.unlocked(), kept, reason="wish", at=LATER)

    assert Record.objects.filter(pk=kept.pk).exists()
