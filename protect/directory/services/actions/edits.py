"""Editing: one fact of a service, or its texts. What one does not touch does not age by it.
Source: docs/adr/0019-editing.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from protect.directory import changes, errors, models
from protect.directory.enums import Fact, Method, Status, Verdict
from protect.directory.extension import extensions
from protect.directory.fact_records.checks import Finding, check_fact, record
from protect.directory.fact_records.values import fact_of, mark_of, replace
from protect.directory.protection.text_checks import must_not_tell_where
from protect.orgs.enums import Permission
from protect.orgs.models import User
from protect.orgs.scope import Scope

A_MOMENT = timedelta(seconds=1)  # a check is good for some time; an edit is none


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit of one fact, by a user who saw the version that `mark` stands for.
    `method`: how it was checked; None for an edit without a check, which ends earlier checks."""

    fact: Fact
    values: Mapping[str, object]
    mark: str  # mark_of the values that the form was opened with
    method: Method | None = None
    source: str = ""  # for the desk


def write_fact(
    service: models.Service, fact: Fact, values: Mapping[str, object], *, at: datetime
) -> bool:
    """Write the values of one fact; return whether that changed anything.
    Call it in a transaction in which the service is locked, then record its state: `check_fact`
    after a check, else `mark_unchecked`. A key that is left out stays as it is. Of a protected
    service no location is written, whatever is given."""
    before, shown = fact_of(service, fact), changes.shown_of(service, at=at)
    replace(service, fact, values, at=at)
    after = fact_of(service, fact)
    if after == before:
        return False
    changes.touch()
    service.version += 1
    service.save(update_fields=["version"])
    changes.move_on(service, shown, at=at)
    if fact == Fact.PHONE:
        was, now = ({each["number"] for each in values["phones"]} for values in (before, after))
        for extension in extensions() if was != now else ():
            extension.numbers_changed(service, at=at)
    return True


def mark_unchecked(
    service: models.Service, fact: Fact, *, by: User | None, at: datetime
) -> models.FactCheck:
    """Record that a fact was edited without a check, which ends earlier checks.
    The method says nothing here; a row needs one."""
    edited = Finding(Verdict.EDITED, Method.WEB, by=by)
    return record(service, fact, edited, at=at, next_check=at + A_MOMENT)


@transaction.atomic
def edit_fact(scope: Scope, service: models.Service, edit: Edit, *, at: datetime) -> bool:
    """Edit one fact; return whether that changed anything. No other fact ages.
    With a method the fact counts as checked now, by one person: a number still needs its call test.
    Without one it counts as not checked until the next check. Errors: PermissionDenied;
    directory_edit_conflict, when another user changed this fact since `mark`;
    directory_tells_where, when a text about a protected service reads like an address."""
    audit, locked = changes.lock(scope, service, Permission.EDIT_DIRECTORY, at=at)
    must_not_tell_where(locked, dict(edit.values), edit.source)
    standing = fact_of(locked, edit.fact)
    if mark_of(standing) != edit.mark and standing != standing | dict(edit.values):
        raise errors.DirectoryRefusal("directory_edit_conflict")
    is_changed = write_fact(locked, edit.fact, edit.values, at=at)
    by = User.objects.get(pk=audit.actor) if audit.actor else None
    is_same_number = edit.fact == Fact.PHONE and not is_changed
    under_test = (each.is_number_under_test(locked, scope.user_id) for each in extensions())
    if is_same_number and any(under_test):
        pass  # the call stands for it: the second caller must not read that it was right
    elif edit.method is not None:
        verdict = Verdict.CHANGED if is_changed else Verdict.CONFIRMED
        finding = Finding(verdict, edit.method, by=by, source=edit.source)
        check_fact(locked, edit.fact, finding, at=at)
    elif is_changed:
        mark_unchecked(locked, edit.fact, by=by, at=at)
    is_unchecked = is_changed and (edit.method is None or edit.fact == Fact.PHONE)
    if is_unchecked and locked.status not in {Status.DRAFT, Status.WITHDRAWN}:
        for extension in extensions():
            extension.fact_edited(locked, edit.fact, at=at)
    if is_changed or edit.method is not None:
        audit.record(f"directory.edit_{edit.fact.value}", locked)
    return is_changed
