"""The keys of certificates: made, used, published and retired.
A key belongs to an organisation, and the server holds it: certificates are signed while no person
is signed in. That is why it opens no record. Its seed rests under the pepper, as seeds of second
factors do, and is destroyed when the key is retired."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from protect.audit.context import AuditContext
from protect.kernel.items import items
from protect.orgs import access, enums
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.vault.errors import BadgeKeyDamaged, BadgeKeyMissing, VaultRefusal
from protect.vault.formats import badges, context, errors, sealed, secrets
from protect.vault.formats.credentials.peppers import badge_key
from protect.vault.integrity import key_register
from protect.vault.models import BadgeKey
from protect.vault.server_keys.peppers import needing_pepper, peppers


def issuer_address(organisation: UUID) -> str:
    """Return the page of the public site below which an organisation's keys and lists stand."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/issuers/{organisation}"


def controller_of(organisation: UUID) -> str:
    """Return the name under which an organisation signs now: did:web, of the page above."""
    return badges.did_web(issuer_address(organisation))


def is_name_here(controller: str) -> bool:
    """Return whether a name is one under which an organisation signs on this platform."""
    return controller.startswith(
        f"{badges.did_web(issuer_address(UUID(int=0))).rpartition(':')[0]}:"
    )


def keys_of(organisation: UUID) -> tuple[badges.IssuerKey, ...]:
    """Return every key that an organisation ever signed with, the oldest first."""
    return _published(BadgeKey.objects.filter(organisation=organisation))


def keys_under(controller: str) -> tuple[badges.IssuerKey, ...]:
    """Return the keys that are published under a name; none for another publisher's name."""
    return _published(BadgeKey.objects.filter(controller=controller))


def has_unconfirmed_key(controller: str) -> bool:
    """Return whether a key stands under a name that the ledger does not know.
    A writer to the database has put it there, or the ledger was lost."""
    return not all(map(is_confirmed, BadgeKey.objects.filter(controller=controller)))


def digest_of(key: BadgeKey) -> bytes:
    """Return the ledger's digest of a key: its organisation, its name and the key itself."""
    encoded = items("badge_key", key.organisation_id, key.controller, key.public)
    return hashlib.sha256(encoded).digest()


def is_confirmed(key: BadgeKey) -> bool:
    """Return whether the ledger says that this server made a key."""
    return key_register.is_row(key_register.BADGE_KEY, key.pk, digest_of(key))


def _published(rows: QuerySet[BadgeKey]) -> tuple[badges.IssuerKey, ...]:
    """Return the keys that this server made: rows alone could be those of a writer."""
    return tuple(
        badges.IssuerKey(row.controller, row.public, row.created, row.retired_at, row.distrusted_at)
        for row in rows.order_by("created", "pk")
        if is_confirmed(row)
    )


def make(scope: Scope, organisation: Organisation, *, at: datetime) -> BadgeKey:
    """Give an organisation a new key for its certificates; the one before is retired with it.
    Errors: PermissionDenied, unless a person manages the organisation; pepper_missing."""
    access.must(scope, enums.Permission.MANAGE_ORGANISATION, organisation=organisation)
    return make_by_command(organisation, actor=scope.user_id, at=at)


def retire(scope: Scope, key: BadgeKey, *, at: datetime, distrust: bool = False) -> BadgeKey:
    """End a key: what it signed stays valid, unless it is distrusted.
    Errors: PermissionDenied, unless a person manages the organisation; badge_key_retired."""
    access.must(scope, enums.Permission.MANAGE_ORGANISATION, organisation=key.organisation)
    return retire_by_command(key, actor=scope.user_id, at=at, distrust=distrust)


