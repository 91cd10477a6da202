"""The sandbox of a parser process: it may compute, read Python's files, and answer. One that needs
a program (ffmpeg) may also start this program, which stands under the same limits.
The process restricts itself in three ways that it cannot undo:
- limits of memory, time, files and descriptors, on every Unix;
- a filter of system calls (seccomp) on Linux: no network, no program, no other process. If the
kernel refuses the filter, the process ends before it reads the file;
- Landlock, if the kernel has it (5.13 and newer, as in Debian 13): no files but those of Python,
its libraries and this package, and no access to other processes of the same user.
Outside Linux (on a developer's machine) only Python's own audit hook replaces the last two: it
stops Python code, but not a library that an attacker controls."""

import ctypes
import os
import platform
import resource
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

MAX_OPEN_FILES = 64
PACKAGE = Path(__file__).resolve().parents[1]  # the folder protect/


def limit_resources(*, memory: int, cpu_seconds: int, file_bytes: int = 0) -> None:
    """Limit the resources of this process. Units: bytes of address space; seconds of CPU time;
    bytes of a file in memory that a program writes."""
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_CORE: 0,  # no core dump
        resource.RLIMIT_FSIZE: file_bytes,  # 0: no file can be written
        resource.RLIMIT_NOFILE: MAX_OPEN_FILES,
    }
    for name, most in limits.items():
        resource.setrlimit(name, (most, most))
    with suppress(OSError):  # Linux only: if memory runs out, the kernel kills this process first
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


def restrict_access(program: Path | None = None) -> None:
    """Give up network, programs except `program`, other processes and files.
    Errors: OSError if refused."""
    if sys.platform != "linux":
        if program is None:
            sys.addaudithook(_forbid_event)
        return
    if platform.machine() not in FORBIDDEN_CALLS:
        raise OSError("no filter of system calls for this processor")
    _must_succeed(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _hide_files(program)
    calls = FORBIDDEN_CALLS[platform.machine()]
    _filter_calls(calls if program is None else _with_program(calls))


# --- system calls: linux/seccomp.h, linux/filter.h, linux/audit.h -------------------------------

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER_MODE = 38, 22, 2  # arguments of prctl
LOAD_WORD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06  # codes of filter instructions
NUMBER_OFFSET, ARCHITECTURE_OFFSET = 0, 4  # offsets in `struct seccomp_data`
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000  # REFUSE answers EPERM
ABSENT = 0x00050026  # answers ENOSYS
CLONE3 = 435
OTHER_ABI = 0x40000000  # x32: the same calls under other numbers


class SystemCalls(NamedTuple):
    """The system calls of one architecture that no parser needs."""

    architecture: int  # AUDIT_ARCH_… of linux/audit.h
    numbers: tuple[int, ...]  # of the calls that the filter refuses
    starting: tuple[int, ...]  # those of them that start a process, thread or program
    absent: tuple[int, ...] = ()  # answered as by a kernel without them


# Forbidden on both architectures: io_uring (which opens sockets), pidfd, clone3, newer mounts.
_COMMON_CALLS = (424, 425, 426, 427, 428, 429, 430, 431, 432, 434, 435, 438, 442)
FORBIDDEN_CALLS = {
    "x86_64": SystemCalls(
        0xC000003E,
        (
            *(41, 42, 49, 50, 53, 288, 43),  # socket connect bind listen socketpair accept4 accept
            *(56, 57, 58, 59, 322),  # clone fork vfork execve execveat
            *(62, 200, 234, 101, 310, 311),  # kill tkill tgkill ptrace process_vm_readv, _writev
            *(272, 308, 165, 161),  # unshare setns mount chroot
            *(248, 249, 250, 298, 321, 323),  # keys, perf_event_open bpf userfaultfd
            *_COMMON_CALLS,
        ),
        (56, 57, 58, 59, 62),
    ),
    "aarch64": SystemCalls(
        0xC00000B7,
        (
            *(198, 203, 200, 201, 199, 242, 202),
            *(220, 221, 281),
            *(129, 130, 131, 117, 270, 271),
            *(97, 268, 40, 51),
            *(217, 218, 219, 241, 280, 282),
            *_COMMON_CALLS,
        ),
        (220, 221, 129),
    ),
}


def _with_program(calls: SystemCalls) -> SystemCalls:
    """Return the calls to refuse to a process that starts a program. clone3, whose flags no filter
    can read, is answered as absent: the C library then starts threads by clone."""
    refused = (number for number in calls.numbers if number not in (*calls.starting, CLONE3))
    return calls._replace(numbers=tuple(refused), absent=(CLONE3,))


class _Instruction(ctypes.Structure):
    """One instruction of the filter program, `struct sock_filter` of the kernel."""

    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("value", ctypes.c_uint),
    )


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Instruction)))


