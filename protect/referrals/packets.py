"""Packets: documents sent from one team to another team or to a link; signed and withdrawable."""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from protect.audit.context import AuditContext, in_chain_order
from protect.audit.rules import ERASED_STATE
from protect.orgs.access import notify, users_with
from protect.orgs.enums import Permission
from protect.orgs.models import Team
from protect.vault.enums import Kind, Opener
from protect.vault.errors import CodeWrong, RecordDamaged, RecordGone, VaultRefusal
from protect.vault.formats import context, errors, fingerprint, sealed, signing, wraps
from protect.vault.formats.credentials.codes import LinkCode
from protect.vault.formats.padding import Document
from protect.vault.formats.secrets import Dek, LinkSecret
from protect.vault.integrity import authenticity, ledger, record_states
from protect.vault.models import DekWrap, Manifest, Record, Sealed, TeamKey
from protect.vault.records.inbound import wrap_for_team
from protect.vault.records.records import SCHEMA, must_accept_kind, seal_context, wrap_context
from protect.vault.rows import lock_team_keys, show_all_rows
from protect.vault.sessions.unlocked import Unlocked, active_key, retry_after_rotation
from protect.vault.team_keys import pins

MAX_WRONG_CODES = 5  # for one link; the last one closes the link for good


@dataclass(frozen=True, slots=True, repr=False)
class SentPacket:
    """A sent packet. A receiver without account gets `link` and `code`, which are shown once."""

    manifest: Manifest
    link: LinkSecret | None = None
    code: LinkCode | None = None


@transaction.atomic
def seal_packet(
    unlocked: Unlocked, packet: "Packet", sender: Team, *, at: datetime, uncompared_reason: str = ""
) -> SentPacket:
    """Seal, sign and store a packet for receiver and sender; notify a receiving team.
    A receiver's key that was never compared needs `uncompared_reason`, a code for the audit.
    Errors: TypeError for anything but a Packet; pin_changed, also for a key that is no longer
    the newest; KeyNotReady; cases_off; team_not_ready, also while a team only practises."""
    if type(packet) is not Packet:
        raise TypeError("only a Packet can be sealed")
    teams = {team for team in (sender.pk, packet.to_team) if team}
    for team in teams:
        must_accept_kind(Kind.PACKET, team)
    lock_team_keys(teams)
    receiver = _checked_receiver_key(unlocked, packet, sender, uncompared_reason, at=at)
    month = packet.expires.date().replace(day=1)
    record = Record.objects.create(
        kind=Kind.PACKET, owner_team=sender, version=1, retention=month, created=at, changed=at
    )
    text = Sealed(pk=uuid4(), record=record, version=1, schema=SCHEMA, created=at)
    text.ct, dek = sealed.seal(packet.fields, seal_context(record, text))
    text.save(force_insert=True)
    wrap_for_team(record, dek, active_key(sender.pk, lock=True), expires=packet.expires)
    manifest = _create_manifest(unlocked, packet, record, text, receiver, at=at)
    audit = unlocked.audit(sender.organisation_id, at=at)
    state = record_states.sealed_state_of(record, text)
    audit.record("vault.send", record.audit_target, consent=packet.consent, state=state)
    if receiver is not None:
        wrap_for_team(record, dek, receiver, expires=packet.expires)
        notify(users_with(Permission.RECEIVE, team=receiver.team_id), "work_waiting", at=at)
        return SentPacket(manifest)
    return _seal_for_link(record, dek, packet, manifest)


@transaction.atomic
def open_packet(unlocked: Unlocked, manifest: Manifest, team: Team, *, at: datetime) -> Document:
    """Check the signature, return a packet's document to one of its two teams; audit this.
    Errors: RecordGone if it was withdrawn, has expired or belongs to other teams;
    RecordDamaged, also if the signer is not the sender that the team knows; KeyNotReady."""
    open_manifests = Manifest.objects.filter(pk=manifest.pk, withdrawn_at=None, expires__gt=at)
    current = open_manifests.select_related("packet", "from_team", "to_team").first()
    if current is None:
        raise RecordGone
    document = retry_after_rotation(lambda: _open_for_team(unlocked, current, team))
    _record_opening(current, team, unlocked.user_id, at=at)
    return document


def open_link(record: UUID, secret: LinkSecret, typed: str, *, at: datetime) -> Document:
    """Return the document of a packet to the holder of its link and code.
    Each wrong code except a mistyped one is counted before it is refused; the fifth deletes the
    wrapped key. A link's holder has no team, so this transaction sees the rows of all teams.
    Errors: packet_closed; CodeWrong; RecordDamaged. RuntimeError inside a transaction."""
    with transaction.atomic(durable=True), show_all_rows():
        outcome = _try_link(record, secret, typed, at=at)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


