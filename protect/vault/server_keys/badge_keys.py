"""Certificate keys of organisations: made, used, published and retired. The server holds them,
because certificates are signed while no person is signed in; so they open no record. The seed is
sealed under the pepper, as seeds of second factors are, and destroyed when the key is retired."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from protect.audit.context import AuditContext
from protect.kernel.items import encode_items
from protect.orgs import access, enums, models
from protect.orgs.scope import Scope
from protect.vault.errors import BadgeKeyDamaged, BadgeKeyMissing, VaultRefusal
from protect.vault.formats import badges, context, errors, sealed, secrets
from protect.vault.formats.credentials.peppers import badge_key
from protect.vault.integrity import key_register
from protect.vault.models import BadgeKey
from protect.vault.server_keys.peppers import load_peppers, refuse_missing_pepper


def issuer_address(organisation: UUID) -> str:
    """Return the public URL under which an organisation's keys and lists are published."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/issuers/{organisation}"


def controller_name(organisation: UUID) -> str:
    """Return the did:web name for an organisation's new keys, from the public URL as set now."""
    return badges.did_web(issuer_address(organisation))


def is_own_controller(controller: str) -> bool:
    """Return whether a did:web name begins as those of this platform's organisations do now."""
    name = badges.did_web(issuer_address(UUID(int=0)))
    return controller.startswith(f"{name.rpartition(':')[0]}:")


def published_keys(organisation: UUID) -> tuple[badges.IssuerKey, ...]:
    """Return an organisation's keys, also retired ones, that the ledger confirms."""
    return _confirmed_issuer_keys(BadgeKey.objects.filter(organisation=organisation))


def published_keys_of_controller(controller: str) -> tuple[badges.IssuerKey, ...]:
    """Return the keys published under a did:web name; none for a foreign name."""
    return _confirmed_issuer_keys(BadgeKey.objects.filter(controller=controller))


def has_unconfirmed_key(controller: str) -> bool:
    """Return whether a did:web name has a key that the ledger lacks.
    Either a writer to the database added it, or the ledger was lost."""
    return not all(map(is_confirmed, BadgeKey.objects.filter(controller=controller)))


def ledger_digest(key: BadgeKey) -> bytes:
    """Return the digest by which the ledger knows a key: organisation, name and key."""
    encoded = encode_items("badge_key", key.organisation_id, key.controller, key.public)
    return hashlib.sha256(encoded).digest()


def is_confirmed(key: BadgeKey) -> bool:
    """Return whether the ledger has a key as one that this server made."""
    return key_register.is_registered_row(key_register.BADGE_KEY_KIND, key.pk, ledger_digest(key))


def _confirmed_issuer_keys(rows: QuerySet[BadgeKey]) -> tuple[badges.IssuerKey, ...]:
    """Return only keys that the ledger confirms: a forged row must not be published."""
    return tuple(
        badges.IssuerKey(row.controller, row.public, row.created, row.retired_at, row.distrusted_at)
        for row in rows.order_by("created", "pk")
        if is_confirmed(row)
    )


def make_key(scope: Scope, organisation: models.Organisation, *, at: datetime) -> BadgeKey:
    """Give an organisation a new certificate key, which retires the one before.
    Errors: PermissionDenied, unless the user manages the organisation; pepper_missing."""
    access.must(scope, enums.Permission.MANAGE_ORGANISATION, organisation=organisation)
    return make_key_as_operator(organisation, actor=scope.user_id, at=at)


def retire_key(scope: Scope, key: BadgeKey, *, at: datetime, distrust: bool = False) -> BadgeKey:
    """Retire a key. Its certificates stay valid, unless it is distrusted.
    Errors: PermissionDenied, unless the user manages the organisation; badge_key_retired."""
    access.must(scope, enums.Permission.MANAGE_ORGANISATION, organisation=key.organisation)
    return retire_key_as_operator(key, actor=scope.user_id, at=at, distrust=distrust)


@transaction.atomic
def make_key_as_operator(
    organisation: models.Organisation, *, actor: UUID | None = None, at: datetime
) -> BadgeKey:
    """Make a key, retire the one before; no permission is checked. Errors: pepper_missing."""
    models.Organisation.objects.select_for_update().get(pk=organisation.pk)  # serialise requests
    seed = secrets.SigningSeed.generate()
    controller, public = controller_name(organisation.pk), badges.public_key_of(seed)
    key = BadgeKey(organisation=organisation, controller=controller, public=public, created=at)
    _set_sealed_seed(key, seed)
    earlier_keys = BadgeKey.objects.filter(organisation=organisation, retired_at=None)
    for earlier_key in earlier_keys.select_for_update().order_by("pk"):
        _retire_row(earlier_key, actor, at, distrust=False)
    key_register.register_row(key_register.BADGE_KEY_KIND, key.pk, ledger_digest(key), at=at)
    key.save(force_insert=True)
    audit = AuditContext(at=at, actor=actor, organisation=organisation.pk)
    audit.record("vault.make_badge_key", f"badgekey:{key.pk}")
    return key


