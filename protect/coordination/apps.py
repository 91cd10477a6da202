from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "protect.coordination"

    def ready(self) -> None:
        from protect.coordination.groups import forms as groups
        from protect.coordination.mappings import forms as mappings
        from protect.coordination.meetings import forms as meetings
        from protect.coordination.minutes import forms as minutes
        from protect.coordination.presence import forms as presence
        from protect.vault.sign_in.posted import DRAFT_PAGES

        for forms in (groups, meetings, minutes, presence, mappings):
            DRAFT_PAGES.update(forms.PAGES)
