from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "protect.site"

    def ready(self) -> None:
        """Register the checks of `protect check`, which also run before the site starts."""
        from protect.site import checks  # noqa: F401 - registers them
