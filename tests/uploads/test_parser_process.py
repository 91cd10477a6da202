import os
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from threading import Event

import pytest

from protect.uploads import parser_process, parsers
from protect.uploads.clean_documents import rewrite
from protect.uploads.errors import OwnFileWaits, ParsersBusy
from protect.uploads.parser_process import COMMAND, PARSER_ENVIRON, ParserQueue, QueueLimits
from protect.uploads.parsers import PARSERS, Parser
from protect.uploads.refusal_reasons import (
    EXHAUSTED,
    JPEG,
    MEBIBYTE,
    PDF,
    PNG,
    Reason,
    Refused,
    Unfit,
)
from protect.uploads.senders import OPERATOR_SENDER, Queue, Sender, current_sender, sent_by
from tests.uploads.sample_files import (
    CATALOGUE,
    lzw,
    opened,
    pdf,
    picture,
    png_head,
    saved,
    structured,
)

PARSER = """
from protect.uploads.refusal_reasons import Refused

def parse(content, options):
{body}
"""


@pytest.fixture
def parse_with(tmp_path, monkeypatch):
    """Return what runs a body of code as a parser, in the process that parsers have."""
    monkeypatch.setattr(parser_process, "PATHS", f"{parser_process.PATHS}{os.pathsep}{tmp_path}")
    start = parser_process.START_CODE.replace(
        "main(*sys.argv[2:])",
        "from protect.uploads import parsers; parsers.PARSERS = "
        "{'demo': parsers.PARSERS['import_csv'].__class__('demo_parser', memory=300 * 2**20, "
        "cpu_seconds=1)}; main(*sys.argv[2:])",
    )
    command = (*COMMAND[:5], start, parser_process.PATHS)
    monkeypatch.setattr(parser_process, "COMMAND", command)
    demo = Parser("demo_parser", wall_seconds=10, max_answer_bytes=MEBIBYTE)
    monkeypatch.setattr(parsers, "PARSERS", {"demo": demo, "short": replace(demo, wall_seconds=1)})

    def parse(body: str, content: bytes = b"", **options: str) -> bytes:
        lines = "\n".join(f"    {line}" for line in body.splitlines())
        (tmp_path / "demo_parser.py").write_text(PARSER.format(body=lines))
        return parser_process.parse("demo", content, **options).body

    return parse


@pytest.mark.parametrize(
    ("content", "kind"), [(picture("JPEG"), JPEG), (picture("PNG"), PNG), (saved(pdf()), PDF)]
)
def test_a_document_comes_back_with_its_kind(content, kind):
    media_type, new = rewrite(content)

    assert media_type == kind
    assert new[:4] == content[:4]


def test_the_largest_picture_fits_into_its_process():
    media_type, new = rewrite(picture("JPEG", size=(10_000, 5_000)))

    assert media_type == JPEG
    assert opened(new).size == (10_000, 5_000)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"plain words", Reason.WRONG_TYPE),
        (png_head(50_000, 50_000), Reason.TOO_MANY_PIXELS),
        (saved(pdf(501)), Reason.TOO_MANY_PAGES),
    ],
)
def test_a_refusal_comes_back_with_its_reason(content, reason):
    with pytest.raises(Unfit) as refused:
        rewrite(content)

    assert refused.value.reason == reason


def test_a_small_object_stream_is_opened_whatever_its_coding():
    for coding, stream in (
        ("/FlateDecode", zlib.compress(CATALOGUE)),
        ("/LZWDecode", lzw(CATALOGUE, 1)),
    ):
        assert rewrite(structured(stream, coding))[0] == PDF


def deflated() -> bytes:
    return zlib.compress(CATALOGUE + bytes(200 * 2**20))


@pytest.mark.parametrize(
    ("pack", "coding"),
    [
        (deflated, "/FlateDecode"),
        (lambda: zlib.compress(deflated()), "[/FlateDecode /FlateDecode]"),
        (lambda: lzw(CATALOGUE, 400), "/LZWDecode"),  # 2.3 MB that grow to 3 GB
    ],
    ids=["flate", "flate in flate", "lzw"],
)
def test_an_object_stream_that_grows_beyond_measure_ends_in_its_process(pack, coding):
    with pytest.raises(Unfit) as refused:
        rewrite(structured(pack(), coding))

    assert refused.value.reason == Reason.UNREADABLE


# --- the process of a parser --------------------------------------------------------------------


def test_a_parser_gets_its_file_and_options_and_answers_any_bytes(parse_with):
    content = bytes(range(256)) * 2000

    assert parse_with("return {}, options['a'].encode() + content", content, a="ü\n") == (
        "ü\n".encode() + content
    )


