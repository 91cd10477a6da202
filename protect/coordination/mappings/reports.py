"""Versions of the report of a round: begin, write, issue."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from protect.coordination.mappings import access
from protect.coordination.mappings.actions import lock_round, must_be_safe
from protect.coordination.mappings.errors import MappingRefusal, ReportChanged
from protect.coordination.mappings.models import MappingReport, MappingRound
from protect.coordination.mappings.report_content import PARTS, build_content
from protect.orgs.access import must_be_signed_in
from protect.orgs.scope import Scope


@transaction.atomic
def begin_report(scope: Scope, row: MappingRound, language: str, *, at: datetime) -> MappingReport:
    """Return the draft of a round's report; if there is none, begin the next version with the texts
    of the last one. Errors: Http404; PermissionDenied."""
    found = lock_round(scope, row)
    draft = found.reports.filter(issued_at=None).first()
    if draft is not None:
        return draft
    last = found.reports.first()
    number = (found.reports.aggregate(last=Max("number"))["last"] or 0) + 1
    report = MappingReport.objects.create(
        round=found,
        number=number,
        language_id=last.language_id if last else language,
        edited_at=at,
        edited_by_id=must_be_signed_in(scope),
        **({part: getattr(last, part) for part in PARTS} if last else {}),
    )
    access.round_context(scope, found, at=at).record("coordination.begin_report", report)
    return report


@transaction.atomic
def save_report(
    scope: Scope, report: MappingReport, texts: Mapping[str, str], version: int, *, at: datetime
) -> MappingReport:
    """Save the texts of a draft, if `version` is the one that they were written on. `texts`: by
    PARTS, and `language`. Errors: Http404; PermissionDenied; coordination_report_issued;
    ReportChanged; coordination_text_names_person."""
    row = _lock_draft(scope, report)
    if row.version != version:
        raise ReportChanged
    must_be_safe(texts[part] for part in PARTS)
    for part in PARTS:
        setattr(row, part, texts[part])
    row.language_id, row.version = texts["language"], version + 1
    row.edited_at, row.edited_by_id = at, must_be_signed_in(scope)
    row.save(update_fields=[*PARTS, "language", "version", "edited_at", "edited_by"])
    access.round_context(scope, row.round, at=at).record("coordination.save_report", row)
    return row


@transaction.atomic
def issue_report(
    scope: Scope, report: MappingReport, version: int, *, at: datetime
) -> MappingReport:
    """Issue a draft, if `version` is the one that the user read: its texts and numbers never change
    again, and all users may read it. Errors: Http404; PermissionDenied; coordination_report_issued;
    coordination_report_newer; coordination_report_empty."""
    row = _lock_draft(scope, report)
    if row.version != version:
        raise MappingRefusal("coordination_report_newer")
    if not row.round.interviews.exists():
        raise MappingRefusal("coordination_report_empty")
    row.issued_at, row.content = at, build_content(row.round)
    row.save(update_fields=["issued_at", "content"])
    access.round_context(scope, row.round, at=at).record("coordination.issue_report", row)
    return row


def _lock_draft(scope: Scope, report: MappingReport) -> MappingReport:
    found = lock_round(scope, report.round)
    rows = MappingReport.objects.select_for_update(of=("self",))
    row = rows.select_related("round__organisation").get(pk=report.pk, round=found)
    if row.issued_at is not None:
        raise MappingRefusal("coordination_report_issued")
    return row
