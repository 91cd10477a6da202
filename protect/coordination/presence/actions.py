"""The form of an organisation: its capacity, end of funding and focal points."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from protect.coordination.presence import access
from protect.coordination.presence.enums import FocalRole
from protect.coordination.presence.errors import PresenceChanged, PresenceRefusal
from protect.coordination.presence.models import FocalPoint, Presence, Provision
from protect.directory.models import Organisation
from protect.orgs.access import must_be_signed_in
from protect.orgs.models import User
from protect.orgs.scope import Scope


@dataclass(frozen=True, slots=True)
class PresenceValues:
    """What the form of an organisation says. `provisions`: capacity and end of funding by need;
    `focal_points`: function and mailbox by role."""

    version: int  # that the form was opened with, 0 for none
    provisions: Mapping[str, tuple[int | None, date | None]] = field(default_factory=dict)
    focal_points: Mapping[FocalRole, tuple[str, str]] = field(default_factory=dict)


@transaction.atomic
def save_presence(
    scope: Scope, provider: Organisation, values: PresenceValues, *, at: datetime
) -> Presence:
    """Replace what the form of an organisation says. Errors: Http404; PermissionDenied;
    PresenceChanged; coordination_mailbox_of_person."""
    row = access.get_provider(scope, provider.pk)
    audit = access.provider_context(scope, row, at=at)
    Organisation.objects.select_for_update(of=("self",)).get(pk=row.pk)
    _must_be_functions([mailbox for _position, mailbox in values.focal_points.values()])
    user = must_be_signed_in(scope)
    presence = Presence.objects.filter(organisation=row).first()
    if (presence.version if presence else 0) != values.version:
        raise PresenceChanged
    presence = presence or Presence(organisation=row)
    presence.version, presence.edited_at, presence.edited_by_id = values.version + 1, at, user
    presence.save()
    presence.provisions.all().delete()
    presence.focal_points.all().delete()
    Provision.objects.bulk_create(
        Provision(presence=presence, need=need, capacity=capacity, funded_until=day)
        for need, (capacity, day) in values.provisions.items()
        if capacity is not None or day is not None
    )
    FocalPoint.objects.bulk_create(
        FocalPoint(presence=presence, role=role, position=position, mailbox=mailbox.lower())
        for role, (position, mailbox) in values.focal_points.items()
        if mailbox
    )
    audit.record("coordination.save_presence", presence)
    return presence


def _must_be_functions(mailboxes: Collection[str]) -> None:
    """Refuse an address with which a person signs in. Errors: coordination_mailbox_of_person."""
    addresses = [mailbox.lower() for mailbox in mailboxes if mailbox]
    if User.objects.filter(email__in=addresses).exists():
        raise PresenceRefusal("coordination_mailbox_of_person")
