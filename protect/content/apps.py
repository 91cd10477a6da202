from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "protect.content"

    def ready(self) -> None:
        from protect.content import forms
        from protect.content.drafts.draft_loader import load_drafts
        from protect.content.exchange import views
        from protect.reference import actions
        from protect.vault.sign_in.posted import DRAFT_PAGES

        DRAFT_PAGES.update(forms.PAGES | views.PAGES)

        if load_drafts not in actions.ADDITIONAL_LOADERS:
            actions.ADDITIONAL_LOADERS.append(load_drafts)
