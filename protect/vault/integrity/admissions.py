"""Signed admissions: the members and officers that may get a version of a team's secret.
The row of a membership or an officer alone opens nothing. Every grant and every half
goes to a key that the team's own secret has signed, so only a holder of the key can
admit another holder. Source: docs/adr/0040-authentic-keys.md."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from protect.audit.models import Entry
from protect.orgs.models import Membership
from protect.vault.errors import MemberKeyMismatch
from protect.vault.formats import context, errors, fingerprint, secrets, signing, wraps
from protect.vault.integrity import authenticity, key_register
from protect.vault.models import Admission, RecoveryOfficer, TeamGrant, TeamKey, UserKey

ROLE_CHANGE_PREFIX = "orgs.promote_"  # audit action of a page that gave a role; its code follows
OFFICER_ROLE_PREFIX = "officer_"  # an officer's admission has this and the slot as its role
type SignedMember = tuple[Membership, UserKey]  # with the key that the team has signed


def admit_member(
    key: TeamKey,
    secret: secrets.TeamSecret,
    member: SignedMember,
    *,
    by: UUID,
    at: datetime,
    role: str | None = None,
) -> None:
    """Sign a member's key and role (by default the membership's), and wrap a team's secret for that
    key. `by`: the admitting user. Errors: MemberKeyMismatch when the ledger lacks the key."""
    membership, user_key = member
    public = authenticity.verified_user_public_key(user_key)
    admission = Admission(
        holder=user_key.user_id,
        holder_version=user_key.version,
        place=membership.pk,
        digest=fingerprint.digest(public),
        role=membership.role if role is None else role,
        at=at,
    )
    _save_signed_admission(key, secret, admission)
    grant_context = context.grant(
        team=key.team_id, version=key.version, user=user_key.user_id, user_version=user_key.version
    )
    wrap = wraps.wrap_grant(secret, public, grant_context)
    values = {"wrap": wrap, "admitted_by_id": by, "created": at}
    TeamGrant.objects.update_or_create(team_key=key, user_key=user_key, defaults=values)


def sign_officer(
    key: TeamKey, secret: secrets.TeamSecret, officer: RecoveryOfficer, *, at: datetime
) -> None:
    """Sign a recovery officer's key. Errors: MemberKeyMismatch when the ledger lacks the key."""
    admission = Admission(
        holder=officer.pk,
        holder_version=officer.slot,
        place=officer.organisation_id,
        digest=fingerprint.digest(authenticity.verified_officer_public_key(officer)),
        role=f"{OFFICER_ROLE_PREFIX}{officer.slot}",
        at=at,
    )
    _save_signed_admission(key, secret, admission)


def signed_members(key: TeamKey, public: secrets.TeamPublicKey) -> list[SignedMember]:
    """Return the active members whose keys this version of the team's key has signed. Members
    without a signature, and those who have departed according to the ledger, are left out. Errors:
    MemberKeyMismatch when a signature is not the team's or a signed key was replaced."""
    admissions = _verified_admissions(key, public)
    memberships = Membership.objects.active().filter(team=key.team_id)
    members = []
    for membership in memberships.select_related("user").order_by("pk"):
        admission = admissions.get(membership.user_id)
        if admission is None or admission.place != membership.pk or _is_for_officer(admission):
            continue
        if not key_register.has_departed(membership.pk, since=admission.at):
            members.append((membership, _signed_user_key(admission)))
    return members


def signed_roles(
    key: TeamKey, public: secrets.TeamPublicKey, members: Collection[SignedMember]
) -> dict[UUID, str]:
    """Return roles by membership id: the signed role, or a later one from the audit. The role of
    the row is not used: a writer to the database can set it. Errors: MemberKeyMismatch."""
    admissions = _verified_admissions(key, public)
    signed = {row.pk: admissions[row.user_id] for row, _ in members if row.user_id in admissions}
    roles = {pk: admission.role for pk, admission in signed.items()}
    targets = {f"membership:{pk}": pk for pk in signed}
    changes = Entry.objects.filter(target__in=targets, action__startswith=ROLE_CHANGE_PREFIX)
    # In audit order: the request that committed last may have begun first.
    for target, action, at in changes.order_by("chain", "n").values_list("target", "action", "at"):
        if at >= signed[targets[target]].at:
            roles[targets[target]] = action.removeprefix(ROLE_CHANGE_PREFIX)
    return roles


def signed_officers(key: TeamKey, public: secrets.TeamPublicKey) -> dict[int, RecoveryOfficer]:
    """Return the officers whose keys this version of the team's key has signed, by slot. Officers
    who were appointed later are missing until the kit is finished again.
    Errors: MemberKeyMismatch when a signature is not the team's or a signed key was replaced."""
    admissions = _verified_admissions(key, public)
    rows = RecoveryOfficer.objects.filter(organisation=key.team.organisation_id, pk__in=admissions)
    officers = {}
    for officer in rows.order_by("slot"):
        admission = admissions[officer.pk]
        if not _is_for_officer(admission) or admission.place != officer.organisation_id:
            continue
        _must_match_admission(admission, officer.slot, officer.public)
        officers[officer.slot] = officer
    return officers


def _is_for_officer(admission: Admission) -> bool:
    return admission.role.startswith(OFFICER_ROLE_PREFIX)


def _save_signed_admission(key: TeamKey, secret: secrets.TeamSecret, admission: Admission) -> None:
    """Sign and save an admission in place of the holder's earlier one."""
    admission.team_key = key
    admission.signature = signing.sign(secret.signing(), _statement_of(key, admission).message())
    Admission.objects.filter(team_key=key, holder=admission.holder).delete()
    admission.save(force_insert=True)


def _verified_admissions(key: TeamKey, public: secrets.TeamPublicKey) -> Mapping[UUID, Admission]:
    """Return the verified admissions of a version, by holder. Errors: MemberKeyMismatch."""
    admissions = {}
    for admission in Admission.objects.filter(team_key=key).order_by("pk"):
        message = _statement_of(key, admission).message()
        try:
            signing.must_verify(public.signing(), bytes(admission.signature), message)
        except errors.Damaged:
            raise MemberKeyMismatch from None
        admissions[admission.holder] = admission
    return admissions


def _statement_of(key: TeamKey, admission: Admission) -> signing.AdmissionStatement:
    return signing.AdmissionStatement(
        team=signing.KeyVersion(key.team_id, key.version),
        holder=admission.holder,
        holder_version=admission.holder_version,
        place=admission.place,
        digest=bytes(admission.digest),
        role=admission.role,
        at=admission.at,
    )


def _signed_user_key(admission: Admission) -> UserKey:
    """Return the signed key of a member. Errors: MemberKeyMismatch when it was replaced."""
    newest = UserKey.newest_of(admission.holder)
    if newest is None:
        raise MemberKeyMismatch
    _must_match_admission(admission, newest.version, newest.public)
    return newest


def _must_match_admission(admission: Admission, version: int, raw: bytes | memoryview) -> None:
    """Refuse a stored key that an admission does not name. Errors: MemberKeyMismatch."""
    try:
        digest = fingerprint.digest(secrets.UserPublicKey(bytes(raw)))
    except errors.Damaged:
        raise MemberKeyMismatch from None
    if (admission.holder_version, bytes(admission.digest)) != (version, digest):
        raise MemberKeyMismatch
