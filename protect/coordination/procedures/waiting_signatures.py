"""Which signatures are asked of a user."""

from django.db.models import Exists, OuterRef, QuerySet

from protect.coordination.procedures.access import signing_organisations
from protect.coordination.procedures.models import (
    ProcedureSection,
    ProcedureVersion,
    Signatory,
)
from protect.coordination.procedures.seals import text_digest
from protect.orgs.scope import Scope


def signatories_to_sign(scope: Scope) -> list[Signatory]:
    """Return the signatories for which the user may sign, of texts that can be signed and that
    their organisation has not signed as they are now."""
    rows = _ready_signatories(scope).select_related("version__procedure__group", "organisation")
    rows = rows.prefetch_related("signatures")
    return [row for row in rows.order_by("version__created_at", "pk") if not _has_signed(row)]


def _ready_signatories(scope: Scope) -> QuerySet[Signatory]:
    """Return the signatories of agreed versions that no later version in force replaces."""
    of_version = {"version": OuterRef("version")}
    unagreed = ProcedureSection.objects.filter(**of_version, agreed_at=None)
    later = ProcedureVersion.objects.filter(
        procedure=OuterRef("version__procedure"),
        number__gt=OuterRef("version__number"),
        put_in_force_at__isnull=False,
    )
    rows = Signatory.objects.filter(organisation__in=signing_organisations(scope))
    rows = rows.filter(version__procedure__group__closed_at=None)
    return rows.exclude(Exists(unagreed)).exclude(Exists(later))


def _has_signed(signatory: Signatory) -> bool:
    signed = {signature.text_digest for signature in signatory.signatures.all()}
    if not signed:
        return False
    version = signatory.version
    return (version.text_digest if version.put_in_force_at else text_digest(version)) in signed
