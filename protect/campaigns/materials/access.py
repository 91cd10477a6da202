"""Which materials and consents a user may see and change."""

from uuid import UUID

from django.db.models import Q, QuerySet

from protect.campaigns.base import access
from protect.campaigns.materials.models import Consent, Material, MaterialQuerySet
from protect.campaigns.plans.access import visible_campaigns
from protect.content.enums import SearchKind
from protect.content.search.entries import MAX_QUERY_LENGTH, find_keys
from protect.orgs.access import get_row
from protect.orgs.scope import Scope

MIN_NUMBER_DIGITS = 3  # of a telephone number, such as 112


def visible_materials(scope: Scope) -> MaterialQuerySet:
    """Return the materials of all campaigns that the user may see."""
    return Material.objects.filter(campaign__in=visible_campaigns(scope))


def get_material(scope: Scope, pk: UUID) -> Material:
    """Return a material that the user may see, with campaign and owner. Errors: Http404."""
    return get_row(visible_materials(scope).select_related("campaign", "organisation"), pk=pk)


def own_materials(scope: Scope) -> MaterialQuerySet:
    """Return the materials of the organisations for which the user runs campaigns."""
    return Material.objects.filter(organisation__in=access.campaign_organisations(scope))


def find_materials(rows: MaterialQuerySet, typed: str) -> MaterialQuerySet:
    """Keep the materials that have all typed words: in their title, code or description, or in the
    texts that they print, as these stand under Pages in any language; or, if a telephone number was
    typed, that have printed it. All, if nothing was typed.
    Errors: django.db.Error."""
    if digits := number_digits(typed):
        printing = Material.objects.filter(files__numbers__number__contains=digits)
        return rows.filter(pk__in=printing.values("pk"))
    for word in dict.fromkeys(typed[:MAX_QUERY_LENGTH].split()):
        keys = find_keys(SearchKind.MATERIAL, word)
        if keys is not None:
            pages = find_keys(SearchKind.PAGE, word) or []
            rows = rows.filter(Q(pk__in=keys) | Q(template__in=pages))
    return rows


def number_digits(typed: str) -> str:
    """Return the digits of a typed telephone number as a part of the stored ones: without a plus,
    the double zero of another country or the zero of a trunk. "" for anything else."""
    digits = "".join(each for each in typed if each.isdecimal())
    is_number = len(digits) >= MIN_NUMBER_DIGITS and not any(map(str.isalpha, typed))
    return (digits.lstrip("0") or digits) if is_number else ""


def get_own_material(scope: Scope, pk: UUID) -> Material:
    """Return a material of an organisation for which the user runs campaigns. Errors: Http404."""
    return get_row(own_materials(scope), pk=pk)


def own_consents(scope: Scope) -> QuerySet[Consent]:
    """Return the consents that the user's organisations hold."""
    return Consent.objects.filter(organisation__in=access.campaign_organisations(scope))


def open_consents(scope: Scope) -> QuerySet[Consent]:
    """Return the consents that the user's organisations hold and that were not withdrawn."""
    return own_consents(scope).filter(withdrawn_at=None)


def get_consent(scope: Scope, pk: UUID) -> Consent:
    """Return a consent that an organisation of the user holds. Errors: Http404."""
    return get_row(own_consents(scope), pk=pk)
