from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "protect.programme"

    def ready(self) -> None:
        from protect.programme.extension import Programme
        from protect.programme.registers import index_resources
        from protect.reference import actions
        from protect.trainings.base.extension import register

        register(Programme())
        if index_resources not in actions.ADDITIONAL_LOADERS:
            actions.ADDITIONAL_LOADERS.append(index_resources)
