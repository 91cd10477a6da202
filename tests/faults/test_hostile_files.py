"""Hostile files at a running server: refused in words, its memory and its pages unharmed.

`make faults` sends fifty at once, nine times, and holds the times of public pages against those of
the quiet moment before; the median decides, for the machine has other guests.
"""

import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from statistics import median

import pytest

from tests.conftest import IS_LONG
from tests.faults.hostile import lzw_pdf, wide_workbook
from tests.faults.served import ROOT, Reply, Served, serving

AT_ONCE = 50 if IS_LONG else 8
BURSTS = 9 if IS_LONG else 1
QUIET = 300 if IS_LONG else 20  # readings of each page before a burst
MOST_GROWTH = 300  # MB
SECONDS = 2
SLOWER = 3  # times
PAGES = ("/en", "/trainings/en/check")
UNREADABLE = "No certificate can be read in this file."
TOO_MANY = "The file has more than 2000000 cells. Nothing was read."
BUSY = "Many files are being read just now, so this one was not. Nothing was kept."


@pytest.fixture(scope="module")
def served(originals, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "a.pdf").write_bytes(lzw_pdf())
    (folder / "a.xlsx").write_bytes(wide_workbook())
    with serving(originals.file("loaded", folder / "site.sqlite3"), folder) as server:
        warm_up(server)
        yield server


def warm_up(served: Served) -> None:
    """Let each worker answer each page and form once: what it loads then stays."""
    for _ in range(12):
        for page in PAGES:
            assert served.get(page).status == 200
        assert served.check("a.json", b"{}").status == 200
        assert served.send_list("a.csv", b"name,email\n").status in {303, 422}


@pytest.mark.parametrize(
    ("kind", "status", "words"), [("pdf", 422, UNREADABLE), ("workbook", 413, TOO_MANY)]
)
def test_a_hostile_file_is_refused_in_words_and_the_server_does_not_grow(
    served, kind, status, words
):
    before = served.processes()
    served.forget_peaks()

    reply = (
        served.check("a.pdf", lzw_pdf())
        if kind == "pdf"
        else served.send_list("a.xlsx", wide_workbook())
    )

    peaks = served.peaks()
    growth = max(peaks[pid] - before[pid] for pid in before)
    print(f"{kind}: {reply.seconds:.2f} s, the server grew by {growth} MB at its peak")  # noqa: T201
    assert (reply.status, words in unescape(reply.text)) == (status, True)
    assert peaks.keys() == before.keys()
    assert growth < MOST_GROWTH
    if IS_LONG:
        assert reply.seconds < SECONDS


def test_hostile_files_at_once_leave_pages_and_processes_as_they_are(served):
    before = served.processes()
    served.forget_peaks()

    replies, slower = [], []
    for _ in range(BURSTS):
        quiet = [served.get(page) for _ in range(QUIET) for page in PAGES]
        some, meanwhile = burst(served)
        replies += some
        slower.append(p99(meanwhile) / p99(quiet))
        tell(quiet, meanwhile, some)
        assert {reply.status for reply in meanwhile} == {200}

    busy = [reply for reply in replies if reply.status == 503]
    growth = max(peak - before[pid] for pid, peak in served.peaks().items())
    print(f"{median(slower):.1f} times slower; a process grew by {growth} MB")  # noqa: T201
    assert served.processes().keys() == before.keys()  # nobody was killed and began anew
    assert growth < MOST_GROWTH
    assert {reply.status for reply in replies} <= {413, 422, 503}
    assert all(BUSY in unescape(reply.text) for reply in busy)
    assert all(reply.retry_after == "10" for reply in busy)
    assert len(busy) < len(replies)
    if IS_LONG:
        assert median(slower) < SLOWER


def burst(served: Served) -> tuple[list[Reply], list[Reply]]:
    """Send many files at once, half of each kind; read pages until all are answered."""
    command = [sys.executable, "-m", "tests.faults.senders", f"{served.folder}", f"{served.port}"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([*command, served.sending, f"{AT_ONCE}"], cwd=ROOT, **pipes) as senders:
        senders.stdin.write("go\n")
        senders.stdin.flush()
        pages = []
        with ThreadPoolExecutor(1) as reader:
            said = reader.submit(senders.stdout.read)
            while not said.done():
                pages += [served.get(page) for page in PAGES]
    return [Reply(*each) for each in json.loads(said.result())], pages


def p99(replies: list[Reply]) -> float:
    return sorted(reply.seconds for reply in replies)[len(replies) * 99 // 100]


def tell(quiet: list[Reply], meanwhile: list[Reply], replies: list[Reply]) -> None:
    counts = dict(sorted(Counter(reply.status for reply in replies).items()))
    print(  # noqa: T201
        f"{len(replies)} files at once: {counts}, the slowest answered after "
        f"{max(reply.seconds for reply in replies):.2f} s; pages: p99 {p99(quiet) * 1000:.1f} ms "
        f"quiet ({len(quiet)}), {p99(meanwhile) * 1000:.1f} ms meanwhile ({len(meanwhile)})"
    )
