from __future__ import annotations

from django.apps import AppConfig


class TrainingsConfig(AppConfig):
    name = "protect.trainings"
    label = "trainings"
