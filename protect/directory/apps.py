from __future__ import annotations

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "protect.directory"
    label = "directory"

    def ready(self) -> None:
        from protect.directory.services import posted
        from protect.vault.forms import posted as kept

        kept.PAGES.update(posted.PAGES)
