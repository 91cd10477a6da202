from __future__ import annotations

from django.apps import AppConfig


class TrainingsConfig(AppConfig):
    name = "protect.trainings"
    label = "trainings"

    def ready(self) -> None:
        from protect.trainings import posted
        from protect.vault.forms import posted as kept

        kept.PAGES.update(posted.PAGES)
