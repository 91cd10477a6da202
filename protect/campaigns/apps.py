from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "protect.campaigns"

    def ready(self) -> None:
        from protect.campaigns import film_forms, forms, log_forms, report_forms
        from protect.campaigns.extension import Campaigns
        from protect.campaigns.films.uploads import FILM_PATHS
        from protect.campaigns.materials.actions import index_materials
        from protect.reference import actions
        from protect.trainings.base.extension import register
        from protect.uploads.refusal_reasons import MAX_FILM_BYTES
        from protect.uploads.upload_handler import LARGER_UPLOADS
        from protect.vault.sign_in.posted import DRAFT_PAGES

        register(Campaigns())
        DRAFT_PAGES.update(forms.PAGES)
        DRAFT_PAGES.update(log_forms.PAGES)
        DRAFT_PAGES.update(film_forms.PAGES)
        DRAFT_PAGES.update(report_forms.PAGES)
        LARGER_UPLOADS[FILM_PATHS] = MAX_FILM_BYTES
        if index_materials not in actions.ADDITIONAL_LOADERS:
            actions.ADDITIONAL_LOADERS.append(index_materials)
