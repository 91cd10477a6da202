"""A snapshot as a file: a head of fixed length, one record for each row, and a body with the
columns and the encoder. The head says where the body is and authenticates both with a key; the body
has the digest of each record. A file that is cut off, changed or of another format is refused.

Nothing in the file can run code: the body is NumPy's `npz` without pickle, records are JSON."""

import hmac
import os
import struct
from collections.abc import Mapping
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
    compact_tables,
)
from protect.matching.engine.columns.freshness import EPOCH, TICK, ticks
from protect.matching.engine.columns.points import Positions
from protect.matching.engine.engine import Engine
from protect.matching.engine.snapshot import Snapshot
from protect.matching.services.records import DIGEST_SIZE, Records, Rows, digest, encode

MAGIC, FORMAT = b"PROTECTs", 1
HEAD = struct.Struct(">8sIQQQ")  # magic, format, directory version; start and length of the body
TAG_SIZE = 32  # bytes, after the head
FILE_MODE = 0o600
ENCODER_ADAPTER = TypeAdapter(EncoderState)

type Arrays = Mapping[str, NDArray[Any]]
type Stamps = Mapping[UUID, Stamp]


class FileRefused(ValueError):
    """A file that no snapshot is read from; the message says why."""


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
    Errors: OSError; RecordDamaged. Then the old file stays."""
    new = path.with_suffix(".new")  # the lock allows one writer; a killed one left it behind
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            starts, digests = _write_records(file, engine)
            body = _body(engine, stamps, starts, digests)
            head = HEAD.pack(MAGIC, FORMAT, engine.version, file.tell(), len(body))
            file.write(body)
            file.seek(0)
            file.write(head + _tag(head, body, key))
            file.flush()
            os.fsync(file.fileno())
            os.replace(new, path)
            records = Records(os.dup(file.fileno()), starts, digests)
    finally:
        new.unlink(missing_ok=True)
    return Rows(records, list(range(len(digests))))


def read(path: Path, key: bytes) -> tuple[Engine, StampColumns]:
    """Return the engine and the stamps of a file. Errors: FileRefused; OSError."""
    with path.open("rb") as file:
        head, tag = file.read(HEAD.size), file.read(TAG_SIZE)
        version, start, length = _unpack(head)
        if start + length != os.fstat(file.fileno()).st_size:
            raise FileRefused("cut off")
        file.seek(start)
        body = file.read(length)
        if not hmac.compare_digest(tag, _tag(head, body, key)):
            raise FileRefused("changed, or written with another key")
        with np.load(BytesIO(body), allow_pickle=False) as loaded:
            arrays = dict(loaded)
        records = Records(os.dup(file.fileno()), arrays["starts"], arrays["digests"])
    state = ENCODER_ADAPTER.validate_json(arrays["encoder"].tobytes())
    encoder = Encoder.restore(state, arrays["waits"])
    rows = Rows(records, list(range(len(arrays["digests"]))))
    snapshot = Snapshot(encoder, _tables(arrays), rows)
    return Engine.of_snapshot(snapshot, version), StampColumns(**_group(arrays, "stamps"))


def version(path: Path) -> int | None:
    """Return the directory version of a file, not authenticated; None if there is no such file."""
    try:
        with path.open("rb") as file:
            return _unpack(file.read(HEAD.size))[0]
    except (OSError, FileRefused):
        return None


def _unpack(head: bytes) -> tuple[int, int, int]:
    """Return directory version, start and length of the body. Errors: FileRefused."""
    if len(head) < HEAD.size:
        raise FileRefused("cut off")
    magic, file_format, directory_version, start, length = HEAD.unpack(head)
    if (magic, file_format) != (MAGIC, FORMAT):
        raise FileRefused("of another format")
    return directory_version, start, length


def _tag(head: bytes, body: bytes, key: bytes) -> bytes:
    tag = hmac.new(key, head, "sha256")
    tag.update(body)
    return tag.digest()


def _write_records(file: BinaryIO, engine: Engine) -> tuple[NDArray[Any], NDArray[np.uint8]]:
    """Write all rows, and return the starts and digests that Records needs."""
    rows = engine.rows
    place = file.write(bytes(HEAD.size + TAG_SIZE))
    starts, digests = [place], []
    for record in rows.encoded() if isinstance(rows, Rows) else map(encode, rows):
        place += file.write(record)
        starts.append(place)
        digests.append(digest(record))
    together = np.frombuffer(b"".join(digests), dtype=np.uint8)
    return np.array(starts, dtype=np.int64), together.reshape(-1, DIGEST_SIZE)


def _body(engine: Engine, stamps: Stamps, starts: NDArray[Any], digests: NDArray[Any]) -> bytes:
    tables, (state, waits) = compact_tables(engine.snapshot.tables), engine.snapshot.encoder.state()
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
