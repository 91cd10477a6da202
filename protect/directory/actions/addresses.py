"""Never storing again where a service is, and forgetting what is stored."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from protect.directory import rules
from protect.directory.actions.tracing import Trace
from protect.directory.actions.versions import touch
from protect.directory.enums import Audience
from protect.directory.models import Location, Service
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference.models import Area

# Texts in which an address may have been repeated.
TEXTS = (
    "name",
    "description",
    "audience_note",
    "how_to_access",
    "restrictions",
    "area_note",
    "referral_route",
    "admission_conditions",
    "desk_notes",
)


@transaction.atomic
def protect_address(
    scope: Scope, service: Service, coarse_area: Area | None, *, at: datetime
) -> Service:
    """Never store an address of this service again, and forget those that are stored.

    `coarse_area` is what its editor chose to say instead, never computed from the true spot.
    The fingerprint of the imported row goes too: whoever has a list of streets could read it.
    Errors: PermissionDenied.
    """
    trace = Trace.of(scope, Permission.EDIT_DIRECTORY, service.country_id, at=at)
    touch()
    locked = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    locations = list(Location.objects.filter(services__service=locked))
    spots = {spot for each in locations for spot in (each.address, each.postal_code) if spot}
    locked.at_locations.all().delete()
    Location.objects.filter(pk__in=[each.pk for each in locations], services=None).delete()
    for name in TEXTS:
        setattr(locked, name, rules.without_spots(getattr(locked, name), spots))
    locked.address_audience = Audience.NEVER_STORED
    locked.coarse_area = coarse_area
    locked.source_digest = ""
    locked.version += 1
    locked.last_modified = at
    changed = ("address_audience", "coarse_area", "source_digest", "version", "last_modified")
    locked.save(update_fields=[*TEXTS, *changed])
    trace.record("protect_address", locked)
    return locked
