from __future__ import annotations

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "protect.outreach"
    label = "outreach"

    def ready(self) -> None:
        from protect.outreach.extension import Outreach
        from protect.outreach.forms.kept import PAGES
        from protect.trainings.base.extensions import register
        from protect.vault.forms import posted

        register(Outreach())
        posted.PAGES.update(PAGES)