@transaction.atomic
def withdraw(unlocked: Unlocked, manifest: Manifest, *, at: datetime) -> Manifest:
    """Withdraw a packet: delete its wrapped keys, its ciphertext and its files at once.
    What the receiver has read cannot be recalled, and screens say so. Errors: RecordGone if it
    was already withdrawn; KeyNotReady unless the user belongs to the sending team;
    team_not_ready once that team has ended, after which the packet stays until it expires."""
    locked = Manifest.objects.select_for_update().filter(pk=manifest.pk, withdrawn_at=None).first()
    if locked is None:
        raise RecordGone
    key = active_key(locked.from_team_id)
    unlocked.team_secret(locked.from_team_id, key.version)  # fails without the sender's key
    ledger.append(ledger.Line("packet", str(locked.packet_id), at.isoformat(), "withdrawn"))
    DekWrap.objects.filter(record=locked.packet).delete()
    Sealed.objects.filter(record=locked.packet).delete()
    locked.packet.files.all().delete()
    locked.withdrawn_at = at
    locked.save(update_fields=["withdrawn_at"])
    events: list[tuple[Team, str, UUID | None]] = [(locked.from_team, "withdraw", unlocked.user_id)]
    if locked.to_team is not None:
        events.append((locked.to_team, "withdrawn", None))
        notify(users_with(Permission.RECEIVE, team=locked.to_team_id), "work_waiting", at=at)
    target = f"packet:{locked.packet_id}"
    with in_chain_order():
        for team, action, actor in events:
            audit = AuditContext(at=at, actor=actor, organisation=team.organisation_id)
            audit.record(f"vault.{action}", target, consent=locked.consent, state=ERASED_STATE)
    return locked


def _checked_receiver_key(
    unlocked: Unlocked, packet: "Packet", sender: Team, uncompared_reason: str, *, at: datetime
) -> TeamKey | None:
    """Return the receiver's key, None for a link. Errors: pin_changed, also for a pin that was
    never compared, unless `uncompared_reason` says why: then the reason is audited."""
    if packet.to_team is None:
        return None
    key = active_key(packet.to_team, lock=True)
    pin = pins.must_match_pin(unlocked, sender, key, at=at)
    if key.version != packet.to_version or not (pin.compared or uncompared_reason):
        raise VaultRefusal("pin_changed", team=key.team.name)
    if not pin.compared:
        audit = unlocked.audit(sender.organisation_id, at=at)
        audit.record(f"vault.send_uncompared_{uncompared_reason}", f"teamkey:{key.pk}")
    return key


def _create_manifest(
    unlocked: Unlocked,
    packet: "Packet",
    record: Record,
    text: Sealed,
    receiver: TeamKey | None,
    *,
    at: datetime,
) -> Manifest:
    """Sign and store the manifest of a packet. The signature does not cover the expiry."""
    sender = active_key(record.owner_team_id)
    manifest = Manifest(
        packet=record,
        sealed_hash=hashlib.sha256(text.ct).digest(),
        from_team=record.owner_team,
        from_version=sender.version,
        to_team=receiver.team if receiver else None,
        to_version=receiver.version if receiver else None,
        fingerprint=fingerprint.digest(authenticity.verified_team_public_key(receiver))
        if receiver
        else b"",
        consent=packet.consent,
        scope=" ".join(sorted(packet.scope)),
        person_id=unlocked.user_id,
        at=at,
        expires=packet.expires,
    )
    seed = unlocked.team_secret(sender.team_id, sender.version).signing()
    manifest.signature = signing.sign(seed, _message_to_sign(manifest))
    manifest.save(force_insert=True)
    return manifest


def _message_to_sign(manifest: Manifest) -> signing.Message:
    to_team, to_version = manifest.to_team_id, manifest.to_version
    return signing.ManifestStatement(
        packet=manifest.packet_id,
        sealed_hash=bytes(manifest.sealed_hash),
        sender=signing.KeyVersion(manifest.from_team_id, manifest.from_version),
        receiver=signing.KeyVersion(to_team, to_version) if to_team and to_version else None,
        fingerprint=bytes(manifest.fingerprint) or None,
        consent=manifest.consent,
        scope=frozenset(manifest.scope.split()),
        person=manifest.person_id,
        at=manifest.at,
    ).message()


def _open_for_team(unlocked: Unlocked, manifest: Manifest, team: Team) -> Document:
    """Open a packet for one of its teams. Errors: RecordGone; RecordDamaged; KeyNotReady."""
    record, damaged = manifest.packet, RecordDamaged(reference=str(manifest.packet_id))
    wrap = DekWrap.objects.filter(record=record, team=team).order_by("-team_version").first()
    if wrap is None:
        raise RecordGone
    text = Sealed.objects.filter(record=record, version=1).first()
    if wrap.damaged_at or text is None:
        raise damaged
    version = wrap.team_version or 0
    secret = unlocked.team_secret(team.pk, version)
    key_context = wrap_context(record, 1, team.pk, version)
    try:
        signer = _must_be_signed(manifest, text)
        if team.pk != signer.team_id and not pins.may_be_genuine_signer(unlocked, team, signer):
            raise damaged
        dek = wraps.unwrap_dek(bytes(wrap.wrap), secret, key_context)
        return sealed.unseal(bytes(text.ct), dek, seal_context(record, text))
    except errors.Damaged:
        raise damaged from None


