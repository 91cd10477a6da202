"""The manifest of an export: when it was made, until when it may be shown, and the SHA-256 digests
of its files."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from protect.kernel import clock
from protect.site.errors import SiteRefusal

MANIFEST = "manifest.json"
FORMAT = "protect-export-1"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Instants are ISO texts in UTC, so that the manifest is written as it is read."""

    site: str
    made_at: str
    rebuild_before: str  # the first moment at which a shown fact may be out of date
    directory_as_of: str  # until when it is known that the directory was so
    is_from_file: bool  # whether the directory came from the snapshot file
    has_rights: bool  # whether the pages about rights could be read
    countries: tuple[str, ...]
    areas: tuple[str, ...]
    languages: tuple[str, ...]
    pages: int
    files: Mapping[str, str]  # digests by name; all files but the manifest

    def to_bytes(self) -> bytes:
        document = {"format": FORMAT, **asdict(self)}
        return json.dumps(document, indent=1, sort_keys=True).encode()


def digest_of(content: bytes) -> str:
    return sha256(content).hexdigest()


def digest_file(path: Path) -> str:
    """Return the digest of a file; "" for one that cannot be read."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of an export. Errors: export_not_an_export, also for a damaged one."""
    try:
        document: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
        if document.pop("format") != FORMAT:
            raise ValueError(FORMAT)
        lists = {name: tuple(document[name]) for name in ("countries", "areas", "languages")}
        manifest = Manifest(**(document | lists))
        datetime.fromisoformat(manifest.made_at), datetime.fromisoformat(manifest.rebuild_before)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise SiteRefusal("export_not_an_export", folder=str(folder)) from None
    return manifest


def damaged_files(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield the files of an export that are missing or are not as they were written."""
    for name, digest in manifest.files.items():
        if digest_file(folder / name) != digest:
            yield name


def check_export(folder: Path) -> Manifest:
    """Return the manifest of an export that may be shown. Errors: export_not_an_export,
    export_damaged, export_too_old."""
    manifest = read_manifest(folder)
    if damaged := list(damaged_files(folder, manifest)):
        count, first = len(damaged), damaged[0]
        raise SiteRefusal("export_damaged", folder=str(folder), count=count, file=first)
    if clock.now() >= datetime.fromisoformat(manifest.rebuild_before):
        raise SiteRefusal("export_too_old", folder=str(folder), moment=manifest.rebuild_before)
    return manifest