def test_a_parser_that_reads_nothing_ends_all_the_same(parse_with):
    assert parse_with("return {}, b'x'", bytes(20 * MEBIBYTE)) == b"x"


@pytest.mark.parametrize(
    "body",
    [
        "return {}, bytes(400 * 2**20)",  # memory
        "while True: pass",  # time
        "return {}, bytes(2 * 2**20)",  # more than may be answered
        "raise ValueError",
        "import os; os._exit(3)",
        "import ctypes; ctypes.string_at(0)",
        "import os; os.write(1, b'no json\\n'); os._exit(0)",
        "import os; os.write(1, b'{}\\n'); os._exit(0)",
        'import os; os.write(1, b\'{"facts": {"a": []}}\\n\'); os._exit(0)',
        "import os; os.write(1, b'[' * 70000); os._exit(0)",
        "import os; os.write(1, b'[' * 60000 + b'\\n'); os._exit(0)",
    ],
    ids=[
        *("memory", "time", "answer", "error", "exit", "crash"),
        *("no json", "no facts", "other facts", "long head", "deep head"),
    ],
)
def test_a_parser_that_fails_in_any_way_is_exhausted(parse_with, body):
    with pytest.raises(Refused) as refused:
        parse_with(body)

    assert (refused.value.code, refused.value.facts) == (EXHAUSTED, {})


def test_a_parser_that_does_nothing_for_too_long_is_ended(parse_with, monkeypatch):
    monkeypatch.setattr(parsers, "PARSERS", {"demo": parsers.PARSERS["short"]})

    with pytest.raises(Refused, match=EXHAUSTED):
        parse_with("import time; time.sleep(600)")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("import socket; socket.socket()", "PermissionError"),
        ("import socket; socket.socketpair()", "PermissionError"),
        ("import subprocess; subprocess.run(['/bin/true'])", "PermissionError"),
        ("import os; os.fork()", "PermissionError"),
        ("import os; os.kill(os.getppid(), 0)", "PermissionError"),
        ("import os; os.execv('/bin/true', ['true'])", "PermissionError"),
        ("open('/tmp/protect-demo', 'wb')", "PermissionError"),
        ("open('/etc/passwd').read()", "PermissionError"),
        ("import os; open(f'/proc/{os.getppid()}/environ').read()", "PermissionError"),
        ("import os; open(f'/proc/{os.getppid()}/mem', 'rb').read(1)", "PermissionError"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="seccomp and Landlock are of Linux")
def test_a_parser_reaches_no_network_no_program_and_no_file(parse_with, body, error):
    caught = f"try:\n    {body}\nexcept Exception as error:\n    return {{}}, repr(error).encode()"

    said = parse_with(f"{caught}\nreturn {{}}, b'done'")

    assert said.decode().startswith(error)
    assert not Path("/tmp/protect-demo").exists()


def test_a_parser_knows_no_secret_and_no_descriptor(parse_with, monkeypatch, tmp_path):
    monkeypatch.setenv("PROTECT_SECRET_KEY", "demo")
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        said = parse_with(
            "import os, fcntl\n"
            "def is_open(number):\n"
            "    try: fcntl.fcntl(number, fcntl.F_GETFD)\n"
            "    except OSError: return False\n"
            "    return True\n"
            "held = [n for n in range(64) if is_open(n)]\n"
            "return {}, f'{sorted(os.environ)} {held} {os.getcwd()}'.encode()"
        )

    assert said.decode() == f"{sorted({*PARSER_ENVIRON, 'LC_CTYPE'})} [0, 1, 2] /"


def test_parser_leaves_nothing_for_the_next_file(parse_with):
    body = "import builtins\nold = getattr(builtins, 'left', b'')\nbuiltins.left = content\n"

    answers = [parse_with(f"{body}return {{}}, old", each) for each in (b"one", b"two")]

    assert answers == [b"", b""]


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_loads_no_framework_and_no_keys(name):
    module = PARSERS[name].module
    code = f"import sys; sys.path += sys.argv[1].split(':'); import {module}; print(*sys.modules)"
    command = [sys.executable, "-I", "-S", "-c", code, parser_process.PATHS]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    loaded = {each.partition(".")[0] for each in done.stdout.split()}
    assert module in done.stdout.split()
    assert not loaded & {"django", "cryptography", "psycopg", "pydantic"}


def test_parser_lowers_its_priority_before_imports(parse_with):
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    body = "import os\nreturn {}, str(os.getpriority(os.PRIO_PROCESS, 0)).encode()"

    assert int(parse_with(body)) == min(ours + parser_process.NICENESS, 19)
    assert parser_process.START_CODE.index("os.nice") < parser_process.START_CODE.index("protect")


