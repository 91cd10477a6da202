from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "protect.vault"
    label = "vault"

    def ready(self) -> None:
        from protect.orgs import alarms
        from protect.vault import (
            checks,  # noqa: F401 - registers them
            posted,
        )
        from protect.vault.integrity.key_checks import is_still_so
        from protect.vault.sign_in.posted import PAGES

        alarms.compare_with(is_still_so)
        PAGES.update(posted.PAGES)
