"""Which enquiries a user of the desk may see: those to the countries that they coordinate."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.programme.models import Enquiry


def coordinating_organisations(scope: Scope) -> QuerySet[Organisation]:
    """Return the active organisations for which a user answers enquiries."""
    pks = scope.organisations_where(Permission.ANSWER_ENQUIRIES)
    rows = Organisation.objects.filter(pk__in=pks, state=OrganisationState.ACTIVE)
    return rows.order_by("pk")


def must_answer_enquiries(scope: Scope) -> None:
    """Check that the user answers enquiries of some country. Errors: PermissionDenied."""
    if not coordinating_organisations(scope).exists():
        raise PermissionDenied


def visible_enquiries(scope: Scope) -> QuerySet[Enquiry]:
    """Return the enquiries to the countries whose coordinator this user is."""
    countries = coordinating_organisations(scope).values_list("country", flat=True)
    return Enquiry.objects.for_countries({*countries})


def get_enquiry(scope: Scope, pk: UUID) -> Enquiry:
    """Return an enquiry. Errors: Http404, the same for hidden and missing ones."""
    enquiry = visible_enquiries(scope).select_related("organisation").filter(pk=pk).first()
    if enquiry is None:
        raise Http404
    return enquiry


def get_answering_organisation(scope: Scope, enquiry: Enquiry) -> Organisation:
    """Return the organisation for which a user answers an enquiry. Errors: PermissionDenied."""
    rows = coordinating_organisations(scope).filter(country=enquiry.country_id)
    organisation = rows.first()
    if organisation is None:
        raise PermissionDenied
    return organisation
