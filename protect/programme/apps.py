from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "protect.programme"

    def ready(self) -> None:
        from protect.programme.extension import Programme
        from protect.trainings.base.extension import register

        register(Programme())
