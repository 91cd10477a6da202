"""Never storing again where a service is, and forgetting what is stored."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from protect.directory import access
from protect.directory.changes import last_modified
from protect.directory.changes.version import touch
from protect.directory.enums import Audience
from protect.directory.models import Service
from protect.directory.protection.erasure import forget_addresses
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference.models import Area


@transaction.atomic
def protect_address(
    scope: Scope, service: Service, coarse_area: Area | None, *, at: datetime
) -> Service:
    """Never store an address of this service again, and forget those that are stored.

    `coarse_area` is what its editor chose to say instead, never computed from the true spot.
    What is forgotten: `forgetting.forget_addresses`. Errors: PermissionDenied.
    """
    audit = access.permitted_context(scope, Permission.EDIT_DIRECTORY, service.country_id, at=at)
    touch()
    locked = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    shown = last_modified.shown_of(locked, at=at)
    forget_addresses(locked)
    locked.address_audience = Audience.NEVER_STORED
    locked.coarse_area = coarse_area
    locked.version += 1
    locked.save(update_fields=["address_audience", "coarse_area", "version"])
    last_modified.move_on(locked, shown, at=at)
    audit.record("directory.protect_address", locked)
    return locked
