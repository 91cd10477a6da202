from __future__ import annotations

from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "protect.questionnaires"
    label = "questionnaires"
