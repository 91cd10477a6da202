from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "protect.verification"

    def ready(self) -> None:
        from protect.directory.extension import register
        from protect.vault.sign_in.posted import DRAFT_PAGES
        from protect.verification import extension

        register(extension.Extension())
        DRAFT_PAGES.update(extension.PAGES)
