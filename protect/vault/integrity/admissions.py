"""Signed admissions: the members and officers that may get a version of a team's secret.
A row of a membership or of an officer opens nothing. Each grant and each half goes to a key that
the team's own secret has signed, so that only a holder of the key can let in another one.
Source: docs/adr/0040-authentic-keys.md."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from protect.audit.models import Entry
from protect.orgs.models import Membership
from protect.vault.errors import MemberKeyMismatch
from protect.vault.formats import context, errors, fingerprint, signing, wraps
from protect.vault.formats.secrets import TeamPublic, TeamSecret, UserPublic
from protect.vault.integrity import authenticity, key_register
from protect.vault.models import Admission, RecoveryOfficer, TeamGrant, TeamKey, UserKey

PROMOTED = "orgs.promote_"  # before the role that a page has given, in the audit
OFFICER = "officer_"  # before the slot, in the place of a role
type Member = tuple[Membership, UserKey]  # a place, and the key that the team has signed for it


def admit_member(
    key: TeamKey,
    secret: TeamSecret,
    member: Member,
    *,
    by: UUID,
    at: datetime,
    role: str | None = None,
) -> None:
    """Sign a member's key and role, and wrap a version of the team's secret for it.
    `role` is the one of the row, unless another is given.
    Errors: MemberKeyMismatch, when the ledger knows another key of that person."""
    membership, user_key = member
    public = authenticity.user_public(user_key)
    _sign(
        key,
        secret,
        Admission(
            holder=user_key.user_id,
            holder_version=user_key.version,
            place=membership.pk,
            digest=fingerprint.digest(public),
            role=membership.role if role is None else role,
            at=at,
        ),
    )
    bound = context.grant(
        team=key.team_id, version=key.version, user=user_key.user_id, user_version=user_key.version
    )
    wrap = wraps.wrap_grant(secret, public, bound)
    TeamGrant.objects.update_or_create(
        team_key=key,
        user_key=user_key,
        defaults={"wrap": wrap, "admitted_by_id": by, "created": at},
    )


def sign_officer(
    key: TeamKey, secret: TeamSecret, officer: RecoveryOfficer, *, at: datetime
) -> None:
    """Sign a recovery officer's key. Errors: MemberKeyMismatch, when the ledger differs."""
    _sign(
        key,
        secret,
        Admission(
            holder=officer.pk,
            holder_version=officer.slot,
            place=officer.organisation_id,
            digest=fingerprint.digest(authenticity.officer_public(officer)),
            role=f"{OFFICER}{officer.slot}",
            at=at,
        ),
    )


def signed_members(key: TeamKey, public: TeamPublic) -> list[Member]:
    """Return the active members with a key that this version of the team has signed.
    A person who is only written down as a member, or has departed as the ledger says, is left out.
    Errors: MemberKeyMismatch, when a signature is not the team's or a signed key was replaced."""
    admissions = _verified(key, public)
    places = Membership.objects.active().filter(team=key.team_id)
    members = []
    for place in places.select_related("user").order_by("pk"):
        admission = admissions.get(place.user_id)
        if admission is None or admission.place != place.pk or _is_officers(admission):
            continue
        if not key_register.has_departed(place.pk, since=admission.at):
            members.append((place, _signed_key(admission)))
    return members


def signed_roles(key: TeamKey, public: TeamPublic, members: Collection[Member]) -> dict[UUID, str]:
    """Return, by place, the role that the team has signed, or that a page has given since.
    A writer to the database could set any role in a row; what a page has given stands in the audit.
    Errors: MemberKeyMismatch."""
    admissions = _verified(key, public)
    signed = {
        place.pk: admissions[place.user_id] for place, _ in members if place.user_id in admissions
    }
    roles = {pk: admission.role for pk, admission in signed.items()}
    targets = {f"membership:{pk}": pk for pk in signed}
    changes = Entry.objects.filter(target__in=targets, action__startswith=PROMOTED)
    # In the order of the audit: a request that ended last may have begun first.
    for target, action, at in changes.order_by("chain", "n").values_list("target", "action", "at"):
        if at >= signed[targets[target]].at:
            roles[targets[target]] = action.removeprefix(PROMOTED)
    return roles


def signed_officers(key: TeamKey, public: TeamPublic) -> dict[int, RecoveryOfficer]:
    """Return the officers with a key that this version of the team has signed, by slot.
    An officer who was appointed since is not among them: the kit must be finished again.
    Errors: MemberKeyMismatch, when a signature is not the team's or a signed key was replaced."""
    admissions = _verified(key, public)
    rows = RecoveryOfficer.objects.filter(organisation=key.team.organisation_id, pk__in=admissions)
    officers = {}
    for officer in rows.order_by("slot"):
        admission = admissions[officer.pk]
        if not _is_officers(admission) or admission.place != officer.organisation_id:
            continue
        _must_be_signed(admission, officer.slot, officer.public)
        officers[officer.slot] = officer
    return officers


def _is_officers(admission: Admission) -> bool:
    return admission.role.startswith(OFFICER)


def _sign(key: TeamKey, secret: TeamSecret, admission: Admission) -> None:
    """Put a signed admission in the place of an earlier one of the same holder."""
    admission.team_key = key
    admission.signature = signing.sign(secret.signing(), _statement(key, admission).message())
    Admission.objects.filter(team_key=key, holder=admission.holder).delete()
    admission.save(force_insert=True)


def _verified(key: TeamKey, public: TeamPublic) -> Mapping[UUID, Admission]:
    """Return the admissions of a version by holder. Errors: MemberKeyMismatch."""
    admissions = {}
    for admission in Admission.objects.filter(team_key=key).order_by("pk"):
        message = _statement(key, admission).message()
        try:
            signing.must_verify(public.signing(), bytes(admission.signature), message)
        except errors.Damaged:
            raise MemberKeyMismatch from None
        admissions[admission.holder] = admission
    return admissions


def _statement(key: TeamKey, admission: Admission) -> signing.AdmissionStatement:
    return signing.AdmissionStatement(
        team=signing.TeamAt(key.team_id, key.version),
        holder=admission.holder,
        holder_version=admission.holder_version,
        place=admission.place,
        digest=bytes(admission.digest),
        role=admission.role,
        at=admission.at,
    )


def _signed_key(admission: Admission) -> UserKey:
    """Return the key of a signed member. Errors: MemberKeyMismatch, when it was replaced."""
    newest = UserKey.newest_of(admission.holder)
    if newest is None:
        raise MemberKeyMismatch
    _must_be_signed(admission, newest.version, newest.public)
    return newest


def _must_be_signed(admission: Admission, version: int, raw: bytes | memoryview) -> None:
    try:
        digest = fingerprint.digest(UserPublic(bytes(raw)))
    except errors.Damaged:
        raise MemberKeyMismatch from None
    if (admission.holder_version, bytes(admission.digest)) != (version, digest):
        raise MemberKeyMismatch
