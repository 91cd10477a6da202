"""Edits of one fact of a service. Source: docs/adr/0019-editing.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from protect.directory import changes, errors, models
from protect.directory.enums import Fact, Method, Status, Verdict
from protect.directory.extension import extensions
from protect.directory.fact_records.checks import Finding, record_check, store_check
from protect.directory.fact_records.values import fingerprint_of, read_fact, write_fact_rows
from protect.directory.protection.text_checks import refuse_address_text
from protect.orgs.enums import Permission
from protect.orgs.models import User
from protect.orgs.scope import Scope

EDIT_VALIDITY = timedelta(seconds=1)  # for the required `next_check`; no freshness counts an edit


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit of one fact. `method`: how the user checked the new values; None for an edit without
    a check, which ends earlier checks."""

    fact: Fact
    values: Mapping[str, object]
    seen_fingerprint: str  # fingerprint_of the values that the user saw in the form
    method: Method | None = None
    source: str = ""  # for the desk


def write_fact(
    service: models.Service, fact: Fact, values: Mapping[str, object], *, at: datetime
) -> bool:
    """Write the values of one fact; return whether that changed anything. Call it in a transaction
    in which the service is locked. Then call `record_check` after a check, else `mark_unchecked`. A
    missing key keeps its value. An address that may never be stored is not written."""
    before, shown = read_fact(service, fact), changes.public_documents(service, at=at)
    write_fact_rows(service, fact, values, at=at)
    after = read_fact(service, fact)
    if after == before:
        return False
    changes.raise_version()
    service.version += 1
    service.drop_source(fact.value)  # of the values before
    service.save(update_fields=["version", "fact_sources"])
    changes.update_last_modified(service, shown, at=at)
    if fact == Fact.PHONE:
        numbers = [{phone["number"] for phone in values["phones"]} for values in (before, after)]
        for extension in extensions() if numbers[0] != numbers[1] else ():
            extension.on_numbers_changed(service, at=at)
    return True


def mark_unchecked(
    service: models.Service, fact: Fact, *, by: User | None, at: datetime
) -> models.FactCheck:
    """Record that a fact was edited without a check, which ends earlier checks."""
    edited = Finding(Verdict.EDITED, Method.WEB, by=by)  # the method is required, but unused
    return store_check(service, fact, edited, at=at, next_check=at + EDIT_VALIDITY)


@transaction.atomic
def edit_fact(scope: Scope, service: models.Service, edit: Edit, *, at: datetime) -> bool:
    """Edit one fact; return whether that changed anything. Other facts keep their freshness. With
    a method it counts as checked now, by one person (a number still needs its call test),
    except an unchanged number whose call test waits for a second caller. Without a method a
    changed fact counts as not checked. Errors: PermissionDenied; directory_edit_conflict, if it
    changed since `seen_fingerprint`; directory_tells_where, if an address was typed and none may
    be stored."""
    audit, locked = changes.lock_service(scope, service, Permission.EDIT_DIRECTORY, at=at)
    refuse_address_text(locked, dict(edit.values), edit.source)
    stored_values = read_fact(locked, edit.fact)
    if fingerprint_of(
        stored_values
    ) != edit.seen_fingerprint and stored_values != stored_values | dict(edit.values):
        raise errors.DirectoryRefusal("directory_edit_conflict")
    is_changed = write_fact(locked, edit.fact, edit.values, at=at)
    by = User.objects.get(pk=audit.actor) if audit.actor else None
    is_same_number = edit.fact == Fact.PHONE and not is_changed
    is_first_caller = (
        extension.is_first_caller(locked, scope.user_id) for extension in extensions()
    )
    if is_same_number and any(is_first_caller):
        pass  # no check is recorded: the second caller must not learn the result of the first call
    elif edit.method is not None:
        verdict = Verdict.CHANGED if is_changed else Verdict.CONFIRMED
        finding = Finding(verdict, edit.method, by=by, source=edit.source)
        record_check(locked, edit.fact, finding, at=at)
    elif is_changed:
        mark_unchecked(locked, edit.fact, by=by, at=at)
    is_unchecked = is_changed and (edit.method is None or edit.fact == Fact.PHONE)
    if is_unchecked and locked.status not in {Status.DRAFT, Status.WITHDRAWN}:
        for extension in extensions():
            extension.on_fact_edited(locked, edit.fact, at=at)
    if is_changed or edit.method is not None:
        audit.record(f"directory.edit_{edit.fact.value}", locked)
    return is_changed
