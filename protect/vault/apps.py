from __future__ import annotations

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "protect.vault"
    label = "vault"

    def ready(self) -> None:
        from protect.vault import checks  # noqa: F401 - registers them
