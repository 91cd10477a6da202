"""An issuer, its keys and a signed certificate for tests."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from protect.certificates.badges.documents import CertificateContent, build_document
from protect.certificates.badges.issuers import Issuer, build_issuer_document
from protect.certificates.badges.status_lists import build_status_list
from protect.vault.formats import badges
from protect.vault.formats.badges import IssuerKey
from protect.vault.formats.secrets import SigningSeed

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LATER = AT + timedelta(days=2)
SEED, OLD_SEED, FOREIGN_SEED = (SigningSeed(bytes([n]) * 32) for n in (1, 2, 3))
ADDRESS = "https://help.demo.example/issuers/7d9f1c52-7a3e-4d0e-9b62-0f3f6a1c2b11"
CONTROLLER = badges.did_web(ADDRESS)
OTHER = badges.did_web("https://other.demo.example/issuers/1")
ISSUER = Issuer("Demo office", ADDRESS, CONTROLLER)
OLD_KEY = IssuerKey(
    CONTROLLER, badges.public_key_of(OLD_SEED), AT - timedelta(days=400), AT - timedelta(days=30)
)
KEY = IssuerKey(CONTROLLER, badges.public_key_of(SEED), AT - timedelta(days=30))
KEYS = (OLD_KEY, KEY)
STATUS_INDEX = 94_567
CONTENT = CertificateContent(
    id=UUID("6a3f2f9c-6a4b-4d2c-9c53-0d2a3e0e1e11"),
    issuer=ISSUER,
    title="Protection in practice: first conversations",
    short_title="Demo course A",
    criteria="At least 80 % of the planned time, and 60 % in the test.",
    minutes=360,
    day=date(2026, 11, 19),
    issued=AT,
    status_list=1,
    status_index=STATUS_INDEX,
    name="Demo Person",
)


def sign(document: dict[str, Any], seed: SigningSeed = SEED, *, at: datetime = AT) -> Any:
    address = f"{CONTROLLER}#{badges.public_key_of(seed)}"
    return badges.sign(document, seed, address, at=at)


def make_status_lists(*places: int, at: datetime = AT) -> list[Any]:
    """Return the list of what was revoked, signed."""
    return [sign(build_status_list(ISSUER, 1, places, at=at), at=at)]


SIGNED = sign(build_document(CONTENT))
SIGNED_WITHOUT_NAME = sign(build_document(replace(CONTENT, name=None)))
STATUS_LISTS = make_status_lists()
PROFILE = build_issuer_document(ISSUER, KEYS)

type Path = tuple[str | int, ...]


def iterate_leaves(document: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every value that is no object and no list, with the way to it."""
    if not isinstance(document, dict | list):
        yield path, document
        return
    pairs = document.items() if isinstance(document, dict) else enumerate(document)
    for name, item in pairs:
        yield from iterate_leaves(item, (*path, name))


def with_value(document: Any, path: Path, value: Any) -> Any:
    """Return a copy in which one member says something else."""
    copy = deepcopy(document)
    inner = copy
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return copy


def without_member(document: Any, path: Path) -> Any:
    """Return a copy that lacks a member."""
    copy = deepcopy(document)
    inner = copy
    for name in path[:-1]:
        inner = inner[name]
    del inner[path[-1]]
    return copy


def altered_value(value: Any) -> Any:
    """Return a value of the same kind that says something else, where it can in the same shape."""
    if isinstance(value, bool):
        return not value
    for old, new in (("2026", "2025"), ("0", "1"), ("1", "2"), ("a", "b"), ("e", "f")):
        if old in value:
            return new.join(value.rsplit(old, 1))
    return f"{value}x"


def to_bytes(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
