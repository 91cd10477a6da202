from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "protect.vault"

    def ready(self) -> None:
        from protect.orgs import alarms
        from protect.vault import (
            checks,  # noqa: F401 - registers the checks
            posted,
        )
        from protect.vault.integrity.key_checks import is_fault_present
        from protect.vault.sign_in.posted import DRAFT_PAGES

        alarms.register_comparison(is_fault_present)
        DRAFT_PAGES.update(posted.PAGES)
