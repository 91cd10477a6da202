"""Sealing and opening. The only package that touches `cryptography`."""

from __future__ import annotations

from protect.vault.actions.tokens import forget_salts, open_token, seal_token

__all__ = ["forget_salts", "open_token", "seal_token"]
