"""Signatories of a version, and their signatures."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from protect.coordination.groups import access as groups
from protect.coordination.groups.actions import lock_group
from protect.coordination.procedures import access
from protect.coordination.procedures.errors import ProcedureRefusal
from protect.coordination.procedures.models import ProcedureVersion, Signatory, Signature
from protect.coordination.procedures.seals import is_sound, is_text_sound, text_digest
from protect.orgs.access import get_current_user, must_be_signed_in
from protect.orgs.scope import Scope
from protect.uploads.clean_documents import CleanDocument


@transaction.atomic
def add_signatory(
    scope: Scope, version: ProcedureVersion, values: Mapping[str, Any], *, at: datetime
) -> Signatory:
    """Add an organisation that should sign a version; also later, when it is in force. `values`:
    organisation or None, organisation_name, position. One that is there does not change.
    Errors: Http404; PermissionDenied; coordination_group_closed;
    coordination_signatory_without_role; coordination_signatory_unnamed."""
    found = access.get_run_version(scope, version.pk)
    group = lock_group(scope, found.procedure.group)
    organisation, position = values["organisation"], values["position"].strip()
    name = organisation.name if organisation else values["organisation_name"].strip()
    if not position:
        raise ProcedureRefusal("coordination_signatory_without_role")
    if not name:
        raise ProcedureRefusal("coordination_signatory_unnamed")
    signatory, is_new = Signatory.objects.get_or_create(
        version=found,
        organisation_name=name,
        position=position,
        defaults={"organisation": organisation},
    )
    if is_new:
        audit = groups.group_context(scope, group, at=at)
        audit.record("coordination.add_signatory", signatory)
    return signatory


@transaction.atomic
def remove_signatory(scope: Scope, signatory: Signatory, *, at: datetime) -> ProcedureVersion:
    """Remove a signatory that has not signed. Errors: Http404; PermissionDenied;
    coordination_group_closed; coordination_signed_already."""
    found = access.get_run_signatory(scope, signatory.pk)
    group = lock_group(scope, found.version.procedure.group)
    if found.signatures.exists():
        raise ProcedureRefusal("coordination_signed_already")
    groups.group_context(scope, group, at=at).record("coordination.remove_signatory", found)
    found.delete()
    return found.version


@transaction.atomic
def sign_version(scope: Scope, signatory: Signatory, seen: str, *, at: datetime) -> Signature:
    """Sign a version for an organisation, as the user. The view asks for a fresh proof of identity.
    `seen`: the digest of the text that the user read. Errors: Http404;
    coordination_may_not_sign; as `_lock_signed_text`."""
    found = access.get_signatory(scope, signatory.pk)
    if not access.may_sign(scope, found):
        raise ProcedureRefusal("coordination_may_not_sign")
    digest = _lock_signed_text(found, seen)
    name = get_current_user(scope).name
    return _store(scope, found, Signature(signed_on=at.date(), name=name), digest, at)


@transaction.atomic
def add_signed_page(
    scope: Scope,
    signatory: Signatory,
    document: CleanDocument,
    values: Mapping[str, Any],
    *,
    at: datetime,
) -> Signature:
    """Store the scan of a signed page. `values`: name of the person who signed, signed_on, seen:
    the digest of the text that was printed. Errors: Http404; PermissionDenied, unless the user
    runs the group; coordination_signed_in_future; as `_lock_signed_text`."""
    found = access.get_run_signatory(scope, signatory.pk)
    if values["signed_on"] > at.date():
        raise ProcedureRefusal("coordination_signed_in_future")
    digest = _lock_signed_text(found, values["seen"])
    signature = Signature(
        signed_on=values["signed_on"],
        name=values["name"],
        media_type=document.media_type,
        scan=document.content,
        scan_digest=hashlib.sha256(document.content).hexdigest(),
    )
    return _store(scope, found, signature, digest, at)


def _lock_signed_text(signatory: Signatory, seen: str) -> str:
    """Return the digest of the text that is signed, its version locked.
    Errors: coordination_version_not_agreed; coordination_version_changed;
    coordination_signed_already."""
    rows = ProcedureVersion.objects.select_for_update(of=("self",)).select_related("procedure")
    version = rows.get(pk=signatory.version_id)
    if version.sections.filter(agreed_at=None).exists():
        raise ProcedureRefusal("coordination_version_not_agreed")
    digest = text_digest(version)
    if seen != digest or not is_text_sound(version, digest):
        raise ProcedureRefusal("coordination_version_changed")
    for signature in signatory.signatures.filter(text_digest=digest):
        if is_sound(signature):
            raise ProcedureRefusal("coordination_signed_already")
    return digest


def _store(
    scope: Scope, signatory: Signatory, signature: Signature, digest: str, at: datetime
) -> Signature:
    signature.signatory, signature.text_digest = signatory, digest
    signature.position = signatory.position
    signature.organisation_name = signatory.organisation_name
    signature.recorded_at, signature.recorded_by_id = at, must_be_signed_in(scope)
    signature.sealed().save(force_insert=True)
    signer = signatory.organisation_id if not signature.is_scan else None
    organisation = signer or signatory.version.procedure.group.organisation_id
    scope.audit(organisation, at=at).record("coordination.sign_procedure", signature)
    return signature
