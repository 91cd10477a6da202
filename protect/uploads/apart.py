"""The only door to parsers: each file that people or partners send is parsed in its own process.
Libraries that read pictures, PDFs, spreadsheets and archives are large and read what strangers
made. In the process of the site they could be led to the keys that it holds, and neither their time
nor their memory can be limited there: 1.8 MB of LZW in a PDF grow to four gigabytes. A new process
costs about a tenth of a second (docs/adr/0036), and leaves nothing for the next file."""

import json
import os
import selectors
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition
from typing import Any

from protect.uploads import cores, errors
from protect.uploads.parsers import PARSERS, Facts, Parser
from protect.uploads.refusal_reasons import EXHAUSTED, Refused
from protect.uploads.senders import Queue, Sender, sender

ROOT = Path(__file__).resolve().parents[2]
# -S: `site` would run what installed packages put into .pth files.
PATHS = os.pathsep.join(
    dict.fromkeys([str(ROOT), *map(sysconfig.get_path, ("purelib", "platlib"))])
)
NICENESS = 10  # pages come before parsing, and before the imports of a parser
START = (
    f"import os, sys; os.nice({NICENESS}); "
    "sys.path += sys.argv[1].split(os.pathsep); "
    "from protect.uploads.worker import main; main(*sys.argv[2:])"
)
COMMAND = (sys.executable, "-I", "-S", "-B", "-c", START, PATHS)
ENVIRONMENT = {"PUREMAGIC_DEEPSCAN": "0"}  # nothing of ours: it holds secrets
LONGEST_HEAD = 64 * 1024  # bytes
PIECE = 256 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class QueueLimits:
    most: int
    seconds: float


@dataclass(eq=False)
class Waiting:
    """One file of a sender that waits: two of one sender are two."""

    sender: Sender


class Turns:
    """Lets one file be parsed at a time; a sender beyond those who may wait gets ParsersBusy.
    People at work go first, and in each queue the sender who came first; of one sender one file
    waits, so that no sender fills a queue alone. A second parser at a time would not be faster: the
    server has a process for each core, and pages come first (cores.py, docs/adr/0036)."""

    def __init__(self, lines: Mapping[Queue, QueueLimits]) -> None:
        self.lines = lines
        self.waiting: dict[Queue, list[Waiting]] = {queue: [] for queue in Queue}
        self._parsing: Queue | None = None
        self._changed = Condition()

    @contextmanager
    def turn(self, sender: Sender) -> Iterator[None]:
        """Wait for a turn. Errors: OwnFileWaits; ParsersBusy."""
        with self._changed:
            self._wait(sender)
            self._parsing = sender.queue
        try:
            yield
        finally:
            with self._changed:
                self._parsing = None
                self._changed.notify_all()

    def _wait(self, sender: Sender) -> None:
        line, waiting = self.lines[sender.queue], self.waiting[sender.queue]
        if sender.key and any(each.sender == sender for each in waiting):
            raise errors.OwnFileWaits
        if len(waiting) + (self._parsing is sender.queue) >= line.most:
            raise errors.ParsersBusy
        me = Waiting(sender)
        waiting.append(me)
        try:
            if not self._changed.wait_for(lambda: self._next() is me, line.seconds):
                raise errors.ParsersBusy
        finally:
            waiting.remove(me)
            self._changed.notify_all()  # who waits behind may be next now

    def _next(self) -> Waiting | None:
        if self._parsing is not None:
            return None
        return next(iter(self.waiting[Queue.DESK] + self.waiting[Queue.VISITORS]), None)


# Of this process.
TURNS = Turns(
    {Queue.VISITORS: QueueLimits(most=6, seconds=6), Queue.DESK: QueueLimits(most=5, seconds=20)}
)
THREADS = sum(line.most for line in TURNS.lines.values())  # that wait for parsers, at most


@dataclass(frozen=True, slots=True)
class Answer:
    """What a parser reads in a file. Neither reaches a log by its repr."""

    facts: Facts = field(repr=False)
    body: bytes = field(repr=False)


def parse(name: str, content: bytes, **options: str | int) -> Answer:
    """Return what a parser of `PARSERS` reads in a file. Errors: Refused, with the parser's own
    code, or EXHAUSTED where it took too much time or memory or broke; ParsersBusy; OwnFileWaits."""
    parser, by = PARSERS[name], sender()
    deadline = time.monotonic() + TURNS.lines[by.queue].seconds
    with TURNS.turn(by), cores.held_core(by.queue, deadline=deadline):
        raw = _run(parser, content, [*COMMAND, name, json.dumps(options)])
    head, _, body = raw.partition(b"\n")
    header = _checked(head)
    if "refused" in header:
        raise Refused(header["refused"], **header["facts"])
    return Answer(header["facts"], bytes(body))


def _run(parser: Parser, content: bytes, command: list[str]) -> bytearray:
    """Return what the process of a parser writes. Errors: Refused."""
    deadline = time.monotonic() + parser.wall_seconds
    with subprocess.Popen(  # noqa: S603 - our own words only; the file is its input
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # may quote the file
        env=ENVIRONMENT,
        cwd="/",
        bufsize=0,
        start_new_session=True,
    ) as process:
        try:
            answer = _exchange(process, content, most=parser.most + LONGEST_HEAD, deadline=deadline)
            status = process.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise Refused(EXHAUSTED) from None
        finally:
            process.kill()
    if status:
        raise Refused(EXHAUSTED)
    return answer


def _exchange(
    process: subprocess.Popen[bytes], content: bytes, *, most: int, deadline: float
) -> bytearray:
    """Write the file and read the answer, so that neither side waits for the other.
    Errors: Refused, where the answer is longer than `most` or later than `deadline`."""
    waiting, answer = memoryview(content), bytearray()
    if process.stdin is None or process.stdout is None:
        raise Refused(EXHAUSTED)
    os.set_blocking(process.stdin.fileno(), False)
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdin, selectors.EVENT_WRITE)
        ready.register(process.stdout, selectors.EVENT_READ)
        while process.stdout in ready.get_map():
            for key, _mask in ready.select(deadline - time.monotonic()):
                if key.fileobj is process.stdin:
                    waiting = _written(key.fd, waiting)
                    if not waiting:
                        ready.unregister(process.stdin)
                        process.stdin.close()
                    continue
                part = os.read(key.fd, PIECE)
                answer += part
                if not part:
                    ready.unregister(process.stdout)
            if len(answer) > most or time.monotonic() > deadline:
                raise Refused(EXHAUSTED)
    return answer


def _written(pipe: int, waiting: "memoryview[int]") -> "memoryview[int]":
    """Return what is still to be written; nothing, where the process reads no more."""
    try:
        return waiting[os.write(pipe, waiting[:PIECE]) :]
    except BrokenPipeError:
        return waiting[:0]


def _checked(head: bytes | bytearray) -> dict[str, Any]:
    """Return the first line of an answer, held to its form. Errors: Refused."""
    try:
        header = json.loads(head) if len(head) <= LONGEST_HEAD else None
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict) or not isinstance(header.get("facts"), dict):
        raise Refused(EXHAUSTED)
    is_plain = all(isinstance(value, str | int) for value in header["facts"].values())
    if not is_plain or not isinstance(header.get("refused", ""), str):
        raise Refused(EXHAUSTED)
    return header
