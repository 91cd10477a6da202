from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "protect.outreach"

    def ready(self) -> None:
        from protect.outreach.extension import Outreach
        from protect.outreach.forms import ambassadors, head_counts, sessions
        from protect.trainings.base.extension import register
        from protect.vault.sign_in import posted

        register(Outreach())
        for forms in (ambassadors, head_counts, sessions):
            posted.DRAFT_PAGES.update(forms.PAGES)
