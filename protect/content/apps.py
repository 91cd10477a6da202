from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "protect.content"

    def ready(self) -> None:
        from protect.content import forms
        from protect.content.drafts.draft_loader import load_drafts
        from protect.content.exchange import views
        from protect.content.readers import views as readers
        from protect.content.recordings import views as recordings
        from protect.content.segments import forms as segments
        from protect.content.sign_off import views as sign_off
        from protect.content.sign_off.confirmed import confirmed_digests
        from protect.reference import actions, country_facts
        from protect.vault.sign_in.posted import DRAFT_PAGES

        for pages in (forms.PAGES, views.PAGES, sign_off.PAGES, recordings.PAGES):
            DRAFT_PAGES.update(pages)
        DRAFT_PAGES.update(readers.PAGES | segments.PAGES)
        if confirmed_digests not in country_facts.CONFIRMED_DIGESTS:
            country_facts.CONFIRMED_DIGESTS.append(confirmed_digests)

        if load_drafts not in actions.ADDITIONAL_LOADERS:
            actions.ADDITIONAL_LOADERS.append(load_drafts)
