import subprocess
import sys
import time

import pytest

from protect.uploads import cores
from protect.uploads.errors import ParsersBusy
from protect.uploads.senders import Queue

# Another process of the server, whose visitors parse one file after the other.
VISITORS = """
import sys, time
from django.conf import settings
settings.configure()
from protect.uploads import cores
from protect.uploads.senders import Queue
cores.COUNT = 1
while True:
    with cores.hold_core(Queue.VISITORS, deadline=time.monotonic() + 60):
        print("held", flush=True)
        time.sleep(float(sys.argv[1]))
"""


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(cores.tempfile, "tempdir", None)
    monkeypatch.setattr(cores, "COUNT", 1)


@pytest.fixture
def visitors():
    """Start another process of the server whose visitors parse files of so many seconds."""
    begun = []

    def start(seconds: float):
        command = [sys.executable, "-c", VISITORS, f"{seconds}"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        begun.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in begun:
        process.kill()
        process.wait()
        process.stdout.close()


def held(queue: Queue = Queue.DESK, *, seconds: float = 0):
    return cores.hold_core(queue, deadline=time.monotonic() + seconds)


def test_a_core_that_another_process_holds_is_waited_for(visitors):
    holder = visitors(600)
    with pytest.raises(ParsersBusy), held():
        pass

    holder.kill()  # a process that was killed gives it back, too
    with held(seconds=60):
        pass


def test_staff_file_goes_between_two_visitor_files_of_another_process(visitors):
    visitors(0.5)

    for _ in range(3):
        begun = time.monotonic()
        with held(seconds=60):
            waited = time.monotonic() - begun
        assert waited < 5  # ten files of visitors: they would go on for ever


def test_core_is_released_after_any_error():
    with pytest.raises(ZeroDivisionError), held():
        raise ZeroDivisionError

    with held(), pytest.raises(ParsersBusy), held():
        pass


def test_cores_are_locked_separately(monkeypatch):
    monkeypatch.setattr(cores, "COUNT", 2)

    with held(), held(Queue.VISITORS), pytest.raises(ParsersBusy), held():
        pass


def test_a_link_in_the_place_of_a_lock_is_not_followed(tmp_path):
    target = tmp_path / "target"
    cores._lock_file_of(0).symlink_to(target)

    with pytest.raises(OSError, match="symbolic links"), held():
        pass
    assert not target.exists()
