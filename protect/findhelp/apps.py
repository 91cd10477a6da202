from django.apps import AppConfig


class FindhelpConfig(AppConfig):
    name = "protect.findhelp"

    def ready(self) -> None:
        """List the desk forms for posters, so that the vault can label their drafts."""
        from protect.findhelp.posters import forms
        from protect.vault.sign_in import posted

        posted.DRAFT_PAGES.update(forms.PAGES)
