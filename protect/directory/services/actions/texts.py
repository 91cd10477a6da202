"""Actions on the name, texts and categories of a service. Source: docs/adr/0019-editing.md."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from protect.directory import access, changes, enums, errors, service_models
from protect.directory.fact_records.values import fingerprint_of
from protect.directory.models import Organisation, Service
from protect.directory.protection import addresses, erasure, text_checks
from protect.kernel.ids import short_code
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope

DESK = "desk"  # source of services that were entered by hand

# Columns of a service that the form of its texts edits. COLUMN_BY_KEY: key of `Texts` → column.
FREE_TEXT_COLUMNS = (*erasure.NAME_COLUMNS, *erasure.TEXT_COLUMNS)
PLAIN_COLUMNS = ("scope", "modes", "professionals_only", "email", "website")
DAY_COUNT_COLUMNS = ("reply_days", "maximum_stay_days")
COLUMN_BY_KEY = {name: name for name in (*FREE_TEXT_COLUMNS, *PLAIN_COLUMNS, *DAY_COUNT_COLUMNS)}
COLUMN_BY_KEY |= {"text_language": "text_language_id", "official_language": "official_language_id"}

type Texts = Mapping[str, Any]


def texts_of(service: Service) -> dict[str, Any]:
    """Return the texts, categories and organisation of a service, as the form takes them."""
    columns = {key: getattr(service, column) for key, column in COLUMN_BY_KEY.items()}
    codes = service.categories.order_by("code").values_list("code", flat=True)
    return {
        **columns,
        "modes": sorted(service.modes),
        "categories": list(codes),
        "organisation": service.organisation.name,
    }


def text_digest(text: str) -> str:
    """Return the fingerprint of a text, which a translation stores to detect later changes."""
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def edit_texts(
    scope: Scope, service: Service, texts: Texts, *, seen_fingerprint: str, at: datetime
) -> Service:
    """Edit the texts of a service. Its facts keep their freshness. The address of a service that
    becomes a shelter is deleted permanently. Errors: PermissionDenied; directory_edit_conflict,
    when another user changed a text since `seen_fingerprint`; directory_tells_where, when the
    address is never stored and a text reads like an address."""
    audit, locked = changes.lock_service(scope, service, Permission.EDIT_DIRECTORY, at=at)
    stored_texts = texts_of(locked)
    wanted = stored_texts | dict(texts)
    if wanted == stored_texts:
        return locked
    if fingerprint_of(stored_texts) != seen_fingerprint:
        raise errors.DirectoryRefusal("directory_edit_conflict")
    documents_before = changes.public_documents(locked, at=at)
    _check_and_write_texts(locked, wanted, at=at)
    locked.drop_source(service_models.TEXTS)
    locked.version += 1
    locked.save()
    changes.update_last_modified(locked, documents_before, at=at)
    audit.record("directory.edit_texts", locked)
    return locked


@transaction.atomic
def create_service(scope: Scope, country: str, texts: Texts, *, at: datetime) -> Service:
    """Create a draft in a country; only the organisations that maintain the country see it. Errors:
    PermissionDenied; directory_tells_where, when a text of a shelter reads like an address."""
    audit = access.permitted_context(scope, Permission.EDIT_DIRECTORY, country, at=at)
    changes.raise_version()
    key, short = _unused_id()
    service = Service(
        id=key, short=short, source=DESK, source_id=str(key), country_id=country, last_modified=at
    )
    service.status = enums.Status.DRAFT
    service.organisation = _ensure_organisation(country, texts["organisation"], at=at)
    service.save(force_insert=True)
    _check_and_write_texts(service, texts_of(service) | dict(texts), at=at)
    service.save()
    audit.record("directory.create_service", service)
    return service


def _check_and_write_texts(locked: Service, wanted: Texts, *, at: datetime) -> None:
    """Check the texts and set them, unsaved. Save the categories. Erase the address of a service
    that becomes a shelter."""
    was_open = locked.address_audience != enums.AddressReaders.NEVER_STORED
    is_new_shelter = was_open and addresses.has_shelter_category(wanted["categories"])
    if is_new_shelter:
        locked.address_audience = enums.AddressReaders.NEVER_STORED
    text_checks.refuse_address_text(locked, [wanted[key] for key in FREE_TEXT_COLUMNS])
    text_checks.refuse_address_links(locked, wanted["website"], wanted["email"])
    for key, column in COLUMN_BY_KEY.items():
        setattr(locked, column, wanted[key])
    is_moved = wanted["organisation"] != locked.organisation.name
    if is_moved:
        locked.organisation = _ensure_organisation(locked.country_id, wanted["organisation"], at=at)
    locked.categories.set(wanted["categories"])
    if is_new_shelter:
        locked.save(update_fields=["address_audience"])
        erasure.erase_addresses(locked)
        locked.organisation.refresh_from_db()
    for name in erasure.NAME_COLUMNS if is_moved or is_new_shelter else ():
        text_checks.refuse_address_name(locked, getattr(locked.organisation, name))


def _ensure_organisation(country: str, name: str, *, at: datetime) -> Organisation:
    """Return the organisation with this name in a country; create it if there is none."""
    existing = Organisation.objects.filter(country=country, name=name).order_by("pk").first()
    if existing is not None:
        return existing
    key = uuid.uuid4()
    return Organisation.objects.create(
        id=key, source=DESK, source_id=str(key), country_id=country, name=name, last_modified=at
    )


def _unused_id() -> tuple[uuid.UUID, str]:
    """Return a new id and its short code, which no other service has."""
    while True:
        key = uuid.uuid4()
        short = short_code("service", str(key))
        if not Service.objects.filter(short=short).exists():
            return key, short
