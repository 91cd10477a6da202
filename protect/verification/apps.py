from __future__ import annotations

from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "protect.verification"
    label = "verification"

    def ready(self) -> None:
        from protect.directory.extension import register
        from protect.vault.forms import posted as kept
        from protect.verification import posted
        from protect.verification.extension import Extension

        register(Extension())
        kept.PAGES.update(posted.PAGES)
