"""Materials, and the consents of the people on them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from protect.campaigns.base.access import owner_context
from protect.campaigns.base.enums import ConsentKind, TakeDownCause
from protect.campaigns.base.errors import CampaignRefusal
from protect.campaigns.materials import access
from protect.campaigns.materials.models import Consent, Material
from protect.campaigns.plans.access import get_campaign
from protect.content.enums import SearchKind
from protect.content.search.entries import replace_entries, store_entries
from protect.orgs.scope import Scope
from protect.reference.actions import LoadResult

MATERIAL_FIELDS = ("title", "kind", "template", "licence", "alternative_text")


@transaction.atomic
def create_material(
    scope: Scope, organisation: UUID, code: str, values: Mapping[str, Any], *, at: datetime
) -> Material:
    """Create a material that an organisation owns. `values`: by the names of MATERIAL_FIELDS, with
    `campaign` and `consents`. Errors: PermissionDenied; Http404 for a campaign that the user may
    not see; campaigns_code_taken; campaigns_consent_missing."""
    audit = owner_context(scope, organisation, at=at)
    campaign = get_campaign(scope, values["campaign"].pk)
    if Material.objects.filter(code=code).exists():
        raise CampaignRefusal("campaigns_code_taken", name=code)
    consents = _lock_consents(organisation, values["consents"])
    _must_have_all(consents, values["consents"])
    fields = {name: values[name] for name in MATERIAL_FIELDS}
    row = Material.objects.create(
        code=code, campaign=campaign, organisation_id=organisation, created_at=at, **fields
    )
    row.consents.set(consents)
    store_entries(SearchKind.MATERIAL, searched_texts([row]))
    audit.record("campaigns.create_material", row)
    return row


@transaction.atomic
def change_material(
    scope: Scope, material: Material, values: Mapping[str, Any], *, at: datetime
) -> Material:
    """Change a material. Errors: Http404, if the user may not; campaigns_material_taken_down;
    campaigns_consent_missing."""
    owner = access.get_own_material(scope, material.pk).organisation_id
    consents = _lock_consents(owner, values["consents"])
    row = _lock_live(scope, material)
    _must_have_all(consents, values["consents"])
    for name in MATERIAL_FIELDS:
        setattr(row, name, values[name])
    row.save(update_fields=MATERIAL_FIELDS)
    row.consents.set(consents)
    store_entries(SearchKind.MATERIAL, searched_texts([row]))
    owner_context(scope, row.organisation_id, at=at).record("campaigns.change_material", row)
    return row


def searched_texts(materials: Iterable[Material]) -> dict[str, list[str]]:
    """Return the texts by which materials are found, by their ids."""
    return {str(row.pk): [row.title, row.code, row.alternative_text] for row in materials}


def index_materials(report: Callable[[LoadResult], None]) -> None:
    """Store by which words each material is found, as `protect load-data` does."""
    replace_entries(SearchKind.MATERIAL, searched_texts(Material.objects.all()))


@transaction.atomic
def take_down(scope: Scope, material: Material, reason: str, *, at: datetime) -> Material:
    """Take a material down: it can no longer be printed, ordered or sent, and stays in the list.
    Errors: Http404, if the user may not; campaigns_material_taken_down."""
    row = _lock_live(scope, material)
    row.taken_down_at, row.taken_down_reason = at, reason
    row.save(update_fields=["taken_down_at", "taken_down_reason"])
    owner_context(scope, row.organisation_id, at=at).record("campaigns.take_down", row)
    return row


@transaction.atomic
def add_consent(
    scope: Scope,
    organisation: UUID,
    reference: str,
    kind: ConsentKind,
    given_on: date,
    *,
    at: datetime,
) -> Consent:
    """Store the reference of a signed consent. Errors: PermissionDenied; campaigns_code_taken."""
    audit = owner_context(scope, organisation, at=at)
    if Consent.objects.filter(organisation=organisation, reference=reference).exists():
        raise CampaignRefusal("campaigns_code_taken", name=reference)
    row = Consent.objects.create(
        organisation_id=organisation, reference=reference, kind=kind, given_on=given_on
    )
    audit.record("campaigns.add_consent", row)
    return row


@transaction.atomic
def withdraw_consent(
    scope: Scope, consent: Consent, seen: Collection[UUID], *, at: datetime
) -> list[Material]:
    """Withdraw a consent and take down every live material that shows the person; return these.
    `seen`: the ids of the materials that the user was shown. A second time changes and returns
    none. Errors: Http404, if the user may not; campaigns_consent_changed."""
    found = access.get_consent(scope, consent.pk)
    row = Consent.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if row.withdrawn_at:
        return []
    rows = Material.objects.live().select_for_update(of=("self",)).filter(consents=row)
    materials = list(rows.order_by("code"))
    if {each.pk for each in materials} != set(seen):
        raise CampaignRefusal("campaigns_consent_changed")
    for material in materials:
        material.taken_down_at, material.taken_down_cause = at, TakeDownCause.CONSENT
    Material.objects.bulk_update(materials, ["taken_down_at", "taken_down_cause"])
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    audit = owner_context(scope, row.organisation_id, at=at)
    for material in materials:
        audit.record("campaigns.take_down", material, consent=row.pk)
    audit.record("campaigns.withdraw_consent", row)
    return materials


def must_be_live(material: Material) -> None:
    """Check that a material was not taken down. Errors: campaigns_material_taken_down."""
    if material.taken_down_at is not None:
        raise CampaignRefusal("campaigns_material_taken_down")


def _lock_live(scope: Scope, material: Material) -> Material:
    found = access.get_own_material(scope, material.pk)
    row = Material.objects.select_for_update(of=("self",)).get(pk=found.pk)
    must_be_live(row)
    return row


def _lock_consents(organisation: UUID, consents: Collection[Consent]) -> list[Consent]:
    """Return those of the consents that the organisation holds and that were not withdrawn; locked,
    so that none is withdrawn before the material is stored. Consents are locked before materials,
    as in `withdraw_consent`."""
    rows = Consent.objects.select_for_update(of=("self",)).filter(
        organisation=organisation, withdrawn_at=None, pk__in=[each.pk for each in consents]
    )
    return list(rows.order_by("pk"))


def _must_have_all(consents: Collection[Consent], chosen: Collection[Consent]) -> None:
    """Check that every chosen consent is among those that count: a material without its link would
    stay when the person withdraws. Errors: campaigns_consent_missing."""
    if {each.pk for each in consents} != {each.pk for each in chosen}:
        raise CampaignRefusal("campaigns_consent_missing")
