"""Signatures of each audit chain's head (newest entry): officers who keep them detect removals."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from protect.audit import context, facts, models, rules
from protect.notices.enums import Template
from protect.orgs.access import memberships_with, notify
from protect.orgs.enums import Permission
from protect.orgs.models import User
from protect.vault.errors import VaultRefusal
from protect.vault.formats import errors, secrets, signing

SIGN_HEADS_ACTION = "vault.sign_heads"  # action in the audit


def sign_heads(*, at: datetime) -> list[rules.Head]:
    """Return the signed head of every chain; mail the data protection officers once a day. The
    mail contains no data: officers fetch the head of their history at the desk. The signing is
    itself an entry, committed before heads are read, so that no head names an entry that could
    still be rolled back. Stores no signature. Errors: signing_key_missing, before any write."""
    _signing_seeds()
    with transaction.atomic():
        signings = models.Entry.objects.of_chain(rules.PLATFORM).filter(action=SIGN_HEADS_ACTION)
        if not signings.filter(at__date=at.date()).exists():
            _notify_officers(at)
        context.AuditContext(at=at, actor=None, organisation=None).record(SIGN_HEADS_ACTION)
    return signed_heads(at=at)


def signed_heads(*, at: datetime) -> list[rules.Head]:
    """Return the head of every chain, signed with the newest key. Errors: signing_key_missing."""
    seed = _signing_seeds()[0]
    return [
        replace(head, signature=signing.sign(seed, _head_message(head)).hex())
        for head in facts.current_heads(at=at)
    ]


def public_keys() -> list[bytes]:
    """Return the public keys of our signatures, newest first. Errors: signing_key_missing."""
    return [signing.public_key_of(seed) for seed in _signing_seeds()]


def is_signed(head: rules.Head, keys: Collection[bytes]) -> bool:
    """Return whether one of these keys has signed a head."""
    return any(_is_signed_with(head, public) for public in keys)


def _notify_officers(at: datetime) -> None:
    """Mail the data protection officers a link to their history with the signed head."""
    memberships = (
        memberships_with(Permission.READ_AUDIT).order_by("user", "organisation").distinct()
    )
    organisations_by_officer: dict[UUID, list[UUID]] = {}
    for user, organisation in memberships.values_list("user", "organisation"):
        organisations_by_officer.setdefault(user, []).append(organisation)
    for officer in User.objects.filter(pk__in=organisations_by_officer).order_by("pk"):
        organisations = organisations_by_officer[officer.pk]
        page = f"/organisations/{organisations[0]}/history" if len(organisations) == 1 else "/"
        notify([officer], Template.HEAD_OF_AUDIT, at=at, path=page)


def _is_signed_with(head: rules.Head, public: bytes) -> bool:
    try:
        signing.must_verify(public, bytes.fromhex(head.signature), _head_message(head))
    except errors.Forged:
        return False
    return True


def _head_message(head: rules.Head) -> signing.Message:
    return signing.chain_head_message(
        chain=head.chain, n=head.n, entry_hash=bytes.fromhex(head.hash), at=head.noted_at
    )


def _signing_seeds() -> list[secrets.SigningSeed]:
    """Return the server's signing seeds, newest first. Errors: signing_key_missing."""
    if not settings.SIGNING_SEEDS:
        raise VaultRefusal("signing_key_missing")
    return [secrets.SigningSeed(raw) for raw in settings.SIGNING_SEEDS]
