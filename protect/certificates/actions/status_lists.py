"""Status lists of revoked and replaced certificates: published, renewed before expiry.
Source: docs/adr/0023-certificates.md."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from protect.certificates import errors, models
from protect.certificates.badges.issuers import Issuer
from protect.certificates.badges.status_lists import LIST_DAYS, build_status_list, draw_index
from protect.orgs.models import Organisation
from protect.vault.errors import BadgeKeyDamaged, BadgeKeyMissing
from protect.vault.server_keys import badge_keys

RENEWAL_AGE = timedelta(days=LIST_DAYS - 24)  # of a list; then signed again, 24 days before its end


def lock_issuer(organisation: UUID) -> Organisation:
    """Lock an issuer and return it, so that its status entries and keys stay unchanged."""
    return Organisation.objects.locked().get(pk=organisation)


def current_issuer(organisation: Organisation) -> Issuer:
    """Return the current name and address of an issuer. Errors: BadgeKeyMissing."""
    key = organisation.pk
    return Issuer(organisation.name, badge_keys.issuer_address(key), badge_keys.issuer_name(key))


def draw_free_entry(organisation: Organisation) -> tuple[int, int]:
    """Return a list number of a locked issuer, and an index in it that was never used."""
    rows = models.Certificate.objects.filter(issuer=organisation)
    newest_number = rows.order_by("-status_list").values_list("status_list", flat=True).first() or 1
    taken_indexes = rows.filter(status_list=newest_number).values_list("status_index", flat=True)
    try:
        return newest_number, draw_index({*taken_indexes.order_by("status_index")})
    except errors.StatusListFull:
        return newest_number + 1, draw_index(())


def publish_list(organisation: Organisation, number: int, *, at: datetime) -> None:
    """Sign and store a list of a locked issuer.
    Errors: BadgeKeyMissing; BadgeKeyDamaged; pepper_missing."""
    issuer = current_issuer(organisation)
    rows = models.Certificate.objects.filter(issuer=organisation, status_list=number)
    rows = rows.filter(revoked_at__isnull=False).order_by("status_index")
    revoked = rows.values_list("status_index", flat=True)
    unsigned = build_status_list(issuer, number, revoked, at=at)
    document = badge_keys.sign_document(organisation.pk, unsigned, at=at)
    values, lists = {"document": document, "signed_at": at}, models.StatusList.objects
    lists.update_or_create(issuer=organisation, number=number, defaults=values)


def renew_lists(*, at: datetime) -> Counter[str]:
    """Sign again each list that is a week old, or whose key is no longer in use, in one
    transaction per issuer. Return how many lists were `signed`, and how many issuers are
    `without_key`: their lists expire, and their certificates can no longer be verified."""
    done: Counter[str] = Counter()
    issuers = models.StatusList.objects.order_by("issuer").values_list("issuer", flat=True)
    for issuer_id in issuers.distinct():
        try:
            done["signed"] += _renew_due_lists_of_issuer(issuer_id, at)
        except (BadgeKeyMissing, BadgeKeyDamaged):
            done["without_key"] += 1
    return done


@transaction.atomic
def _renew_due_lists_of_issuer(issuer_id: UUID, at: datetime) -> int:
    organisation = lock_issuer(issuer_id)
    keys = badge_keys.published_keys(issuer_id)
    addresses_in_use = {key.address for key in keys if key.retired is None}
    count = 0
    for row in models.StatusList.objects.filter(issuer=organisation).order_by("number"):
        key_of_list = row.document["proof"]["verificationMethod"]
        if row.signed_at <= at - RENEWAL_AGE or key_of_list not in addresses_in_use:
            publish_list(organisation, row.number, at=at)
            count += 1
    return count
