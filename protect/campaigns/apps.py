from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "protect.campaigns"

    def ready(self) -> None:
        from protect.campaigns import forms
        from protect.vault.sign_in.posted import DRAFT_PAGES

        DRAFT_PAGES.update(forms.PAGES)
