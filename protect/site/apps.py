from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "protect.site"

    def ready(self) -> None:
        from protect.site import checks  # noqa: F401 - registers them
