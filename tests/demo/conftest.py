"""The demo makes keys: its tests have the vault's settings and a ledger of their own."""

from tests.vault.conftest import kept_ledger, own_ledger, runs, vault_settings

__all__ = ["kept_ledger", "own_ledger", "runs", "vault_settings"]
