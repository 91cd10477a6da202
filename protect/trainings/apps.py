from django.apps import AppConfig


class TrainingsConfig(AppConfig):
    name = "protect.trainings"

    def ready(self) -> None:
        """Register the extension of needs, and forms whose drafts a locked session keeps."""
        from protect.trainings.attendance import forms as attendance
        from protect.trainings.base.extension import register
        from protect.trainings.curricula import forms as curricula
        from protect.trainings.documents import forms as documents
        from protect.trainings.editions import forms as editions
        from protect.trainings.needs import forms as needs
        from protect.trainings.needs.actions import NeedsExtension
        from protect.trainings.registrations import forms as registrations
        from protect.trainings.scheduling.forms import bookings, resources
        from protect.vault.sign_in import posted

        register(NeedsExtension())
        # Forms whose drafts are kept while the screen of their author is locked, by URL name.
        planning_forms = (curricula, documents, editions, bookings, resources)
        for forms in (*planning_forms, attendance, needs, registrations):
            posted.DRAFT_PAGES.update(forms.PAGES)
