"""The manifest of an export: when it was made, until when it may be shown, and the SHA-256 digests
of its files."""

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import file_digest, sha256
from hmac import compare_digest
from pathlib import Path
from typing import Any

from django.conf import settings

from protect.kernel import clock
from protect.site.errors import SiteRefusal
from protect.site.export.day_line import unpack
from protect.site.export.folder import COMPRESSED, is_own_file, read_file

MANIFEST = "manifest.json"
FORMAT = "protect-export-1"
KEY_PURPOSE = b"protect export manifest v1"
ENDINGS = {ending: encoding for encoding, ending in COMPRESSED}


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
    seal: str = ""  # keyed hash of all else, by the server that made the export

    def to_bytes(self) -> bytes:
        document = {"format": FORMAT, **asdict(self)}
        return json.dumps(document, indent=1, sort_keys=True).encode()

    def sealed(self) -> "Manifest":
        """Return the manifest with its seal."""
        return replace(self, seal=self._make_seal())

    def is_sealed(self) -> bool:
        """Return whether this server made the manifest: a writer to the folder has no key."""
        return compare_digest(self.seal, self._make_seal())

    def _make_seal(self) -> str:
        key = hmac.digest(settings.SECRET_KEY.encode(), KEY_PURPOSE, "sha256")
        return hmac.new(key, replace(self, seal="").to_bytes(), "sha256").hexdigest()


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
    """Yield the files of an export that are missing, are not as they were written, or are links,
    and the compressed files that hold another page than the file beside them."""
    if not manifest.is_sealed():
        yield MANIFEST
    for name, digest in manifest.files.items():
        is_right = is_own_file(folder, name) and digest_file(folder / name) == digest
        if not is_right or not _is_true_twin(folder, name, manifest):
            yield name


def _is_true_twin(folder: Path, name: str, manifest: Manifest) -> bool:
    """Return whether a compressed file holds what the file beside it says; other files do."""
    plain, _, ending = name.rpartition(".")
    if f".{ending}" not in ENDINGS or plain not in manifest.files:
        return True
    if not is_own_file(folder, plain):
        return False
    expected, packed = read_file(folder, plain), read_file(folder, name)
    return unpack(packed, ENDINGS[f".{ending}"], len(expected)) == expected


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
