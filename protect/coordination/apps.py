from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "protect.coordination"

    def ready(self) -> None:
        from protect.coordination.groups import forms as groups
        from protect.vault.sign_in.posted import DRAFT_PAGES

        DRAFT_PAGES.update(groups.PAGES)
