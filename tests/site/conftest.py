"""The cast at the desk: its modules name `one_clock` besides."""

from tests.vault.kept_rows import cast, kept_ledger, kept_rows, own_ledger

__all__ = ["cast", "kept_ledger", "kept_rows", "own_ledger"]