def _must_be_signed(manifest: Manifest, text: Sealed) -> TeamKey:
    """Return the key that signed the manifest and its sealed bytes. Errors: Damaged."""
    key = TeamKey.objects.filter(team=manifest.from_team_id, version=manifest.from_version).first()
    if key is None:
        raise errors.Damaged("signed with an unknown key")
    public = authenticity.verified_team_public_key(key)
    signing.must_verify(public.signing(), bytes(manifest.signature), _message_to_sign(manifest))
    if hashlib.sha256(bytes(text.ct)).digest() != bytes(manifest.sealed_hash):
        raise errors.Damaged("signed for other sealed bytes")
    return key


def _seal_for_link(record: Record, dek: Dek, packet: "Packet", manifest: Manifest) -> SentPacket:
    """Wrap the packet's key for a new link and code, which only the returned object holds."""
    secret, code, salt = LinkSecret.generate(), LinkCode.generate(), os.urandom(16)
    DekWrap.objects.create(
        record=record,
        version=1,
        opener=Opener.LINK,
        wrap=sealed.wrap_for_link(dek, secret, code, salt=salt, context=_link_context(record)),
        salt=salt,
        expires=packet.expires,
    )
    return SentPacket(manifest, secret, code)


def _link_context(record: Record) -> context.LinkContext:
    """Return the identity to which a link's wrapped key is bound, so that it fits no other."""
    return context.link(kind=record.kind, record=record.pk, version=1, packet=record.pk)


def _try_link(record: UUID, link: LinkSecret, typed: str, *, at: datetime) -> Document | Exception:
    """Return the document or a refusal; `open_link` raises it after committing the guess."""
    rows = DekWrap.objects.select_for_update().select_related("record")
    wrap = rows.filter(record=record, opener=Opener.LINK).first()
    if wrap is None:
        return VaultRefusal("packet_closed")
    if wrap.expires is not None and wrap.expires <= at:
        wrap.delete()
        return VaultRefusal("packet_closed")
    try:
        code = LinkCode.parse(typed)
    except errors.Mistyped as mistake:  # a mistyped code does not count as a guess
        return CodeWrong(group=mistake.group)
    link_context, salt = _link_context(wrap.record), bytes(wrap.salt)
    try:
        dek = sealed.unwrap_for_link(bytes(wrap.wrap), link, code, salt=salt, context=link_context)
    except errors.Damaged:
        return _count_wrong_code(wrap)
    return _open_for_link(wrap.record, dek, at=at)


def _count_wrong_code(wrap: DekWrap) -> Exception:
    """Count a wrong code and return the refusal; the last one deletes the wrapped key."""
    wrap.misses += 1
    if wrap.misses >= MAX_WRONG_CODES:
        wrap.delete()
        return VaultRefusal("packet_closed")
    wrap.save(update_fields=["misses"])
    return CodeWrong(group=0)


def _open_for_link(record: Record, dek: Dek, *, at: datetime) -> Document | Exception:
    """Return the document and record the opening; return RecordDamaged if it cannot be opened."""
    text = Sealed.objects.filter(record=record, version=1).first()
    if text is None:
        return RecordDamaged(reference=str(record.pk))
    try:
        _must_be_signed(record.manifest, text)
        document = sealed.unseal(bytes(text.ct), dek, seal_context(record, text))
    except errors.Damaged:
        return RecordDamaged(reference=str(record.pk))
    audit = AuditContext(at=at, actor=None, organisation=record.owner_team.organisation_id)
    audit.record("vault.open_link", f"packet:{record.pk}")
    return document


def _record_opening(manifest: Manifest, team: Team, actor: UUID, *, at: datetime) -> None:
    """Record an opening for the opening team and, if that is the receiver, for the sender too."""
    events: list[tuple[Team, str, UUID | None]] = [(team, "open", actor)]
    if team.pk != manifest.from_team_id:
        events.append((manifest.from_team, "read", actor))
    with in_chain_order():
        for reader, action, user in events:
            audit = AuditContext(at=at, actor=user, organisation=reader.organisation_id)
            target = f"packet:{manifest.packet_id}"
            audit.record(f"vault.{action}", target, consent=manifest.consent)


@dataclass(frozen=True, slots=True, repr=False)
class Packet:
    """A document whose release the consents allow; `seal_packet` accepts nothing else. Only the
    code that reads consents makes it. `to_team` and `to_version` name the receiver's key that was
    checked; both are None for a receiver without an account, who gets a link and a code."""

    fields: Document
    consent: UUID
    scope: frozenset[str]  # codes of the field groups that the consent covers
    expires: datetime
    to_team: UUID | None = None
    to_version: int | None = None

    def __repr__(self) -> str:
        return "Packet(…)"
