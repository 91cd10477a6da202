"""Parse each uploaded file in a process of its own; all uploads pass through here. Libraries that
read pictures, PDFs, spreadsheets and archives are large, and their input comes from strangers. In
the site's process an attack on them could reach its keys, and their time and memory could not be
limited: 1.8 MB of LZW in a PDF grow to four gigabytes. A new process costs about a tenth of a
second (docs/adr/0036) and leaves nothing for the next file."""

import json
import os
import selectors
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition
from typing import Any

from protect.uploads import cores, errors, parsers
from protect.uploads.refusal_reasons import EXHAUSTED, Refused
from protect.uploads.senders import Queue, Sender, current_sender

REPOSITORY_ROOT = Path(__file__).resolve().parents[2]
# Python runs with -S, because its `site` module would run code in .pth files of packages.
IMPORT_FOLDERS = [str(REPOSITORY_ROOT), *map(sysconfig.get_path, ("purelib", "platlib"))]
PATHS = os.pathsep.join(dict.fromkeys(IMPORT_FOLDERS))  # where a parser's process imports from
NICENESS = 10  # pages have priority over parsing and over a parser's imports
START_CODE = (
    f"import os, sys; os.nice({NICENESS}); "
    "sys.path += sys.argv[1].split(os.pathsep); "
    "from protect.uploads.worker import main; main(*sys.argv[2:])"
)
COMMAND = (sys.executable, "-I", "-S", "-B", "-c", START_CODE, PATHS)
PARSER_ENVIRON = {"PUREMAGIC_DEEPSCAN": "0"}  # not the site's own environment, which holds secrets
MAX_HEADER_BYTES = 64 * 1024  # bytes of the JSON line that begins a parser's answer
CHUNK_BYTES = 256 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """The most files in a queue, the parsed one included, and how long each may wait."""

    max_files: int
    seconds: float


@dataclass(eq=False)
class WaitingFile:
    """A file that waits for its turn. Two files of one sender are never equal."""

    sender: Sender


class ParserQueue:
    """Queues in front of this process's parser, which reads one file at a time. Staff go before
    visitors; each queue is served in order of arrival. Only one file of a sender may wait, so
    that no sender fills a queue; a full queue raises ParsersBusy. A second parser would not
    be faster: a process runs for each core, and pages come first (cores.py, docs/adr/0036)."""

    def __init__(self, limits: Mapping[Queue, QueueLimits]) -> None:
        self.limits_by_queue = limits
        self.waiting: dict[Queue, list[WaitingFile]] = {queue: [] for queue in Queue}
        self._parsing: Queue | None = None
        self._changed = Condition()

    @contextmanager
    def turn(self, sender: Sender) -> Iterator[None]:
        """Wait for this sender's turn and hold it. Errors: OwnFileWaits; ParsersBusy."""
        with self._changed:
            self._wait_for_turn(sender)
            self._parsing = sender.queue
        try:
            yield
        finally:
            with self._changed:
                self._parsing = None
                self._changed.notify_all()

    def _wait_for_turn(self, sender: Sender) -> None:
        """Wait until it is the sender's turn. Errors: OwnFileWaits (second file); ParsersBusy."""
        limits, waiting = self.limits_by_queue[sender.queue], self.waiting[sender.queue]
        if sender.key and any(file.sender == sender for file in waiting):
            raise errors.OwnFileWaits
        if len(waiting) + (self._parsing is sender.queue) >= limits.max_files:
            raise errors.ParsersBusy
        file = WaitingFile(sender)
        waiting.append(file)
        try:
            if not self._changed.wait_for(lambda: self._next_file() is file, limits.seconds):
                raise errors.ParsersBusy
        finally:
            waiting.remove(file)
            self._changed.notify_all()  # it may be the turn of the next file now

    def _next_file(self) -> WaitingFile | None:
        """Return the next file to parse, staff first; None for none, or while one is parsed."""
        if self._parsing is not None:
            return None
        return next(iter(self.waiting[Queue.DESK] + self.waiting[Queue.VISITORS]), None)


VISITOR_LIMITS = QueueLimits(max_files=6, seconds=6)  # a file waits at most this long
DESK_LIMITS = QueueLimits(max_files=5, seconds=20)
TURNS = ParserQueue({Queue.VISITORS: VISITOR_LIMITS, Queue.DESK: DESK_LIMITS})  # of this process
MAX_THREADS = sum(
    limits.max_files for limits in TURNS.limits_by_queue.values()
)  # that wait for a parser


