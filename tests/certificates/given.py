"""Create a certificate row for tests, without the actions."""

from protect.certificates.models import Certificate
from protect.trainings.registrations.models import Registration
from tests.trainings.facts.given import AFTER


def make_certificate(row: Registration) -> Certificate:
    """Return a certificate, by hand: what it says is tested elsewhere."""
    return Certificate.objects.create(
        edition=row.edition,
        registration=row,
        issuer=row.edition.host,
        rule={},
        facts={},
        document={},
        status_index=Certificate.objects.count(),
        issued_at=AFTER,
    )
