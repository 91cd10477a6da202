"""Status lists of revoked and replaced certificates: published, and signed again in time.
Source: docs/adr/0023-certificates.md."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from protect.certificates import errors, models
from protect.certificates.badges.issuers import Issuer
from protect.certificates.badges.status_lists import LIST_DAYS, draw_index, status_list
from protect.orgs.models import Organisation
from protect.vault.errors import BadgeKeyDamaged, BadgeKeyMissing
from protect.vault.server_keys.badge_keys import issuer_address, keys_of, sign, signing_name

RENEWED = timedelta(days=LIST_DAYS - 24)  # a list is signed anew each week: three weeks to mend


def locked(organisation: UUID) -> Organisation:
    """Return an issuer, locked: its places and keys do not change during this transaction."""
    return Organisation.objects.locked().get(pk=organisation)


def issuer_of(organisation: Organisation) -> Issuer:
    """Return the current name and address of an issuer. Errors: BadgeKeyMissing."""
    key = organisation.pk
    return Issuer(organisation.name, issuer_address(key), signing_name(key))


def free_place(organisation: Organisation) -> tuple[int, int]:
    """Return a list of a locked issuer, and a place in it that was never used."""
    rows = models.Certificate.objects.filter(issuer=organisation)
    newest = rows.order_by("-status_list").values_list("status_list", flat=True).first() or 1
    taken = rows.filter(status_list=newest).values_list("status_index", flat=True)
    try:
        return newest, draw_index({*taken.order_by("status_index")})
    except errors.StatusListFull:
        return newest + 1, draw_index(())


def publish(organisation: Organisation, number: int, *, at: datetime) -> None:
    """Sign a list of a locked issuer. Errors: BadgeKeyMissing; BadgeKeyDamaged; pepper_missing."""
    issuer = issuer_of(organisation)
    rows = models.Certificate.objects.filter(
        issuer=organisation, status_list=number, revoked_at__isnull=False
    )
    revoked = rows.order_by("status_index").values_list("status_index", flat=True)
    document = sign(organisation.pk, status_list(issuer, number, revoked, at=at), at=at)
    models.StatusList.objects.update_or_create(
        issuer=organisation, number=number, defaults={"document": document, "signed_at": at}
    )


def renew(*, at: datetime) -> Counter[str]:
    """Sign again each list that is a week old, or whose key is no longer in use. One transaction
    for each issuer. Return how many lists were signed, and how many issuers have no key that opens:
    their lists expire, and then no one can rely on their certificates."""
    done: Counter[str] = Counter()
    issuers = models.StatusList.objects.order_by("issuer").values_list("issuer", flat=True)
    for key in issuers.distinct():
        try:
            done["signed"] += _renew(key, at)
        except (BadgeKeyMissing, BadgeKeyDamaged):
            done["without_key"] += 1
    return done


@transaction.atomic
def _renew(key: UUID, at: datetime) -> int:
    organisation = locked(key)
    in_use = {each.address for each in keys_of(key) if each.retired is None}
    lists = models.StatusList.objects.filter(issuer=organisation).order_by("number")
    count = 0
    for row in lists:
        key_of_list = row.document["proof"]["verificationMethod"]
        if row.signed_at <= at - RENEWED or key_of_list not in in_use:
            publish(organisation, row.number, at=at)
            count += 1
    return count
