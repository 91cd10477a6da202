from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "protect.campaigns"

    def ready(self) -> None:
        from protect.campaigns import forms
        from protect.campaigns.materials.actions import index_materials
        from protect.reference import actions
        from protect.vault.sign_in.posted import DRAFT_PAGES

        DRAFT_PAGES.update(forms.PAGES)
        if index_materials not in actions.ADDITIONAL_LOADERS:
            actions.ADDITIONAL_LOADERS.append(index_materials)
