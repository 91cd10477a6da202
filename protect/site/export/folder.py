"""The folder of an export. A new export grows beside it and takes its place in one step, so that
web servers see the earlier export or the new one, never a part.

An export may have 100,000 files, so that each is written, read and removed by system calls: the
same by `pathlib` and `shutil` takes three times as long."""

import ctypes
import fcntl
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from protect.site.errors import SiteRefusal

INDEX = "index.html"
COMPRESSED = (("br", ".br"), ("gzip", ".gz"))  # encodings, and the endings of their files
AT_FDCWD, RENAME_EXCHANGE = -100, 2  # Source: man 2 renameat2
CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


class NewFolder:
    """The growing export, a hidden folder beside the one that it will replace."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(f".{target.name}.new")
        self._new, self._old = f"{self.path}/", f"{target}/"
        self._parents: set[str] = set()  # folders that exist; two threads may make the same one

    @contextmanager
    def begun(self) -> Iterator[None]:
        """Make the folder, without what a killed export left, and remove it if the block fails.
        Only the holder of the lock may. Errors: OSError."""
        if self.path.exists():
            shutil.rmtree(self.path)
        self.path.mkdir()
        try:
            yield
        except BaseException:
            shutil.rmtree(self.path, ignore_errors=True)
            raise

    def write(self, name: str, content: bytes) -> None:
        """Write a file that is not there yet. Errors: OSError."""
        descriptor = os.open(self._path_of(name), CREATE, 0o644)
        try:
            written = os.write(descriptor, content)
            while written < len(content):  # a full disk takes a part, then refuses
                written += os.write(descriptor, content[written:])
        finally:
            os.close(descriptor)

    def keep(self, name: str) -> None:
        """Give a file of the earlier export a second name, in this one. Errors: OSError."""
        os.link(self._old + name, self._path_of(name))

    def put_in_place(self, earlier_files: Iterable[str]) -> None:
        """Exchange this folder with the earlier export, which is then removed; `earlier_files`: its
        files, as far as they are known. Errors: OSError."""
        os.sync()  # a machine that loses its power now has all of the new files
        if _is_empty(self.target):
            self.path.rename(self.target)
        else:
            _exchange(self.path, self.target)
            _remove(self._new, earlier_files)
        shutil.rmtree(self.path, ignore_errors=True)

    def _path_of(self, name: str) -> str:
        parent = name.rpartition("/")[0]
        if parent and parent not in self._parents:
            os.makedirs(self._new + parent, exist_ok=True)
            self._parents.add(parent)
        return self._new + name


def is_own_file(folder: Path, name: str) -> bool:
    """Return whether a name leads to a file inside a folder: neither it nor a folder above it is a
    link."""
    parent, _, _last = f"{folder}/{name}".rpartition("/")
    try:
        mode = os.stat(f"{folder}/{name}", follow_symlinks=False).st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) and ".." not in name.split("/") and _is_own_folder(folder, parent)


@lru_cache(maxsize=100_000)
def _is_own_folder(folder: Path, parent: str) -> bool:
    """Return whether a folder lies in another one without a link between. Each is looked at once by
    a process, which makes or checks one export."""
    own = os.path.join(os.path.realpath(folder), os.path.relpath(parent, folder))
    return os.path.realpath(parent) == os.path.normpath(own)


def read_file(folder: Path, name: str) -> bytes:
    """Return the content of a file. Errors: OSError, also for a link."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(f"{folder}/{name}", flags)
    try:
        size = os.fstat(descriptor).st_size
        return os.read(descriptor, size)
    finally:
        os.close(descriptor)


def page_file(path: str) -> str:
    """Return the name of the file for the path of a page: a folder's index, so that any server
    finds it; a path with an ending is a file itself."""
    name = path.strip("/")
    return name if "." in name else f"{name}/{INDEX}".removeprefix("/")


@contextmanager
def locked(target: Path) -> Iterator[None]:
    """Hold a lock that one export of a folder can hold. Errors: export_running; OSError."""
    descriptor = os.open(target.with_name(f".{target.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise SiteRefusal("export_running", folder=str(target)) from None
    finally:
        os.close(descriptor)


def _is_empty(folder: Path) -> bool:
    return not folder.exists() or not any(folder.iterdir())


def _remove(folder: str, names: Iterable[str]) -> None:
    """Remove files, and the folders in which they were if these are empty then."""
    parents = set()
    for name in names:
        if ".." in name.split("/"):  # of a forged manifest
            continue
        with suppress(OSError):
            os.unlink(folder + name)
        parents.add(name.rpartition("/")[0])
    for parent in sorted(parents, reverse=True):  # a folder after those inside it
        with suppress(OSError):
            os.rmdir(folder + parent)


def _exchange(one: Path, other: Path) -> None:
    """Exchange the names of two folders in one step. Errors: OSError, also where the file system
    cannot do this."""
    libc = ctypes.CDLL(None, use_errno=True)
    paths = os.fsencode(one), os.fsencode(other)
    if libc.renameat2(AT_FDCWD, paths[0], AT_FDCWD, paths[1], RENAME_EXCHANGE):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(other))
