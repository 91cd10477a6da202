"""What the process of a parser may still do: compute, read the files of Python, and answer.

Three fences, each of which the process puts around itself and cannot take away:
- limits of memory, time, files and descriptors, wherever Python runs on Unix;
- a filter of system calls (seccomp) on Linux: no network, no program, no other process. Where it
  is refused, the process ends before it reads the file;
- Landlock, where the kernel has it (5.13 and newer, Debian 13 does): no file but those of Python,
  its libraries and this package, and no memory or environment of another process of the same user.
On other systems than Linux (a developer's demo) only Python's own audit hook stands for the last
two: it stops Python code, not a library that was taken over.
"""

import ctypes
import os
import platform
import resource
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

OPEN_FILES = 64
PACKAGE = Path(__file__).resolve().parents[1]


def limit(*, memory: int, cpu_seconds: int) -> None:
    """Bound what this process may spend. Units: bytes of addresses; seconds of computing."""
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_CORE: 0,  # no picture of memory is left behind
        resource.RLIMIT_FSIZE: 0,  # no file can be written
        resource.RLIMIT_NOFILE: OPEN_FILES,
    }
    for name, most in limits.items():
        resource.setrlimit(name, (most, most))
    with suppress(OSError):  # elsewhere than on Linux; here: the first to go where memory ends
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


def enclose() -> None:
    """Give up network, programs, other processes and files. Errors: OSError, where refused."""
    if sys.platform != "linux":
        sys.addaudithook(_forbid)
        return
    if platform.machine() not in CALLS:
        raise OSError("no filter of system calls for this processor")
    _must(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _hide_files()
    _filter_calls(CALLS[platform.machine()])


# --- system calls: linux/seccomp.h, linux/filter.h, linux/audit.h -------------------------------

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER = 38, 22, 2
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
NUMBER_AT, ARCHITECTURE_AT = 0, 4  # places in `struct seccomp_data`
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000  # REFUSE answers EPERM
OTHER_ABI = 0x40000000  # x32: the same calls under other numbers


class Calls(NamedTuple):
    """System calls of one architecture that a parser never needs."""

    architecture: int
    numbers: tuple[int, ...]


# The same on both: io_uring (which opens sockets by itself), pidfd, clone3, newer mounts.
_EVERYWHERE = (424, 425, 426, 427, 428, 429, 430, 431, 432, 434, 435, 438, 442)
CALLS = {
    "x86_64": Calls(
        0xC000003E,
        (
            *(41, 42, 49, 50, 53, 288, 43),  # socket connect bind listen socketpair accept4 accept
            *(56, 57, 58, 59, 322),  # clone fork vfork execve execveat
            *(62, 200, 234, 101, 310, 311),  # kill tkill tgkill ptrace process_vm_readv, _writev
            *(272, 308, 165, 161),  # unshare setns mount chroot
            *(248, 249, 250, 298, 321, 323),  # keys, perf_event_open bpf userfaultfd
            *_EVERYWHERE,
        ),
    ),
    "aarch64": Calls(
        0xC00000B7,
        (
            *(198, 203, 200, 201, 199, 242, 202),
            *(220, 221, 281),
            *(129, 130, 131, 117, 270, 271),
            *(97, 268, 40, 51),
            *(217, 218, 219, 241, 280, 282),
            *_EVERYWHERE,
        ),
    ),
}


class _Step(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("value", ctypes.c_uint),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def _filter_calls(calls: Calls) -> None:
    """Refuse some system calls from now on, for this process and whatever it becomes."""
    tests = [(AT_LEAST, OTHER_ABI), *((EQUAL, number) for number in calls.numbers)]
    steps = [
        _Step(LOAD, 0, 0, ARCHITECTURE_AT),
        _Step(EQUAL, 1, 0, calls.architecture),
        _Step(RETURN, 0, 0, KILL),
        _Step(LOAD, 0, 0, NUMBER_AT),
        *(_Step(kind, len(tests) - at, 0, value) for at, (kind, value) in enumerate(tests)),
        _Step(RETURN, 0, 0, ALLOW),
        _Step(RETURN, 0, 0, REFUSE),
    ]
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    _must(LIBC.prctl(PR_SET_SECCOMP, FILTER, ctypes.byref(program), 0, 0))


# --- files: linux/landlock.h --------------------------------------------------------------------

CREATE_RULESET, ADD_RULE, RESTRICT_SELF, VERSION = 444, 445, 446, 1
READ = 1 << 2 | 1 << 3  # files and directories
BENEATH = 1


class _Ruleset(ctypes.Structure):
    _fields_ = (("handled", ctypes.c_uint64),)


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int))


def _hide_files() -> None:
    """Leave only the files of Python, its libraries and this package, where Landlock exists."""
    version = LIBC.syscall(CREATE_RULESET, None, 0, VERSION)
    if version < 1:
        return
    rights = (1 << 12 + min(version, 3)) - 1  # each of the first versions added one
    ruleset = _Ruleset(rights)
    rules = _must(LIBC.syscall(CREATE_RULESET, ctypes.byref(ruleset), ctypes.sizeof(ruleset), 0))
    for path in _readable():
        beneath = _Beneath(READ, os.open(path, os.O_PATH | os.O_CLOEXEC))
        _must(LIBC.syscall(ADD_RULE, rules, BENEATH, ctypes.byref(beneath), 0))
        os.close(beneath.parent)
    _must(LIBC.syscall(RESTRICT_SELF, rules, 0))
    os.close(rules)


def _readable() -> set[Path]:
    """Return the folders of Python, its libraries and this package; not the one that holds it."""
    paths = {Path(sysconfig.get_path("stdlib")), *map(Path, sys.path), PACKAGE}
    is_checkout = not PACKAGE.parent.name.endswith("-packages")
    return {path for path in paths if path.is_dir()} - ({PACKAGE.parent} if is_checkout else set())


def _must(answer: int) -> int:
    if answer < 0:
        raise OSError(ctypes.get_errno(), "a fence of the parser's process was refused")
    return answer


# --- elsewhere ----------------------------------------------------------------------------------

FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")


def _forbid(event: str, arguments: object) -> None:
    if event.startswith(FORBIDDEN):
        raise PermissionError(event)
