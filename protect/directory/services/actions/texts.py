"""Names, descriptions and categories of services: all texts that are no fact.
Source: docs/adr/0019-editing.md."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from protect.directory import access, changes, enums, errors
from protect.directory.fact_records.values import mark_of
from protect.directory.models import Organisation, Service
from protect.directory.protection import addresses, erasure, text_checks
from protect.kernel.ids import short_code
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope

DESK = "desk"  # the source of entries that were not imported

# Key of a value → attribute of the service.
FREE = ("name", *erasure.TEXTS)
PLAIN = ("scope", "modes", "professionals_only", "email", "website")
DAYS = ("reply_days", "maximum_stay_days")
COLUMNS = {name: name for name in (*FREE, *PLAIN, *DAYS)} | {"text_language": "text_language_id"}

type Texts = Mapping[str, Any]


def texts_of(service: Service) -> dict[str, Any]:
    """Return the texts of a service, its kinds and its organisation, as a form shows them."""
    columns = {key: getattr(service, column) for key, column in COLUMNS.items()}
    codes = service.categories.order_by("code").values_list("code", flat=True)
    return {
        **columns,
        "modes": sorted(service.modes),
        "categories": list(codes),
        "organisation": service.organisation.name,
    }


def digest_of(text: str) -> str:
    """Return what a translation remembers of the text that it was made from."""
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def edit_texts(scope: Scope, service: Service, texts: Texts, *, mark: str, at: datetime) -> Service:
    """Edit the texts of a service. No fact ages.
    A service that becomes a shelter loses its address in the same step, for ever. Errors:
    PermissionDenied; directory_edit_conflict, when another user changed a text since `mark`;
    directory_tells_where, when a text about a protected service reads like an address."""
    audit, locked = changes.lock(scope, service, Permission.EDIT_DIRECTORY, at=at)
    standing = texts_of(locked)
    wanted = standing | dict(texts)
    if wanted == standing:
        return locked
    if mark_of(standing) != mark:
        raise errors.DirectoryRefusal("directory_edit_conflict")
    shown = changes.shown_of(locked, at=at)
    _write(locked, wanted, at=at)
    locked.version += 1
    locked.save()
    changes.move_on(locked, shown, at=at)
    audit.record("directory.edit_texts", locked)
    return locked


@transaction.atomic
def create_service(scope: Scope, country: str, texts: Texts, *, at: datetime) -> Service:
    """Create a draft in a country; only the organisations that maintain the country see it.
    Errors: PermissionDenied; directory_tells_where, for a shelter."""
    audit = access.permitted_context(scope, Permission.EDIT_DIRECTORY, country, at=at)
    changes.touch()
    key, short = _unused()
    service = Service(
        id=key, short=short, source=DESK, source_id=str(key), country_id=country, last_modified=at
    )
    service.status = enums.Status.DRAFT
    service.organisation = _organisation(country, texts["organisation"], at=at)
    service.save(force_insert=True)
    _write(service, texts_of(service) | dict(texts), at=at)
    service.save()
    audit.record("directory.create_service", service)
    return service


def _write(locked: Service, wanted: Texts, *, at: datetime) -> None:
    was_open = locked.address_audience != enums.Audience.NEVER_STORED
    is_new_shelter = was_open and addresses.must_hide(wanted["categories"])
    if is_new_shelter:
        locked.address_audience = enums.Audience.NEVER_STORED
    text_checks.must_not_tell_where(locked, [wanted[key] for key in FREE])
    text_checks.must_not_lead_there(locked, wanted["website"], wanted["email"])
    for key, column in COLUMNS.items():
        setattr(locked, column, wanted[key])
    if wanted["organisation"] != locked.organisation.name:
        text_checks.must_not_be_named_there(locked, wanted["organisation"])
        locked.organisation = _organisation(locked.country_id, wanted["organisation"], at=at)
    locked.categories.set(wanted["categories"])
    if is_new_shelter:
        locked.save(update_fields=["address_audience"])
        erasure.forget_addresses(locked)


def _organisation(country: str, name: str, *, at: datetime) -> Organisation:
    existing = Organisation.objects.filter(country=country, name=name).order_by("pk").first()
    if existing is not None:
        return existing
    key = uuid.uuid4()
    return Organisation.objects.create(
        id=key, source=DESK, source_id=str(key), country_id=country, name=name, last_modified=at
    )


def _unused() -> tuple[uuid.UUID, str]:
    """Return an id and its short code, which no other service has."""
    while True:
        key = uuid.uuid4()
        short = short_code("service", str(key))
        if not Service.objects.filter(short=short).exists():
            return key, short
