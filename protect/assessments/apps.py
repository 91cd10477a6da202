from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "protect.assessments"

    def ready(self) -> None:
        from protect.assessments.extension import Assessments
        from protect.assessments.forms import PAGES
        from protect.trainings.base.extension import register
        from protect.vault.sign_in import posted

        register(Assessments())
        posted.DRAFT_PAGES.update(PAGES)