@transaction.atomic
def confirm_key_as_operator(key: BadgeKey, public_key: str, *, at: datetime) -> None:
    """Register a key again after the ledger was lost. `public_key` is copied from an earlier
    certificate. Errors: badge_key_unknown if `key` has another public key (nothing changes)."""
    if public_key != key.public:
        raise VaultRefusal("badge_key_unknown")
    if not is_confirmed(key):
        key_register.register_row(key_register.BADGE_KEY_KIND, key.pk, ledger_digest(key), at=at)
        audit = AuditContext(at=at, actor=None, organisation=key.organisation_id)
        audit.record("vault.confirm_badge_key", f"badgekey:{key.pk}")


@transaction.atomic
def retire_key_as_operator(
    key: BadgeKey, *, actor: UUID | None = None, at: datetime, distrust: bool = False
) -> BadgeKey:
    """Retire a key without a permission check. Errors: badge_key_retired. A key that was retired
    in good faith can be marked as distrusted later, once."""
    locked_rows = BadgeKey.objects.select_for_update(of=("self",)).select_related("organisation")
    row = locked_rows.get(pk=key.pk)
    if row.retired_at and (row.distrusted_at or not distrust):
        raise VaultRefusal("badge_key_retired")
    _retire_row(row, actor, at, distrust=distrust)
    return row


def sign_document(
    organisation: UUID, document: Mapping[str, object], *, at: datetime
) -> dict[str, object]:
    """Return a document with the proof of an organisation's key. The caller audits it. Errors:
    BadgeKeyMissing; BadgeKeyDamaged; pepper_missing; NotCanonical if it cannot be signed."""
    key = _active_key(organisation)
    return badges.sign(document, _open_seed(key), f"{key.controller}#{key.public}", at=at)


def issuer_name(organisation: UUID) -> str:
    """Return the did:web name of the key that signs. Errors: BadgeKeyMissing; BadgeKeyDamaged."""
    return _active_key(organisation).controller


@transaction.atomic
def reseal_seeds() -> int:
    """Seal all seeds under the current pepper that are under an older one; return how many.
    Errors: pepper_missing; BadgeKeyDamaged, and then nothing has changed."""
    current_pepper = load_peppers().current
    rows = BadgeKey.objects.filter(retired_at=None).exclude(pepper=current_pepper)
    outdated_keys = list(rows.select_for_update().order_by("pk"))
    for key in outdated_keys:
        _set_sealed_seed(key, _open_seed(key))
        key.save(update_fields=["pepper", "seed"])
    return len(outdated_keys)


def _active_key(organisation: UUID) -> BadgeKey:
    """Return the key that signs now. Errors: BadgeKeyMissing; BadgeKeyDamaged."""
    rows = BadgeKey.objects.filter(organisation=organisation, retired_at=None)
    key = access.get_row(rows, BadgeKeyMissing)
    if not is_confirmed(key):
        raise BadgeKeyDamaged
    return key


def _retire_row(key: BadgeKey, actor: UUID | None, at: datetime, *, distrust: bool) -> None:
    """Retire a key, destroy its seed, save and audit it. `at` may be before `created`."""
    key.retired_at = key.retired_at or max(at, key.created)
    key.distrusted_at = max(at, key.retired_at) if distrust else None
    key.seed = key.pepper = None
    key.save(update_fields=["retired_at", "distrusted_at", "seed", "pepper"])
    verb = "distrust_badge_key" if distrust else "retire_badge_key"
    audit = AuditContext(at=at, actor=actor, organisation=key.organisation_id)
    audit.record(f"vault.{verb}", f"badgekey:{key.pk}")


def _set_sealed_seed(key: BadgeKey, seed: secrets.SigningSeed) -> None:
    server_peppers = load_peppers()
    sealing_key = badge_key(server_peppers.get(server_peppers.current))
    key.pepper = server_peppers.current
    key.seed = sealed.encrypt(seed.reveal(), sealing_key, _seal_context(key))


def _open_seed(key: BadgeKey) -> secrets.SigningSeed:
    """Open a key's seed. Errors: badge_key_retired; BadgeKeyDamaged; pepper_missing."""
    if key.seed is None or key.pepper is None:
        raise VaultRefusal("badge_key_retired")
    with refuse_missing_pepper():
        sealing_key = badge_key(load_peppers().get(key.pepper))
    try:
        seed = secrets.SigningSeed(sealed.decrypt(bytes(key.seed), sealing_key, _seal_context(key)))
    except errors.Damaged:
        raise BadgeKeyDamaged from None
    if badges.public_key_of(seed) != key.public:
        raise BadgeKeyDamaged
    return seed


def _seal_context(key: BadgeKey) -> context.BadgeContext:
    return context.badge(organisation=key.organisation_id, key=key.pk)
