from __future__ import annotations

import subprocess
import sys

import pytest

from protect.vault.uploads import cores
from protect.vault.uploads.errors import ParsersBusy

# Another process of the server: it holds a core until its input ends.
HOLDER = """
import sys
from django.conf import settings
settings.configure()
from protect.vault.uploads.cores import held_core
with held_core():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(cores.tempfile, "tempdir", None)
    monkeypatch.setattr(cores, "COUNT", 1)


@pytest.fixture
def holder():
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", HOLDER], **pipes) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_core_that_another_process_holds_is_waited_for(holder, monkeypatch):
    monkeypatch.setattr(cores, "LONGEST_WAIT", 0.0)
    with pytest.raises(ParsersBusy), cores.held_core():
        pass

    monkeypatch.setattr(cores, "LONGEST_WAIT", 60.0)
    holder.kill()  # a process that was killed gives it back, too
    with cores.held_core():
        pass


def test_a_core_is_given_back_whatever_happens_meanwhile(monkeypatch):
    monkeypatch.setattr(cores, "LONGEST_WAIT", 0.0)
    with pytest.raises(ZeroDivisionError), cores.held_core():
        raise ZeroDivisionError

    with cores.held_core(), pytest.raises(ParsersBusy), cores.held_core():
        pass


def test_each_core_is_held_apart(monkeypatch):
    monkeypatch.setattr(cores, "COUNT", 2)
    monkeypatch.setattr(cores, "LONGEST_WAIT", 0.0)

    with cores.held_core(), cores.held_core(), pytest.raises(ParsersBusy), cores.held_core():
        pass


def test_a_link_in_the_place_of_a_lock_is_not_followed(tmp_path):
    target = tmp_path / "target"
    cores._file_of(0).symlink_to(target)

    with pytest.raises(OSError, match="symbolic links"), cores.held_core():
        pass
    assert not target.exists()