# --- who waits ----------------------------------------------------------------------------------


def turns(most: int, *, seconds: float = 60) -> ParserQueue:
    return ParserQueue({queue: QueueLimits(most, seconds) for queue in Queue})


def until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.001)


@pytest.mark.parametrize("queue", Queue)
def test_full_queue_refuses_the_next_file(queue):
    one, entered, leave = turns(2), Event(), Event()

    def work() -> str:
        with one.turn(Sender(queue)):
            entered.set()
            assert leave.wait(60)
        return "done"

    with ThreadPoolExecutor(2) as people:
        first = people.submit(work)
        assert entered.wait(60)
        second = people.submit(work)
        until(lambda: len(one.waiting[queue]) == 1)
        with pytest.raises(ParsersBusy) as busy, one.turn(Sender(queue)):
            pass
        leave.set()
        assert (first.result(), second.result()) == ("done", "done")

    assert (busy.value.code, busy.value.status) == ("parsers_busy", HTTPStatus.SERVICE_UNAVAILABLE)
    with one.turn(Sender(queue)):  # and each turn is given back
        pass


def test_file_that_waits_too_long_is_refused_and_leaves_the_queue():
    one = turns(2, seconds=0)

    with one.turn(Sender(Queue.DESK)):
        for queue in Queue:
            with pytest.raises(ParsersBusy), one.turn(Sender(queue)):
                pass
    assert one.waiting == {queue: [] for queue in Queue}
    with one.turn(Sender(Queue.VISITORS)):
        pass


def test_one_file_is_parsed_at_a_time_staff_first_in_order_of_arrival():
    one, leave, came = turns(3), Event(), []

    def work(number: int, queue: Queue) -> None:
        with one.turn(Sender(queue)):
            came.append(number)
            assert leave.wait(60)

    queues = [Queue.VISITORS, Queue.VISITORS, Queue.DESK, Queue.VISITORS, Queue.DESK]
    with ThreadPoolExecutor(5) as people:
        for number, queue in enumerate(queues):
            people.submit(work, number, queue)
            there = number or None
            until(lambda there=there: sum(map(len, one.waiting.values())) == (there or 0))
            until(lambda: came == [0])
        leave.set()

    assert came == [0, 2, 4, 1, 3]


def test_failed_parser_releases_its_turn():
    one = turns(1)

    with pytest.raises(Refused), one.turn(Sender(Queue.DESK)):
        raise Refused(EXHAUSTED)
    with one.turn(Sender(Queue.DESK)):
        pass


def senders_of(one: ParserQueue) -> list[Sender]:
    return [each.sender for each in one.waiting[Queue.DESK]]


def test_second_waiting_file_of_a_sender_is_refused():
    one, entered, leave = turns(4), Event(), Event()
    ana, ben = Sender(Queue.DESK, "ana"), Sender(Queue.DESK, "ben")

    def work(of: Sender) -> str:
        with one.turn(of):
            entered.set()
            assert leave.wait(60)
        return "done"

    with ThreadPoolExecutor(3) as people:
        parsed = people.submit(work, ana)
        assert entered.wait(60)
        waits = people.submit(work, ana)  # while the first is parsed, the next may wait
        until(lambda: senders_of(one) == [ana])
        with pytest.raises(OwnFileWaits), one.turn(ana):
            pass
        other = people.submit(work, ben)
        until(lambda: senders_of(one) == [ana, ben])
        leave.set()
        assert [each.result() for each in (parsed, waits, other)] == ["done"] * 3

    assert one.waiting == {queue: [] for queue in Queue}
    with one.turn(ana):
        pass


def test_files_of_commands_wait_without_a_sender_limit():
    one, leave = turns(4), Event()

    def work() -> None:
        with one.turn(current_sender()):
            assert leave.wait(60)

    with ThreadPoolExecutor(3) as people:
        for _ in range(3):
            people.submit(work)
        until(lambda: senders_of(one) == [OPERATOR_SENDER, OPERATOR_SENDER])
        leave.set()


def test_sender_is_determined_when_a_file_is_parsed():
    asked = []

    def ask() -> Sender:
        asked.append("asked")
        return Sender(Queue.VISITORS, "192.0.2.0/24")

    with sent_by(ask):
        assert asked == []
        assert current_sender() == Sender(Queue.VISITORS, "192.0.2.0/24")
    assert (asked, current_sender()) == (["asked"], OPERATOR_SENDER)


def test_parsers_for_visitors_have_a_second_of_cpu_time():
    checked = {PARSERS[name].cpu_seconds for name in ("certificate", "certificate_pdf")}

    assert checked == {1}
    assert parser_process.MAX_THREADS == 11
