"""A snapshot as a file: a head of fixed length, one record for each row, and a body with the
columns and the encoder. The head, authenticated with a key, says where the body is and has its
digest: a body is read only at the length that its writer gave it. The body has the digest of each
record. A file that is cut off, changed or of another format is refused.

Nothing in the file can run code: the body is NumPy's `npz` without pickle, records are JSON."""

import errno
import hmac
import os
import stat
import struct
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from protect.directory.service_models import Stamp
from protect.matching.engine.columns.columns import (
    Columns,
    Encoder,
    EncoderState,
    RoomColumns,
    Tables,
)
from protect.matching.engine.columns.compaction import compact
from protect.matching.engine.columns.freshness import EPOCH, TICK, ticks
from protect.matching.engine.columns.points import Positions
from protect.matching.engine.engine import Engine
from protect.matching.engine.snapshot import Snapshot
from protect.matching.services.records import DIGEST_SIZE, Records, Rows, digest, encode

MAGIC, FORMAT = b"PROTECTs", 3
HEAD = struct.Struct(">8sIQQQ32s")  # see Head
TAG_SIZE = 32  # bytes, after the head
FILE_MODE = 0o600
ENCODER_ADAPTER = TypeAdapter(EncoderState)

type Arrays = Mapping[str, NDArray[Any]]
type Stamps = Mapping[UUID, Stamp]


class FileRefused(ValueError):
    """A snapshot file is refused; the message says why."""


class Head(NamedTuple):
    """The beginning of a file, which a tag follows."""

    magic: bytes
    format: int
    version: int  # of the directory
    start: int  # offset of the body
    length: int  # of the body, in bytes
    body_digest: bytes  # SHA-256


class StampColumns(NamedTuple):
    """The stamps of services as columns, of which `stamps` makes a dictionary."""

    ids: NDArray[np.uint8]  # axes: service, byte of its UUID
    modified: NDArray[np.int64]  # ticks
    versions: NDArray[np.int64]

    @classmethod
    def from_stamps(cls, stamps: Stamps) -> "StampColumns":
        ids = np.frombuffer(b"".join(key.bytes for key in stamps), dtype=np.uint8)
        modified = [ticks(at) for at, _ in stamps.values()]
        versions = [version for _, version in stamps.values()]
        return cls(ids.reshape(-1, 16), np.array(modified, np.int64), np.array(versions, np.int64))

    def stamps(self) -> Stamps:
        columns = (self.ids, self.modified.tolist(), self.versions.tolist())
        return {
            UUID(bytes=key.tobytes()): (EPOCH + modified * TICK, version)
            for key, modified, version in zip(*columns, strict=True)
        }


def write(path: Path, engine: Engine, stamps: Stamps, key: bytes) -> Rows:
    """Replace a file in one step, and return the engine's rows as records of the new file.
    Errors: OSError; RowDamaged. Then the old file stays."""
    new = path.with_suffix(".new")  # the lock allows one writer; a killed one left it behind
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            starts, digests = _write_records(file, engine)
            body = _body(engine, stamps, starts, digests)
            body_digest = sha256(body).digest()
            head = Head(MAGIC, FORMAT, engine.version, file.tell(), len(body), body_digest)
            file.write(body)
            file.seek(0)
            file.write(HEAD.pack(*head) + _tag(HEAD.pack(*head), key))
            file.flush()
            os.fsync(file.fileno())
            os.replace(new, path)
            records = Records(os.dup(file.fileno()), starts, digests)
    finally:
        new.unlink(missing_ok=True)
    return Rows(records, list(range(len(digests))))


def read(path: Path, key: bytes) -> tuple[Engine, StampColumns]:
    """Return the engine and the stamps of a file. Errors: FileRefused; OSError."""
    with os.fdopen(open_own(path, os.O_RDONLY), "rb") as file:
        head = _read_head(file, key)
        if head.start + head.length != os.fstat(file.fileno()).st_size:
            raise FileRefused("cut off")
        file.seek(head.start)
        body = file.read(head.length)
        if sha256(body).digest() != head.body_digest:
            raise FileRefused("changed")
        with np.load(BytesIO(body), allow_pickle=False) as loaded:
            arrays = dict(loaded)
        records = Records(os.dup(file.fileno()), arrays["starts"], arrays["digests"])
    state = ENCODER_ADAPTER.validate_json(arrays["encoder"].tobytes())
    encoder = Encoder.restore(state, arrays["waits"])
    rows = Rows(records, list(range(len(arrays["digests"]))))
    snapshot = Snapshot(encoder, _tables(arrays), rows)
    return Engine.of_snapshot(snapshot, head.version), StampColumns(**_group(arrays, "stamps"))


