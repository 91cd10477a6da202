from django.apps import AppConfig


class FindhelpConfig(AppConfig):
    name = "protect.findhelp"

    def ready(self) -> None:
        from protect.findhelp.posters import forms
        from protect.vault.sign_in import posted as kept

        kept.DRAFT_PAGES.update(forms.PAGES)
