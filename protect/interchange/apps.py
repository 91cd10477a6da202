from django.apps import AppConfig


class InterchangeConfig(AppConfig):
    name = "protect.interchange"

    def ready(self) -> None:
        from protect.directory.extension import register
        from protect.interchange import posted
        from protect.interchange.extension import Extension
        from protect.vault.sign_in import posted as kept

        register(Extension())
        kept.DRAFT_PAGES.update(posted.PAGES)
