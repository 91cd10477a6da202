from django.apps import AppConfig


class FindhelpConfig(AppConfig):
    name = "protect.findhelp"

    def ready(self) -> None:
        """Register the public pages of services, and the desk forms for posters, so that the vault
        can label their drafts."""
        from protect.directory.extension import register
        from protect.findhelp import extension
        from protect.findhelp.posters import forms
        from protect.vault.sign_in import posted

        register(extension.Extension())
        posted.DRAFT_PAGES.update(forms.PAGES)
