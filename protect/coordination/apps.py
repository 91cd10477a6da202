from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "protect.coordination"

    def ready(self) -> None:
        from protect.coordination import extension
        from protect.coordination.adaptations import forms as adaptations
        from protect.coordination.adaptations.check_reasons import register_reasons
        from protect.coordination.countries import forms as countries
        from protect.coordination.groups import forms as groups
        from protect.coordination.mappings import forms as mappings
        from protect.coordination.mappings.finding_checks import findings_of_check
        from protect.coordination.meetings import forms as meetings
        from protect.coordination.minutes import forms as minutes
        from protect.coordination.pathways import forms as pathways
        from protect.coordination.polls import forms as polls
        from protect.coordination.presence import forms as presence
        from protect.coordination.procedures import forms as procedures
        from protect.coordination.translated_minutes import forms as translated_minutes
        from protect.directory.extension import register
        from protect.vault.sign_in.posted import DRAFT_PAGES

        register(extension.Extension())
        register_reasons(findings_of_check)
        for forms in (
            countries,
            groups,
            meetings,
            minutes,
            pathways,
            polls,
            presence,
            mappings,
            procedures,
            adaptations,
            translated_minutes,
        ):
            DRAFT_PAGES.update(forms.PAGES)
