"""Which pathways a user may read and arrange. A published pathway is read by every user of the
programme; its arrangement by members of its group; its coordinators, chair and secretary change
it."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from protect.audit.context import AuditContext
from protect.coordination.base.access import coordinated_countries
from protect.coordination.groups import access as groups
from protect.coordination.groups.enums import MemberRole
from protect.coordination.groups.models import Group, Member
from protect.coordination.pathways.errors import PathwayRefusal
from protect.coordination.pathways.models import (
    Pathway,
    PathwayEdition,
    PathwayFinding,
    PathwayStep,
    PathwayTest,
)
from protect.orgs.access import get_row
from protect.orgs.scope import Scope


def visible_pathways(scope: Scope) -> QuerySet[Pathway]:
    """Return published pathways, and all of the groups of the user."""
    if scope.user_id is None or not scope.held:
        return Pathway.objects.none()
    published = Pathway.objects.in_force().values("pk")
    own = Q(group__in=groups.visible_groups(scope))
    return Pathway.objects.filter(own | Q(pk__in=published)).select_related("group")


def get_pathway(scope: Scope, pk: UUID) -> Pathway:
    """Return a pathway that the user may read. Errors: Http404."""
    pathway: Pathway = get_row(visible_pathways(scope), pk=pk)
    return pathway


def get_group_pathway(scope: Scope, pk: UUID) -> Pathway:
    """Return a pathway of a group of the user, whose arrangement the user may read.
    Errors: Http404."""
    rows = Pathway.objects.filter(group__in=groups.visible_groups(scope)).select_related("group")
    pathway: Pathway = get_row(rows, pk=pk)
    return pathway


def get_run_pathway(scope: Scope, pk: UUID) -> Pathway:
    """Return a pathway that the user may change. Errors: Http404, if the user does not belong to
    its group; PermissionDenied, if the user does not run the group."""
    pathway = get_group_pathway(scope, pk)
    groups.must_run(scope, pathway.group)
    return pathway


def get_run_step(scope: Scope, pk: UUID) -> PathwayStep:
    """Return a step that the user may change. Errors: as `get_run_pathway`."""
    rows = PathwayStep.objects.filter(pathway__group__in=groups.visible_groups(scope))
    step: PathwayStep = get_row(rows.select_related("pathway__group"), pk=pk)
    groups.must_run(scope, step.pathway.group)
    return step


def get_edition(pathway: Pathway) -> PathwayEdition:
    """Return the edition in force. Errors: Http404, if none was published;
    coordination_pathway_damaged, if it was changed in the database."""
    edition = edition_in_force(pathway)
    if edition is None:
        raise Http404
    if not edition.is_sealed():
        raise PathwayRefusal("coordination_pathway_damaged")
    return edition


def edition_in_force(pathway: Pathway) -> PathwayEdition | None:
    """Return the newest edition, which may be damaged; None, if the pathway was taken down."""
    return None if pathway.ended_at else pathway.editions.first()


def get_test(scope: Scope, pk: UUID) -> PathwayTest:
    """Return a test of a pathway that the user may read. Errors: Http404."""
    rows = PathwayTest.objects.filter(edition__pathway__in=visible_pathways(scope).values("pk"))
    test: PathwayTest = get_row(rows.select_related("edition__pathway__group"), pk=pk)
    return test


def get_own_test(scope: Scope, pk: UUID) -> PathwayTest:
    """Return a test that the user may record: of a group of the user.
    Errors: Http404; PermissionDenied, if the user only reads the pathway."""
    test = get_test(scope, pk)
    must_be_member(scope, test.edition.pathway.group)
    return test


def get_own_finding(scope: Scope, pk: UUID) -> PathwayFinding:
    """Return a finding of a test that the user may record. Errors: as `get_own_test`."""
    rows = PathwayFinding.objects.filter(
        test__edition__pathway__in=visible_pathways(scope).values("pk")
    )
    finding: PathwayFinding = get_row(
        rows.select_related("service", "test__edition__pathway__group"), pk=pk
    )
    must_be_member(scope, finding.test.edition.pathway.group)
    return finding


def must_be_member(scope: Scope, group: Group) -> None:
    """Require that the user belongs to a group or runs it. Errors: PermissionDenied."""
    if not groups.visible_groups(scope).filter(pk=group.pk).exists():
        raise PermissionDenied


def is_member(scope: Scope, group: Group) -> bool:
    return groups.visible_groups(scope).filter(pk=group.pk).exists()


def agreeing_organisations(group: Group) -> list[str]:
    """Return the names of the organisations that agree: those of all members but observers."""
    members = group.members.current().exclude(role=MemberRole.OBSERVER)
    names = members.order_by("organisation_name").values_list("organisation_name", flat=True)
    return list(dict.fromkeys(names))


def own_organisation(scope: Scope, group: Group) -> str | None:
    """Return for which organisation the user may agree; None without a voice in the group."""
    member: Member | None = groups.own_member(scope, group)
    if member is None or member.role == MemberRole.OBSERVER:
        return None
    return member.organisation_name


def may_agree_for(scope: Scope, group: Group, organisation: str) -> bool:
    """Return whether the user may store the agreement of an organisation: of its own, or, if the
    user runs the group, of one for which only guests take part."""
    if organisation == own_organisation(scope, group):
        return True
    return organisation in guest_organisations(group) and groups.may_run(scope, group)


def guest_organisations(group: Group) -> set[str]:
    """Return the organisations that agree and have no member with an account."""
    members = group.members.current().exclude(role=MemberRole.OBSERVER)
    accounts = members.exclude(user=None).values_list("organisation_name", flat=True)
    return {*agreeing_organisations(group)} - {*accounts}


def works_in(scope: Scope, group: Group, country: str) -> bool:
    """Return whether a group may say whom to call in a country: it is a group of that country, or
    the user coordinates there, or an organisation of the country has a voice in it."""
    if group.country_id is not None:
        return bool(group.country_id == country)
    members = group.members.current().exclude(role=MemberRole.OBSERVER)
    is_member = members.filter(organisation__country=country).exists()
    return is_member or country in coordinated_countries(scope)


def pathway_context(scope: Scope, pathway: Pathway, *, at: datetime) -> AuditContext:
    """Return the audit context of an action on a pathway, of the organisation of its group."""
    return groups.group_context(scope, pathway.group, at=at)