@transaction.atomic
def make_by_command(
    organisation: Organisation, *, actor: UUID | None = None, at: datetime
) -> BadgeKey:
    """Do what `make` does, for an operator. Errors: pepper_missing."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)  # one key at a time
    seed = secrets.SigningSeed.make()
    key = BadgeKey(
        pk=uuid4(),
        organisation=organisation,
        controller=controller_of(organisation.pk),
        public=badges.public_of(seed),
        created=at,
    )
    _seal(key, seed)
    before = BadgeKey.objects.filter(organisation=organisation, retired_at=None)
    for earlier_key in before.select_for_update().order_by("pk"):
        _end(earlier_key, actor, at, distrust=False)
    key_register.note_row(key_register.BADGE_KEY, key.pk, digest_of(key), at=at)
    key.save(force_insert=True)
    audit = AuditContext(at=at, actor=actor, organisation=organisation.pk)
    audit.record("vault.make_badge_key", f"badgekey:{key.pk}")
    return key


@transaction.atomic
def confirm_by_command(key: BadgeKey, public: str, *, at: datetime) -> None:
    """Write into the ledger that this server made a key, after the ledger was lost.
    Shapes: `public`: the public half as a certificate names it that was downloaded before that.
    Errors: badge_key_unknown for another public half, after which nothing is written."""
    if public != key.public:
        raise VaultRefusal("badge_key_unknown")
    if not is_confirmed(key):
        key_register.note_row(key_register.BADGE_KEY, key.pk, digest_of(key), at=at)
        audit = AuditContext(at=at, actor=None, organisation=key.organisation_id)
        audit.record("vault.confirm_badge_key", f"badgekey:{key.pk}")


@transaction.atomic
def retire_by_command(
    key: BadgeKey, *, actor: UUID | None = None, at: datetime, distrust: bool = False
) -> BadgeKey:
    """Do what `retire` does, for an operator. Errors: badge_key_retired.
    A key that was retired in good faith can still be distrusted, once."""
    locked = BadgeKey.objects.select_for_update(of=("self",)).select_related("organisation")
    row = locked.get(pk=key.pk)
    if row.retired_at and (row.distrusted_at or not distrust):
        raise VaultRefusal("badge_key_retired")
    _end(row, actor, at, distrust=distrust)
    return row


def sign(organisation: UUID, document: Mapping[str, object], *, at: datetime) -> dict[str, object]:
    """Return a document with the proof of an organisation's key.
    The caller that issues something writes it into the audit; the proof alone is no deed. Errors:
    BadgeKeyMissing; BadgeKeyDamaged; pepper_missing; NotCanonical for what cannot be signed."""
    key = _active(organisation)
    return badges.sign(document, _seed(key), f"{key.controller}#{key.public}", at=at)


def signing_name(organisation: UUID) -> str:
    """Return the name that an organisation's next documents must give as their issuer.
    Errors: BadgeKeyMissing; BadgeKeyDamaged."""
    return _active(organisation).controller


@transaction.atomic
def reseal() -> int:
    """Seal every seed that is still under an older pepper anew; return how many there were.
    Errors: pepper_missing; BadgeKeyDamaged, after which nothing has changed."""
    current = peppers().current
    rows = BadgeKey.objects.filter(retired_at=None).exclude(pepper=current)
    older = list(rows.select_for_update().order_by("pk"))
    for key in older:
        _seal(key, _seed(key))
        key.save(update_fields=["pepper", "seed"])
    return len(older)


def _active(organisation: UUID) -> BadgeKey:
    """Return the key that signs now: one that the ledger knows."""
    key = BadgeKey.objects.filter(organisation=organisation, retired_at=None).first()
    if key is None:
        raise BadgeKeyMissing
    if not is_confirmed(key):
        raise BadgeKeyDamaged
    return key


def _end(key: BadgeKey, actor: UUID | None, at: datetime, *, distrust: bool) -> None:
    """Destroy the seed. The clock of a second server may stand behind the one that made it."""
    key.retired_at = key.retired_at or max(at, key.created)
    key.distrusted_at = max(at, key.retired_at) if distrust else None
    key.seed = key.pepper = None
    key.save(update_fields=["retired_at", "distrusted_at", "seed", "pepper"])
    verb = "distrust_badge_key" if distrust else "retire_badge_key"
    audit = AuditContext(at=at, actor=actor, organisation=key.organisation_id)
    audit.record(f"vault.{verb}", f"badgekey:{key.pk}")


def _seal(key: BadgeKey, seed: secrets.SigningSeed) -> None:
    server_peppers = peppers()
    under = badge_key(server_peppers.get(server_peppers.current))
    key.pepper = server_peppers.current
    key.seed = sealed.encrypt(seed.reveal(), under, _context(key))


def _seed(key: BadgeKey) -> secrets.SigningSeed:
    if key.seed is None or key.pepper is None:
        raise VaultRefusal("badge_key_retired")
    with needing_pepper():
        under = badge_key(peppers().get(key.pepper))
    try:
        seed = secrets.SigningSeed(sealed.decrypt(bytes(key.seed), under, _context(key)))
    except errors.Damaged:
        raise BadgeKeyDamaged from None
    if badges.public_of(seed) != key.public:
        raise BadgeKeyDamaged
    return seed


def _context(key: BadgeKey) -> context.BadgeContext:
    return context.badge(organisation=key.organisation_id, key=key.pk)
