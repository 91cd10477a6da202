from __future__ import annotations

from django.apps import AppConfig


class TrainingsConfig(AppConfig):
    name = "protect.trainings"
    label = "trainings"

    def ready(self) -> None:
        from protect.trainings import posted
        from protect.trainings.base.extensions import register
        from protect.trainings.needs.actions import Needs
        from protect.vault.sign_in import posted as kept

        register(Needs())
        kept.PAGES.update(posted.PAGES)
