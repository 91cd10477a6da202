"""Add certificates to trainings: links, a tab, nightly steps, erasure."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import get_language, gettext as _, gettext_lazy

from protect.certificates.actions import certificates, status_lists
from protect.certificates.models import Certificate
from protect.orgs.enums import Permission
from protect.trainings.base.extension import Extension, OwnLink, Section
from protect.trainings.registrations.models import Registration, RegistrationQuerySet
from protect.trainings.scheduling.models import Edition

KEYS_PAGE = "certificates:issuer_keys"


class Certificates(Extension):
    # Translators: a page of trainings: what certificates are signed with.
    tabs = ((gettext_lazy("Keys for certificates"), KEYS_PAGE, (Permission.PLAN_TRAININGS,)),)
    night = {
        "renew_lists": status_lists.renew_lists,
        "sign_certificates_anew": certificates.sign_again,
    }

    def sections(self, edition: Edition, *, may_plan: bool) -> Sequence[Section]:
        if not may_plan:
            return ()
        url = reverse("certificates:edition_certificates", args=[edition.pk])
        return (Section(_("Certificates"), _("Eligible participants"), url),)

    def own_links(self, registration: Registration, token: str, at: datetime) -> Sequence[OwnLink]:
        if not Certificate.objects.filter(registration=registration).exists():
            return ()
        url = reverse("open_certificates:own_certificate", args=[get_language(), token])
        return (OwnLink(_("Your certificate"), url, is_button=True),)

    def without_data_to_keep(self, rows: RegistrationQuerySet) -> RegistrationQuerySet:
        """Leave out registrations with a certificate, which must be kept."""
        return rows.exclude(Exists(Certificate.objects.filter(registration=OuterRef("pk"))))

    def erase(self, registrations: Collection[UUID]) -> None:
        """Erase the content of the certificates of these registrations; emptied rows stay."""
        certificates.erase_certificates(registrations)
