"""Working groups: create, change, close; their members and their terms of reference."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from protect.coordination.base.access import owner_context
from protect.coordination.base.errors import CoordinationRefusal
from protect.coordination.groups import access, guest_links
from protect.coordination.groups.enums import MemberRole
from protect.coordination.groups.models import Group, Member, TermsOfReference
from protect.orgs.access import home_organisation, must_be_signed_in
from protect.orgs.models import Membership, Organisation, User
from protect.orgs.scope import Scope
from protect.uploads.clean_documents import CleanDocument, clean_document
from protect.uploads.scanners import scanner_of

GROUP_FIELDS = ("name", "purpose", "country_id", "language")
MEMBER_FIELDS = ("role", "position", "mailbox")


@transaction.atomic
def create_group(
    scope: Scope, organisation: UUID, values: Mapping[str, Any], *, at: datetime
) -> Group:
    """Create a group that an organisation runs; the user becomes its secretary. `values`: by the
    names of GROUP_FIELDS. Errors: PermissionDenied; coordination_group_elsewhere."""
    audit = owner_context(scope, organisation, at=at)
    fields = _checked_values(organisation, values)
    group = Group.objects.create(organisation_id=organisation, created_at=at, **fields)
    user = User.objects.get(pk=must_be_signed_in(scope))
    _add_user(group, user, Organisation.objects.get(pk=organisation), MemberRole.SECRETARY, at)
    audit.record("coordination.create_group", group)
    return group


@transaction.atomic
def change_group(scope: Scope, group: Group, values: Mapping[str, Any], *, at: datetime) -> Group:
    """Change a group. Errors: Http404; PermissionDenied; coordination_group_elsewhere."""
    row = lock_group(scope, group)
    for name, value in _checked_values(row.organisation_id, values).items():
        setattr(row, name, value)
    row.save(update_fields=GROUP_FIELDS)
    access.group_context(scope, row, at=at).record("coordination.change_group", row)
    return row


@transaction.atomic
def close_group(scope: Scope, group: Group, *, is_closed: bool, at: datetime) -> Group:
    """Close a group, or reopen it; its members still see it. One that is so already does not
    change. Errors: Http404; PermissionDenied."""
    row = _lock(scope, group)
    if (row.closed_at is not None) != is_closed:
        row.closed_at = at if is_closed else None
        row.save(update_fields=["closed_at"])
        verb = "close" if is_closed else "reopen"
        access.group_context(scope, row, at=at).record(f"coordination.{verb}_group", row)
    return row


@transaction.atomic
def add_member(scope: Scope, group: Group, values: Mapping[str, Any], *, at: datetime) -> Member:
    """Add a person of the desk, if `email` belongs to an account in use; else add a guest and mail
    the guest a link. `values`: MEMBER_FIELDS, email, organisation_name, language.
    Errors: Http404; PermissionDenied; coordination_group_closed; coordination_member_twice;
    coordination_guest_unnamed."""
    row, email = lock_group(scope, group), values["email"].lower()
    user = _active_user(email)
    known = {"user": user} if user else {"email": email}
    if row.members.current().filter(**known).exists():
        raise CoordinationRefusal("coordination_member_twice")
    organisation = home_organisation(user.pk) if user else None
    if user and organisation:
        member = _add_user(row, user, organisation, values["role"], at)
        _set_fields(member, values)
    else:
        member = _add_guest(row, email, values, at)
    access.group_context(scope, row, at=at).record("coordination.add_member", member)
    return member


@transaction.atomic
def change_member(
    scope: Scope, member: Member, values: Mapping[str, Any], *, at: datetime
) -> Member:
    """Change role, function and mailbox of a member. Errors: Http404; PermissionDenied;
    coordination_group_closed."""
    row = _lock_member(scope, member)
    _set_fields(row, values)
    access.group_context(scope, row.group, at=at).record("coordination.change_member", row)
    return row


@transaction.atomic
def end_member(scope: Scope, member: Member, *, at: datetime) -> Member:
    """Let a member leave its group; the link of a guest stops working at once.
    Errors: Http404; PermissionDenied; coordination_group_closed."""
    row = _lock_member(scope, member)
    row.left_at = at
    row.save(update_fields=["left_at"])
    access.group_context(scope, row.group, at=at).record("coordination.end_member", row)
    return row


def clean_terms(name: str, content: bytes) -> CleanDocument:
    """Return a document scanned and rewritten. Takes seconds: call it outside a transaction.
    Errors: UploadRefused; ParsersBusy."""
    return clean_document(name, content, scanner=scanner_of(settings.SCANNER))


@transaction.atomic
def add_terms(
    scope: Scope, group: Group, document: CleanDocument, *, at: datetime
) -> TermsOfReference:
    """Store a new version of the terms of reference; earlier ones are kept.
    Errors: Http404; PermissionDenied; coordination_group_closed."""
    row = lock_group(scope, group)
    terms = TermsOfReference.objects.create(
        group=row,
        name=document.name,
        media_type=document.media_type,
        content=document.content,
        added_at=at,
        added_by_id=must_be_signed_in(scope),
    )
    access.group_context(scope, row, at=at).record("coordination.add_terms", terms)
    return terms


def lock_group(scope: Scope, group: Group) -> Group:
    """Return an open group, locked until the transaction ends.
    Errors: Http404; PermissionDenied; coordination_group_closed."""
    row = _lock(scope, group)
    if row.closed_at is not None:
        raise CoordinationRefusal("coordination_group_closed")
    return row


def _lock(scope: Scope, group: Group) -> Group:
    found = access.get_run_group(scope, group.pk)
    return Group.objects.select_for_update(of=("self",)).get(pk=found.pk)


def _lock_member(scope: Scope, member: Member) -> Member:
    found = access.get_run_member(scope, member.pk)
    lock_group(scope, found.group)
    rows = Member.objects.select_for_update(of=("self",)).select_related("group")
    row: Member = rows.get(pk=found.pk)
    return row


def _checked_values(organisation: UUID, values: Mapping[str, Any]) -> dict[str, Any]:
    country = values["country_id"]
    own = Organisation.objects.values_list("country", flat=True).get(pk=organisation)
    if country is not None and country != own:
        raise CoordinationRefusal("coordination_group_elsewhere")
    return {name: values[name] for name in GROUP_FIELDS}


def _active_user(email: str) -> User | None:
    users = Membership.objects.active().values("user")
    return User.objects.filter(email=email, pk__in=users).first()


def _add_user(
    group: Group, user: User, organisation: Organisation, role: str, at: datetime
) -> Member:
    return Member.objects.create(
        group=group,
        role=role,
        user=user,
        organisation=organisation,
        organisation_name=organisation.name,
        language=user.language,
        joined_at=at,
    )


def _add_guest(group: Group, email: str, values: Mapping[str, Any], at: datetime) -> Member:
    if not values["organisation_name"] or not values["position"]:
        raise CoordinationRefusal("coordination_guest_unnamed")
    member = Member(group=group, email=email, joined_at=at)
    for name in ("organisation_name", "language", *MEMBER_FIELDS):
        setattr(member, name, values[name])
    member.mailbox = member.mailbox or email
    member.token_hash = guest_links.token_hash(member)
    member.save()
    return member


def _set_fields(member: Member, values: Mapping[str, Any]) -> None:
    for name in MEMBER_FIELDS:
        setattr(member, name, values[name])
    member.save(update_fields=MEMBER_FIELDS)
