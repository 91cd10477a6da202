from __future__ import annotations

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "protect.vault"
    label = "vault"

    def ready(self) -> None:
        from protect.orgs import alarms
        from protect.vault import checks  # noqa: F401 - registers them
        from protect.vault.actions.alarm_causes import is_still_so

        alarms.compare_with(is_still_so)
