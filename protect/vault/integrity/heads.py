"""The ends of the audit's chains, signed: an officer who keeps copies can tell what was cut."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from protect.audit import facts, models, rules
from protect.audit.context import AuditContext
from protect.notices.enums import Template
from protect.orgs.access import holding, notify
from protect.orgs.enums import Permission
from protect.orgs.models import User
from protect.vault.errors import VaultRefusal
from protect.vault.formats import errors, secrets, signing

SIGNED = "vault.sign_heads"  # actions in the audit


def sign_heads(*, at: datetime) -> list[rules.Head]:
    """Return the end of every chain, signed; tell the data protection officers, once a day.
    The mail carries nothing: they fetch the end of their history at the desk. That heads were
    signed is itself an entry, committed before they are read: no head names an entry that could
    still be rolled back. Errors: signing_key_missing; nothing is written then."""
    _seeds()
    with transaction.atomic():
        signings = models.Entry.objects.of_chain(rules.PLATFORM).filter(action=SIGNED)
        if not signings.filter(at__date=at.date()).exists():
            _tell_officers(at)
        AuditContext(at=at, actor=None, organisation=None).record(SIGNED)
    return signed(at=at)


def signed(*, at: datetime) -> list[rules.Head]:
    """Return the end of every chain, signed with the newest key. Errors: signing_key_missing."""
    seed = _seeds()[0]
    return [
        replace(head, signature=signing.sign(seed, _message(head)).hex())
        for head in facts.heads(at=at)
    ]


def public_keys() -> list[bytes]:
    """Return what signatures of this server are checked with, 32 bytes each, the newest first.
    Errors: signing_key_missing."""
    return [signing.public_of(seed) for seed in _seeds()]


def is_signed(head: rules.Head, publics: Collection[bytes]) -> bool:
    """Return whether a head says what one of these keys has signed."""
    return any(_verifies(head, public) for public in publics)


def _tell_officers(at: datetime) -> None:
    places = holding(Permission.READ_AUDIT).order_by("user", "organisation").distinct()
    answers_for: dict[UUID, list[UUID]] = {}
    for user, organisation in places.values_list("user", "organisation"):
        answers_for.setdefault(user, []).append(organisation)
    for officer in User.objects.filter(pk__in=answers_for).order_by("pk"):
        pks = answers_for[officer.pk]
        page = f"/organisations/{pks[0]}/history" if len(pks) == 1 else "/"
        notify([officer], Template.HEAD_OF_AUDIT, at=at, path=page)


def _verifies(head: rules.Head, public: bytes) -> bool:
    try:
        signing.must_verify(public, bytes.fromhex(head.signature), _message(head))
    except errors.Forged:
        return False
    return True


def _message(head: rules.Head) -> signing.Message:
    return signing.head(
        chain=head.chain, n=head.n, entry_hash=bytes.fromhex(head.hash), at=head.noted_at
    )


def _seeds() -> list[secrets.SigningSeed]:
    if not settings.SIGNING_SEEDS:
        raise VaultRefusal("signing_key_missing")
    return [secrets.SigningSeed(raw) for raw in settings.SIGNING_SEEDS]
