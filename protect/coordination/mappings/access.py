"""Which rounds of mappings a user may see and run: those of the organisations for which the user
coordinates, and those of the user's working groups. Issued reports are read by all users."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from protect.audit.context import AuditContext
from protect.coordination.base.access import coordinating_organisations
from protect.coordination.groups.access import run_groups, visible_groups
from protect.coordination.mappings.models import (
    Finding,
    Interview,
    MappingReport,
    MappingRound,
    Passage,
    Recommendation,
    RecommendationQuerySet,
)
from protect.orgs.access import get_row
from protect.orgs.scope import Scope


def visible_rounds(scope: Scope) -> QuerySet[MappingRound]:
    """Return the rounds that the user coordinates, and those of the user's groups."""
    if scope.user_id is None or not scope.held:
        return MappingRound.objects.none()
    return MappingRound.objects.filter(_is_coordinated(scope) | Q(group__in=visible_groups(scope)))


def run_rounds(scope: Scope) -> QuerySet[MappingRound]:
    """Return the rounds that the user may change."""
    if scope.user_id is None or not scope.held:
        return MappingRound.objects.none()
    return MappingRound.objects.filter(_is_coordinated(scope) | Q(group__in=run_groups(scope)))


def get_round(scope: Scope, pk: UUID) -> MappingRound:
    """Return a round that the user may see, with organisation and group. Errors: Http404."""
    rows = visible_rounds(scope).select_related("organisation", "group")
    return get_row(rows, pk=pk)


def get_run_round(scope: Scope, pk: UUID) -> MappingRound:
    """Return a round that the user may change. Errors: Http404; PermissionDenied, if the user is a
    member of its group and does not run it."""
    row = get_round(scope, pk)
    must_run(scope, row)
    return row


def may_run(scope: Scope, row: MappingRound) -> bool:
    return run_rounds(scope).filter(pk=row.pk).exists()


def must_run(scope: Scope, row: MappingRound) -> None:
    """Require that the user may change a round. Errors: PermissionDenied."""
    if not may_run(scope, row):
        raise PermissionDenied


def get_interview(scope: Scope, pk: UUID) -> Interview:
    """Return an interview of a round that the user may see. Errors: Http404."""
    rows = Interview.objects.filter(round__in=visible_rounds(scope))
    related = rows.select_related("round__organisation", "place", "area", "form_version")
    return get_row(related, pk=pk)


def get_run_interview(scope: Scope, pk: UUID) -> Interview:
    """Return an interview of a round that the user may change. Errors: Http404;
    PermissionDenied."""
    interview = get_interview(scope, pk)
    must_run(scope, interview.round)
    return interview


def get_run_passage(scope: Scope, pk: UUID) -> Passage:
    """Return an answer of a round that the user may change. Errors: Http404; PermissionDenied."""
    rows = Passage.objects.filter(interview__round__in=visible_rounds(scope))
    related = rows.select_related("interview__round", "interview__form_version", "coded_by")
    passage = get_row(related, pk=pk)
    must_run(scope, passage.interview.round)
    return passage


def get_finding(scope: Scope, pk: UUID) -> Finding:
    """Return a finding of a round that the user may see. Errors: Http404."""
    rows = Finding.objects.filter(round__in=visible_rounds(scope))
    return get_row(rows.select_related("round__organisation", "round__group"), pk=pk)


def get_run_finding(scope: Scope, pk: UUID) -> Finding:
    """Return a finding of a round that the user may change. Errors: Http404; PermissionDenied."""
    finding = get_finding(scope, pk)
    must_run(scope, finding.round)
    return finding


def visible_recommendations(scope: Scope) -> RecommendationQuerySet:
    """Return the recommendations of rounds that the user may see, with owner and round."""
    rows = Recommendation.objects.filter(finding__round__in=visible_rounds(scope))
    related: RecommendationQuerySet = rows.select_related("member__user", "finding__round")
    return related


def get_run_recommendation(scope: Scope, pk: UUID) -> Recommendation:
    """Return a recommendation of a round that the user may change. Errors: Http404;
    PermissionDenied."""
    row: Recommendation = get_row(visible_recommendations(scope), pk=pk)
    must_run(scope, row.finding.round)
    return row


def get_own_recommendation(scope: Scope, pk: UUID) -> Recommendation:
    """Return a recommendation that the user owns, or of a round that the user may change.
    Errors: Http404; PermissionDenied."""
    row: Recommendation = get_row(visible_recommendations(scope), pk=pk)
    member = row.member
    is_owner = member is not None and member.user_id == scope.user_id and member.left_at is None
    if not is_owner:
        must_run(scope, row.finding.round)
    return row


def issued_reports(scope: Scope) -> QuerySet[MappingReport]:
    """Return the issued reports, which each user with a place in an organisation may read."""
    if not scope.held:
        return MappingReport.objects.none()
    rows = MappingReport.objects.filter(issued_at__isnull=False)
    return rows.select_related("round__organisation")


def get_issued_report(scope: Scope, pk: UUID) -> MappingReport:
    """Return an issued report. Errors: Http404."""
    return get_row(issued_reports(scope), pk=pk)


def get_draft(scope: Scope, row: MappingRound) -> MappingReport:
    """Return the draft of a round's report. Errors: Http404, if there is none."""
    draft = row.reports.filter(issued_at=None).first()
    if draft is None:
        raise Http404
    must_run(scope, row)
    return draft


def previous_round(scope: Scope, row: MappingRound) -> MappingRound | None:
    """Return the last round of the same country before another one, among those that the user may
    see."""
    earlier = visible_rounds(scope).filter(country=row.country_id, starts_on__lt=row.starts_on)
    return earlier.order_by("-starts_on", "pk").first()


def round_context(scope: Scope, row: MappingRound, *, at: datetime) -> AuditContext:
    """Return the audit context of an action in a round, of the organisation that runs it."""
    return scope.audit(row.organisation_id, at=at)


def _is_coordinated(scope: Scope) -> Q:
    return Q(organisation__in=coordinating_organisations(scope))