@dataclass(frozen=True, slots=True)
class ParserAnswer:
    """The answer of a parser: facts about the file, and bytes. Its repr hides both from logs."""

    facts: parsers.Facts = field(repr=False)
    body: bytes = field(repr=False)


def parse(parser_name: str, content: bytes, **options: str | int) -> ParserAnswer:
    """Return what a parser of `PARSERS`, called with `options`, reads in a file. Errors: Refused
    with its code, or EXHAUSTED if it failed or exceeded a limit; ParsersBusy; OwnFileWaits."""
    file_sender = current_sender()
    deadline = time.monotonic() + TURNS.limits_by_queue[file_sender.queue].seconds
    with TURNS.turn(file_sender), cores.hold_core(file_sender.queue, deadline=deadline):
        return parse_without_turn(parser_name, content, **options)


def parse_without_turn(parser_name: str, content: bytes, **options: str | int) -> ParserAnswer:
    """Return what `parse` returns, beside other files: for a task of `protect worker` that takes
    minutes, which would keep them waiting. Errors: Refused."""
    parser = parsers.PARSERS[parser_name]
    output = _run_parser(parser, content, [*COMMAND, parser_name, json.dumps(options)])
    head, _, body = output.partition(b"\n")
    header = _parse_header(head)
    if "refused" in header:
        raise Refused(header["refused"], **header["facts"])
    return ParserAnswer(header["facts"], bytes(body))


def _run_parser(parser: parsers.Parser, content: bytes, command: list[str]) -> bytearray:
    deadline = time.monotonic() + parser.wall_seconds
    with subprocess.Popen(  # noqa: S603 - fixed arguments only; the file is its input
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # its errors may quote the file
        env=PARSER_ENVIRON,
        cwd="/",
        bufsize=0,
        start_new_session=True,
    ) as process:
        try:
            max_bytes = parser.max_answer_bytes + MAX_HEADER_BYTES
            answer = _exchange_data(process, content, max_bytes=max_bytes, deadline=deadline)
            status = process.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise Refused(EXHAUSTED) from None
        finally:
            _end_all_processes(process)
    if status:
        raise Refused(EXHAUSTED)
    return answer


def _end_all_processes(process: subprocess.Popen[bytes]) -> None:
    """End a parser and the program that it started; they are a process group of their own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _exchange_data(
    process: subprocess.Popen[bytes], content: bytes, *, max_bytes: int, deadline: float
) -> bytearray:
    """Write the file and read the answer at the same time, so that neither side blocks.
    Errors: Refused if the answer is longer than `max_bytes` or later than `deadline`."""
    unwritten, answer = memoryview(content), bytearray()
    if process.stdin is None or process.stdout is None:
        raise Refused(EXHAUSTED)
    os.set_blocking(process.stdin.fileno(), False)
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdin, selectors.EVENT_WRITE)
        ready.register(process.stdout, selectors.EVENT_READ)
        while process.stdout in ready.get_map():
            for key, _mask in ready.select(deadline - time.monotonic()):
                if key.fileobj is process.stdin:
                    unwritten = _write_chunk(key.fd, unwritten)
                    if not unwritten:
                        ready.unregister(process.stdin)
                        process.stdin.close()
                    continue
                part = os.read(key.fd, CHUNK_BYTES)
                answer += part
                if not part:
                    ready.unregister(process.stdout)
            if len(answer) > max_bytes or time.monotonic() > deadline:
                raise Refused(EXHAUSTED)
    return answer


def _write_chunk(pipe: int, unwritten: "memoryview[int]") -> "memoryview[int]":
    """Write one chunk; return what is left, or nothing if the process has stopped reading."""
    try:
        return unwritten[os.write(pipe, unwritten[:CHUNK_BYTES]) :]
    except BrokenPipeError:
        return unwritten[:0]


def _parse_header(head: bytes | bytearray) -> dict[str, Any]:
    """Parse and check an answer's header line. Errors: Refused (EXHAUSTED) if it is invalid."""
    try:
        header = json.loads(head) if len(head) <= MAX_HEADER_BYTES else None
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict) or not isinstance(header.get("facts"), dict):
        raise Refused(EXHAUSTED)
    is_plain = all(isinstance(value, str | int) for value in header["facts"].values())
    if not is_plain or not isinstance(header.get("refused", ""), str):
        raise Refused(EXHAUSTED)
    return header
