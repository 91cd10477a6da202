from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "protect.questionnaires"

    def ready(self) -> None:
        from protect.questionnaires.actions import load_forms
        from protect.reference import actions

        if load_forms not in actions.ADDITIONAL_LOADERS:
            actions.ADDITIONAL_LOADERS.append(load_forms)
