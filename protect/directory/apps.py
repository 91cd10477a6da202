from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "protect.directory"

    def ready(self) -> None:
        """List the directory's desk forms, so that the vault can label their drafts."""
        from protect.directory.services import forms
        from protect.vault.sign_in import posted as kept

        kept.DRAFT_PAGES.update(forms.PAGES)