def version(path: Path, key: bytes) -> int | None:
    """Return the directory version of a file; None if there is no such file of this key."""
    try:
        with os.fdopen(open_own(path, os.O_RDONLY), "rb") as file:
            return _read_head(file, key).version
    except (OSError, FileRefused):
        return None


def open_own(path: Path, flags: int) -> int:
    """Return the descriptor of a regular file of this account or of root. A link is not followed,
    and opening a pipe does not wait for another process. Errors: OSError."""
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, FILE_MODE)
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode) and status.st_uid in {0, os.geteuid()}:
        return descriptor
    os.close(descriptor)
    raise PermissionError(errno.EPERM, "no regular file of this account", str(path))


def _read_head(file: BinaryIO, key: bytes) -> Head:
    """Return the head of a file, authenticated. Errors: FileRefused."""
    packed, tag = file.read(HEAD.size), file.read(TAG_SIZE)
    if len(packed) + len(tag) < HEAD.size + TAG_SIZE:
        raise FileRefused("cut off")
    head = Head._make(HEAD.unpack(packed))
    if (head.magic, head.format) != (MAGIC, FORMAT):
        raise FileRefused("of another format")
    if not hmac.compare_digest(tag, _tag(packed, key)):
        raise FileRefused("changed, or written with another key")
    return head


def _tag(packed: bytes, key: bytes) -> bytes:
    return hmac.digest(key, packed, "sha256")


def _write_records(file: BinaryIO, engine: Engine) -> tuple[NDArray[Any], NDArray[np.uint8]]:
    """Write all rows, and return the starts and digests that Records needs."""
    rows = engine.rows
    offset = file.write(bytes(HEAD.size + TAG_SIZE))
    starts, digests = [offset], []
    for record in rows.encoded() if isinstance(rows, Rows) else map(encode, rows):
        offset += file.write(record)
        starts.append(offset)
        digests.append(digest(record))
    all_digests = np.frombuffer(b"".join(digests), dtype=np.uint8)
    return np.array(starts, dtype=np.int64), all_digests.reshape(-1, DIGEST_SIZE)


def _body(engine: Engine, stamps: Stamps, starts: NDArray[Any], digests: NDArray[Any]) -> bytes:
    snapshot = engine.snapshot
    tables, state, waits = compact(snapshot.tables, *snapshot.encoder.state())
    groups: dict[str, dict[str, NDArray[Any]]] = {
        "columns": tables.columns._asdict(),
        "positions": tables.positions._asdict(),
        "rooms": tables.rooms._asdict(),
        "stamps": StampColumns.from_stamps(stamps)._asdict(),
    }
    encoder = ENCODER_ADAPTER.dump_json(state, exclude_defaults=True)
    arrays = {
        "starts": starts,
        "digests": digests,
        "waits": waits,
        "place_numbers": tables.place_numbers,
        "encoder": np.frombuffer(encoder, dtype=np.uint8),
    }
    for group, columns in groups.items():
        arrays |= {f"{group}.{name}": column for name, column in columns.items()}
    body = BytesIO()
    np.savez(body, allow_pickle=False, **arrays)
    return body.getvalue()


def _tables(arrays: Arrays) -> Tables:
    return Tables(
        columns=Columns(**_group(arrays, "columns")),
        positions=Positions(**_group(arrays, "positions")),
        place_numbers=arrays["place_numbers"],
        rooms=RoomColumns(**_group(arrays, "rooms")),
    )


def _group(arrays: Arrays, group: str) -> dict[str, NDArray[Any]]:
    prefix = f"{group}."
    return {
        name.removeprefix(prefix): column
        for name, column in arrays.items()
        if name.startswith(prefix)
    }
