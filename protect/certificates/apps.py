from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "protect.certificates"

    def ready(self) -> None:
        from protect.certificates.extension import Certificates
        from protect.certificates.forms import PAGES
        from protect.trainings.base.extension import register
        from protect.vault.sign_in import posted

        register(Certificates())
        posted.DRAFT_PAGES.update(PAGES)
