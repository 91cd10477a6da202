"""How one key comes from another."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY = 32  # bytes


def derive(material: bytes, *, info: bytes, salt: bytes = b"") -> bytes:
    """Return a 32-byte key. Source: RFC 5869, HKDF with SHA-256."""
    return HKDF(SHA256(), KEY, salt, info).derive(material)
