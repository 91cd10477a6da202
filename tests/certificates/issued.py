"""Issuer keys and published documents for tests of certificates."""

from datetime import datetime, timedelta
from typing import Any

from protect.certificates.models import Certificate, StatusList
from protect.orgs.models import Organisation
from protect.vault.server_keys import badge_keys
from protect.vault.server_keys.badge_keys import published_keys
from tests.trainings.finished import AT


def make_key(host: Organisation, *, at: datetime = AT - timedelta(days=1)) -> Any:
    return badge_keys.make_key_as_operator(host, at=at)


def published_documents(row: Certificate) -> tuple[list[Any], Any]:
    """Return the lists of an issuer as they are kept, and its keys."""
    lists = StatusList.objects.filter(issuer=row.issuer_id).order_by("number")
    return [status_list.document for status_list in lists], published_keys(row.issuer_id)
