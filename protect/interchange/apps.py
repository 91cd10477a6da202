from django.apps import AppConfig


class InterchangeConfig(AppConfig):
    name = "protect.interchange"

    def ready(self) -> None:
        from protect.directory.extension import register
        from protect.interchange import extension
        from protect.vault.sign_in.posted import DRAFT_PAGES

        register(extension.Extension())
        DRAFT_PAGES.update(extension.PAGES)