def _filter_calls(calls: SystemCalls) -> None:
    """Refuse these system calls to this process and its children from now on."""
    comparisons = [(AT_LEAST, OTHER_ABI), *((EQUAL, number) for number in calls.numbers)]
    count = len(comparisons)
    absent = [step for number in calls.absent for step in _answer_absent(number)]
    steps = [
        _Instruction(LOAD_WORD, 0, 0, ARCHITECTURE_OFFSET),
        _Instruction(EQUAL, 1, 0, calls.architecture),
        _Instruction(RETURN, 0, 0, KILL),
        _Instruction(LOAD_WORD, 0, 0, NUMBER_OFFSET),
        *absent,
        *(_Instruction(kind, count - at, 0, value) for at, (kind, value) in enumerate(comparisons)),
        _Instruction(RETURN, 0, 0, ALLOW),
        _Instruction(RETURN, 0, 0, REFUSE),
    ]
    program = _FilterProgram(len(steps), (_Instruction * len(steps))(*steps))
    _must_succeed(LIBC.prctl(PR_SET_SECCOMP, FILTER_MODE, ctypes.byref(program), 0, 0))


def _answer_absent(number: int) -> tuple[_Instruction, _Instruction]:
    return _Instruction(EQUAL, 0, 1, number), _Instruction(RETURN, 0, 0, ABSENT)


# --- files: linux/landlock.h --------------------------------------------------------------------

CREATE_RULESET, ADD_RULE, RESTRICT_SELF, VERSION_QUERY = 444, 445, 446, 1  # system calls; a flag
READ_RIGHTS = 1 << 2 | 1 << 3  # files and directories
RUN_RIGHTS = 1 | 1 << 2  # run and read a file
READ_FILE_RIGHT = 1 << 2
PATH_BENEATH = 1  # kind of a Landlock rule
LOADERS = (Path("/lib64/ld-linux-x86-64.so.2"), Path("/lib/ld-linux-aarch64.so.1"))
LIBRARY_FOLDERS, LIBRARY_CACHE = ("/usr/lib", "/lib", "/lib64"), Path("/etc/ld.so.cache")


class _LandlockRuleset(ctypes.Structure):
    _fields_ = (("handled", ctypes.c_uint64),)


class _LandlockPathRule(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int))


def _hide_files(program: Path | None) -> None:
    """Allow only to read files of Python, its libraries and this package, and to run `program`, if
    Landlock exists."""
    version = LIBC.syscall(CREATE_RULESET, None, 0, VERSION_QUERY)
    if version < 1:
        return
    rights = (1 << 12 + min(version, 3)) - 1  # each of the first versions added one right
    ruleset = _LandlockRuleset(rights)
    size = ctypes.sizeof(ruleset)
    rules = _must_succeed(LIBC.syscall(CREATE_RULESET, ctypes.byref(ruleset), size, 0))
    allowed = [(path, READ_RIGHTS) for path in _readable_folders()]
    for path, right in [*allowed, *(_program_rules(program) if program else ())]:
        beneath = _LandlockPathRule(right, os.open(path, os.O_PATH | os.O_CLOEXEC))
        _must_succeed(LIBC.syscall(ADD_RULE, rules, PATH_BENEATH, ctypes.byref(beneath), 0))
        os.close(beneath.parent)
    _must_succeed(LIBC.syscall(RESTRICT_SELF, rules, 0))
    os.close(rules)


def _program_rules(program: Path) -> Iterator[tuple[Path, int]]:
    """Yield what a program needs: itself, the loader, and the libraries of the system."""
    yield program, RUN_RIGHTS
    for loader in LOADERS:
        if loader.is_file():
            yield loader.resolve(), RUN_RIGHTS
    for folder in map(Path, LIBRARY_FOLDERS):
        if folder.is_dir():
            yield folder, READ_RIGHTS
    if LIBRARY_CACHE.is_file():
        yield LIBRARY_CACHE, READ_FILE_RIGHT


def _readable_folders() -> set[Path]:
    """Return the folders of Python, its libraries and this package, but not the repository."""
    paths = {Path(sysconfig.get_path("stdlib")), *map(Path, sys.path), PACKAGE}
    is_checkout = not PACKAGE.parent.name.endswith("-packages")
    return {path for path in paths if path.is_dir()} - ({PACKAGE.parent} if is_checkout else set())


def _must_succeed(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), "a restriction of the parser's process was refused")
    return result


# --- other systems ------------------------------------------------------------------------------

FORBIDDEN_EVENTS = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")


def _forbid_event(event: str, arguments: object) -> None:
    """Refuse network, programs and processes, as an audit hook of Python."""
    if event.startswith(FORBIDDEN_EVENTS):
        raise PermissionError(event)
